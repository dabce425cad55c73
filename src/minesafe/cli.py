"""The command `minesafe`. Words for people; every error says what to do."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.model.errors import BadConfig, BrokenJournal, MinesafeError

if TYPE_CHECKING:
    from minesafe.app import Running
    from minesafe.model.mine import Mine, User
    from minesafe.succession import Proposal

app = typer.Typer(
    name="minesafe",
    help="井下安全避险六大系统服务器 · The server of an underground mine's six safety systems.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
journal_app = typer.Typer(help="The journal: the hash-chained truth.", no_args_is_help=True)
user_app = typer.Typer(help="Log-ins of the pages.", no_args_is_help=True)
report_app = typer.Typer(help="What is written afterwards.", no_args_is_help=True)
app.add_typer(journal_app, name="journal")
app.add_typer(user_app, name="user")
app.add_typer(report_app, name="report")
drill_app = typer.Typer(help="Drills 演练: the same path, stamped.", no_args_is_help=True)
app.add_typer(drill_app, name="drill")

Config = Annotated[Path, typer.Argument(help="A mine's directory, the one that holds server.toml.")]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Where journal, spool and database live.", show_default=False),
]


def default_data(name: str) -> Path:
    """Where a server keeps its data unless told: a place the embedded database can reach too.

    As root it is /var/lib/minesafe, never below a home: the database runs as another user there.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/minesafe") / name
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "minesafe" / name


def _fail(error: MinesafeError) -> typer.Exit:
    lines = [str(f) for f in error.faults] if isinstance(error, BadConfig) else [str(error)]
    for line in lines:
        typer.echo(line, err=True)
    if isinstance(error, BadConfig):
        typer.echo(f"refused: {len(lines)} fault{'s' * (len(lines) != 1)}", err=True)
    return typer.Exit(1)


@app.command()
def demo(
    config: Annotated[
        Path | None, typer.Argument(help="A demo mine; the shipped one by default.")
    ] = None,
    scenario: Annotated[str, typer.Option(help="What happens; see --list.")] = "quiet-shift",
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="Mine seconds a second.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same mine.")] = 1,
    data: Data = None,
    until_closed: Annotated[
        bool, typer.Option(help="End by itself when an order was issued and all-clear given.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the scenarios and end.")] = False,
) -> None:
    """Run the simulated mine and a server that watches it, on this machine alone."""
    if list_:
        os.execv(sys.executable, [sys.executable, "-m", "device_sims", "scenarios"])  # noqa: S606  our own interpreter, no shell
    _logging()
    from minesafe import config as configuration
    from minesafe.demo import demo as run_demo

    async def work() -> None:
        mine = configuration.load(config or configuration.shipped("demo"))
        files = configuration.files_of(config or configuration.shipped("demo"))
        folder = data or default_data("demo")
        typer.echo(f"{mine.name.zh} · {mine.name.en}: starting, data in {folder}")
        async with run_demo(
            mine, folder, files=files, scenario=scenario, speed=speed, seed=seed, say=_say
        ) as server:
            _greet(server.mine.server.public_url, mine.users)
            await (_until_closed(server) if until_closed else _until_told())
        typer.echo("ended in order")

    _run(work())


@app.command()
def run(config: Config, data: Data = None) -> None:
    """Run the server of a mine until SIGTERM or Ctrl-C; SIGHUP takes over its approved files."""
    _logging()
    from minesafe import config as configuration
    from minesafe.app import running
    from minesafe.clock import WallClock, wall

    def read() -> "Proposal":
        return configuration.load(config), configuration.files_of(config)

    async def work() -> None:
        asked = _when_asked()
        mine, files = read()
        folder = data or default_data(mine.id)
        async with running(mine, folder, WallClock(), files=files, wall=wall) as server:
            typer.echo(f"{mine.name.zh} · {server.mine.server.public_url} · data in {folder}")
            follow = asyncio.create_task(_follow(server, asked, read))
            await _until_told()
            follow.cancel()

    _run(work())


@app.command()
def check(
    config: Config,
    emit: Annotated[
        Path | None, typer.Option(help="Write what simulators may know, as JSON (- for stdout).")
    ] = None,
) -> None:
    """Read a mine's files and say everything that is wrong with them, or what they make."""
    from minesafe import config as configuration

    checked = configuration.check(config)
    for warning in checked.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if checked.mine is None:
        raise _fail(BadConfig(list(checked.faults)))
    mine = checked.mine
    if emit is not None:
        paper = json.dumps(configuration.emit(mine), ensure_ascii=False, indent=1)
        if str(emit) == "-":
            typer.echo(paper)
            return
        emit.write_text(paper + "\n", encoding="utf-8")
    typer.echo(
        f"{mine.name.zh} · {mine.name.en}: revision {mine.revision}: "
        f"{len(mine.roadways)} roadways, {len(mine.zones)} zones, "
        f"{len(mine.points)} points, {len(mine.readers)} readers, {len(mine.people)} people, "
        f"{len(checked.warnings)} warnings"
    )


