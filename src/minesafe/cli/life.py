"""How a command lives, fails and ends."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from minesafe.model.errors import BadConfig, MinesafeError, Refused
from minesafe.wording.refused import words_of_refusal

if TYPE_CHECKING:
    from minesafe.app import Running
    from minesafe.model.mine import Mine, User
    from minesafe.model.time import Micros
    from minesafe.succession import Proposal

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


def failed(error: MinesafeError) -> typer.Exit:
    """Say what went wrong, a line each; raise what is returned."""
    lines = _said(error)
    for line in lines:
        typer.echo(line, err=True)
    if isinstance(error, BadConfig):
        typer.echo(f"refused: {len(lines)} fault{'s' * (len(lines) != 1)}", err=True)
    return typer.Exit(1)


def _said(error: MinesafeError) -> list[str]:
    if isinstance(error, Refused):
        return [words_of_refusal(error)]
    return [str(f) for f in error.faults] if isinstance(error, BadConfig) else [str(error)]


def moment_of(text: str, mine: "Mine") -> "Micros":
    """ISO 8601; without an offset in the mine's own zone.

    Raises:
        MinesafeError: it is no time.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise MinesafeError(f"{text!r} is no time: write it as 2026-11-26T06:00") from error
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(mine.server.timezone or "UTC"))
    return round(at.timestamp() * 1_000_000)


def run_loop(work: Coroutine[None, None, None]) -> None:
    """Run on uvloop; our own errors become a line and exit code 1."""
    import uvloop

    try:
        uvloop.run(work)
    except MinesafeError as error:
        raise failed(error) from error


async def until_told() -> None:
    """Until SIGTERM or Ctrl-C."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    await told.wait()


def when_asked() -> asyncio.Event:
    """Set by SIGHUP: the files may have been approved."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    return asked


async def follow(server: "Running", asked: asyncio.Event, read: "Callable[[], Proposal]") -> None:
    """Take over the files each time somebody asks."""
    while True:
        await asked.wait()
        asked.clear()
        if await server.succession.propose(read):
            typer.echo(f"revision {server.mine.revision} is in force")


async def order_closed(server: "Running") -> None:
    """Until an order was issued and closed, or we are told to end."""
    closed = asyncio.Event()
    ending = server.desk.on_events(lambda events: closed.set() if _any_closed(server) else None)
    told = asyncio.create_task(until_told())
    waiting = asyncio.create_task(closed.wait())
    await asyncio.wait({told, waiting}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    waiting.cancel()
    ending()


def _any_closed(server: "Running") -> bool:
    orders = server.desk.orders()
    return bool(orders) and not any(order.is_open for order in orders)


def greet(url: str, users: "tuple[User, ...]") -> None:
    """Where the pages are, and who may log in."""
    logins = "  ".join(f"{u.name}/{u.demo_password}" for u in users if u.demo_password)
    typer.echo(f"{url}  演示账号 log-ins: {logins}  (Ctrl-C ends it)")


def first_login(name: str, password: str) -> str:
    """How the first admin gets in; told once and kept nowhere."""
    return f"首次登录 first log-in: {name} / {password}  (一次性 once, then choose your own)"


def say(line: str) -> None:
    """A line below the greeting."""
    typer.echo(f"  {line}")


def log_to_stderr() -> None:
    """What happens, for whoever watches the terminal or the unit."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for quiet in ("httpx", "aiomqtt", "pymodbus", "asyncio"):
        logging.getLogger(quiet).setLevel(logging.WARNING)


def reload_asked(mine: "Mine", folder: Path) -> str:
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