@app.command()
def approve(
    config: Config,
    name: Annotated[str, typer.Argument(help="Your log-in: engineer, admin or leader.")],
    data: Data = None,
) -> None:
    """Stand for a revision with your name and password; a mine runs what two have approved."""
    from minesafe import config as configuration
    from minesafe.clock import wall
    from minesafe.store.accounts import Accounts
    from minesafe.store.approvals import NEEDED, Approvals

    try:
        mine = configuration.load(config)
        path = (data or default_data(mine.id)) / "accounts.db"
        accounts = Accounts(path, wall)
        accounts.seed(mine.users)
        account = accounts.verify(name, typer.prompt("password", hide_input=True), "console")
        users = Approvals(path, wall).approve(mine.revision, name, tuple(account.roles))
    except MinesafeError as error:
        raise _fail(error) from error
    still = max(0, NEEDED - len(users))
    more = f"{still} more must approve" if still else _asked(mine, path.parent)
    typer.echo(f"revision {mine.revision}: approved by {', '.join(users)}; {more}")


def _asked(mine: "Mine", folder: Path) -> str:
    """Ask the server that runs, if there is one, to take over what has just been approved."""
    from minesafe.embedded.child import holder

    pid = None if mine.demo else holder(folder)
    if pid is None:
        return "it may run"
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        return f"it may run; tell the server by SIGHUP to process {pid} ({error.strerror})"
    return f"the running server (process {pid}) is asked to take it over"


@journal_app.command()
def verify(
    data: Annotated[Path, typer.Argument(help="Data directory, or a journal.db.")],
    heads: Annotated[
        Path | None, typer.Option(help="heads.jsonl, as the witness kept it.", show_default=False)
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="head.pub; beside the journal by default.", show_default=False),
    ] = None,
) -> None:
    """Walk the hash chain and say whether anything was changed, removed or put in.

    With --heads also whether it still goes through every head that has left the machine.
    """
    from minesafe.store.chain import identity_of
    from minesafe.store.chain import verify as verify_journal
    from minesafe.store.heads import kept

    path = data / "journal.db" if data.is_dir() else data
    try:
        known = []
        if heads is not None:
            public = (key or path.with_name("head.pub")).read_bytes()
            known = kept(heads.read_bytes().splitlines(), public, identity_of(path))
            typer.echo(f"{heads}: {len(known)} signed heads of this journal")
        count = verify_journal(path, known)
    except OSError as error:
        raise _fail(MinesafeError(f"{error.filename}: {error.strerror}")) from error
    except BrokenJournal as broken:
        typer.echo(str(broken), err=True)
        raise typer.Exit(1) from broken
    except MinesafeError as error:
        raise _fail(error) from error
    typer.echo(f"{path}: {count} records, the chain holds")


@journal_app.command()
def show(
    data: Annotated[Path, typer.Argument(help="Data directory, or a journal.db.")],
    after: Annotated[int, typer.Option(help="Only records after this position.")] = 0,
) -> None:
    """Print records, one JSON object a line."""
    import msgspec

    from minesafe.store.following import JournalReader

    path = data / "journal.db" if data.is_dir() else data
    try:
        reader = JournalReader(path)
        position = after
        while events := reader.read(position, 1_000):
            for event in events:
                typer.echo(msgspec.json.encode(event).decode())
            position = events[-1].position
    except MinesafeError as error:
        raise _fail(error) from error


@report_app.command("incident")
def report_incident(
    config: Config,
    order: Annotated[str, typer.Argument(help="The order's three-digit number, or its id.")],
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(help="Where it goes; .html or .pdf.", show_default=False)
    ] = None,
    language: Annotated[str, typer.Option(help="zh · en")] = "zh",
    font: Annotated[str, typer.Option(help="Font of the PDF, one with Chinese.")] = "",
    fonts: Annotated[
        Path | None, typer.Option(help="A folder with fonts.", show_default=False)
    ] = None,
) -> None:
    """Write the record of an order: what happened, when, who answered, and what became of whom."""
    from minesafe import config as configuration
    from minesafe.afterwards import write_incident
    from minesafe.clock import wall

    async def work() -> None:
        mine, target = configuration.load(config), out or Path(f"order-{order}.html")
        folder, folders = data or default_data(mine.id), [fonts] if fonts else []
        await write_incident(
            mine, folder, order, language, wall(), target, font=font, folders=folders
        )
        typer.echo(str(target))

    _run(work())


@drill_app.command()
def start(
    config: Config,
    name: Annotated[str, typer.Argument(help="Your log-in: dispatcher, leader or engineer.")],
    zone: Annotated[list[str] | None, typer.Option(help="Zone id; none: the whole mine.")] = None,
) -> None:
    """Order people out as a drill, at the mine's running server."""
    from minesafe import config as configuration
    from minesafe.drill import start as start_drill

    try:
        url = configuration.load(config).server.public_url
        typer.echo(start_drill(url, name, typer.prompt("password", hide_input=True), zone))
    except MinesafeError as error:
        raise _fail(error) from error


@drill_app.command("score")
def drill_score(
    config: Config,
    data: Data = None,
    order: Annotated[str, typer.Option(help="An order's id; the newest drill's by default.")] = "",
) -> None:
    """Print how an order went: one JSON object, seconds since its issue."""
    from minesafe import config as configuration
    from minesafe.drill import scored

    try:
        mine = configuration.load(config)
        journal = (data or default_data(mine.id)) / "journal.db"
        typer.echo(json.dumps(asdict(scored(mine, journal, order)), ensure_ascii=False))
    except MinesafeError as error:
        raise _fail(error) from error


@user_app.command()
def password(
    config: Config,
    name: Annotated[str, typer.Argument(help="Log-in name, as in users.toml.")],
    data: Data = None,
) -> None:
    """Set a log-in's password; it is asked for twice and every session of it ends."""
    from minesafe import config as configuration
    from minesafe.clock import wall
    from minesafe.store.accounts import Accounts

    try:
        mine = configuration.load(config)
        accounts = Accounts((data or default_data(mine.id)) / "accounts.db", wall)
        accounts.seed(mine.users)
        secret = typer.prompt("password", hide_input=True, confirmation_prompt=True)
        accounts.set_password(name, secret)
    except MinesafeError as error:
        raise _fail(error) from error
    typer.echo(f"{name}: password set")


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="line · engine · order · world")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same work.")] = 1,
) -> None:
    """Measure, and print one JSON object."""
    from minesafe.bench import BENCHES

    if name not in BENCHES:
        typer.echo(f"no bench {name!r}; there are: {', '.join(BENCHES)}", err=True)
        raise typer.Exit(2)
    typer.echo(json.dumps(BENCHES[name](seed)))


# --- below: how a command lives and ends -------------------------------------------------------


def _run(work: Coroutine[None, None, None]) -> None:
    """Run on uvloop; our own errors become a line and exit code 1."""
    import uvloop

    try:
        uvloop.run(work)
    except MinesafeError as error:
        raise _fail(error) from error


async def _until_told() -> None:
    """Until SIGTERM or Ctrl-C."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    await told.wait()


def _when_asked() -> asyncio.Event:
    """Set by SIGHUP: the files may have been approved."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    return asked


async def _follow(server: "Running", asked: asyncio.Event, read: "Callable[[], Proposal]") -> None:
    """Take over the files each time somebody asks."""
    while True:
        await asked.wait()
        asked.clear()
        if await server.succession.propose(read):
            typer.echo(f"revision {server.mine.revision} is in force")


async def _until_closed(server: "Running") -> None:
    """Until an order was issued and closed, or we are told to end."""
    closed = asyncio.Event()
    ending = server.desk.on_events(lambda events: closed.set() if _any_closed(server) else None)
    told = asyncio.create_task(_until_told())
    waiting = asyncio.create_task(closed.wait())
    await asyncio.wait({told, waiting}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    waiting.cancel()
    ending()


def _any_closed(server: "Running") -> bool:
    orders = server.desk.orders()
    return bool(orders) and not any(order.is_open for order in orders)


def _greet(url: str, users: "tuple[User, ...]") -> None:
    logins = "  ".join(f"{u.name}/{u.demo_password}" for u in users if u.demo_password)
    typer.echo(f"{url}  演示账号 log-ins: {logins}  (Ctrl-C ends it)")


def _say(line: str) -> None:
    typer.echo(f"  {line}")


def _logging() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for quiet in ("httpx", "aiomqtt", "pymodbus", "asyncio"):
        logging.getLogger(quiet).setLevel(logging.WARNING)


def main() -> None:
    """The installed command."""
    app()


if __name__ == "__main__":
    main()
