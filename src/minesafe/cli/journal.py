"""The journal: the hash-chained truth."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed, moment_of, run_loop
from minesafe.model.errors import BrokenJournal, MinesafeError

if TYPE_CHECKING:
    from minesafe.reports.words import Lang

app = typer.Typer(help="The journal: the hash-chained truth.", no_args_is_help=True)


@app.command()
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
        raise failed(MinesafeError(f"{error.filename}: {error.strerror}")) from error
    except BrokenJournal as broken:
        typer.echo(str(broken), err=True)
        raise typer.Exit(1) from broken
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo(f"{path}: {count} records, the chain holds")


@app.command()
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
        raise failed(error) from error


@app.command()
def at(
    config: Config,
    moment: Annotated[str, typer.Argument(help="As 2026-11-27T06:10, in mine time.")],
    known: Annotated[
        str, typer.Option(help="By what was recorded until then; whatever is known today.")
    ] = "",
    data: Data = None,
    point: Annotated[str, typer.Option(help="A point, with the limits then in force.")] = "",
    person: Annotated[str, typer.Option(help="A person, with the certificates of then.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, as the API's.")] = False,
    language: Annotated[str, typer.Option(help="Names in zh · en.")] = "zh",
) -> None:
    """What was true at a moment; with --known at the same moment: what the room knew then.

    Out of the journal and the kept files alone, with the server running or not.
    """
    from minesafe import config as configuration
    from minesafe.cli import told
    from minesafe.memory import FOR_EVER, Memory
    from minesafe.reports.document import Teller
    from minesafe.web.past import at_out

    try:
        mine = configuration.load(config)
        folder = data or default_data(mine.id)
        times = moment_of(moment, mine), moment_of(known, mine) if known else FOR_EVER
        past = Memory(folder, lambda: mine).look(*times)
    except MinesafeError as error:
        raise failed(error) from error
    if as_json:
        typer.echo(at_out(past, point, person).model_dump_json())
    else:
        lang: Lang = "en" if language == "en" else "zh"
        typer.echo("\n".join(told.moment(past, Teller(past.mine, lang), point, person)))


@app.command()
def search(
    config: Config,
    words: Annotated[
        list[str] | None, typer.Argument(help="In the words of the pages, 中文 or English.")
    ] = None,
    since: Annotated[str, typer.Option("--from", help="True from then on, in mine time.")] = "",
    until: Annotated[str, typer.Option("--to", help="True before then.")] = "",
    kind: Annotated[
        list[str] | None, typer.Option(help="Such as alarm_moved; one of them.")
    ] = None,
    about: Annotated[
        list[str] | None,
        typer.Option(help="Ids of a point, zone, person, order, alarm: all."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who did it: a person's or user's id.")] = "",
    level: Annotated[list[str] | None, typer.Option(help="I · II · III · IV; one of them.")] = None,
    oldest: Annotated[bool, typer.Option("--oldest", help="The oldest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One record a line.")] = False,
    language: Annotated[str, typer.Option(help="Words in zh · en.")] = "zh",
) -> None:
    """Look for records in the journal itself: no database is needed, a year takes a minute."""
    import msgspec

    from minesafe import config as configuration
    from minesafe.cli import told
    from minesafe.memory import FOR_EVER, Memory
    from minesafe.model.search import Search
    from minesafe.reports.document import Teller
    from minesafe.wording import asked_grams

    try:
        mine = configuration.load(config)
        if words and not asked_grams(" ".join(words)):
            raise MinesafeError(f"{' '.join(words)}: there is no word in it to look for")
        start, end = moment_of(since, mine) if since else 0, moment_of(until, mine) if until else 0
        asked = Search(
            valid=(start, end or FOR_EVER) if start or end else None,
            kinds=tuple(kind or ()),
            severities=tuple(level or ()),
            about=tuple(about or ()),
            actor=by,
            text=" ".join(words or ()),
            newest=not oldest,
            limit=limit,
        )
        teller = Teller(mine, "en" if language == "en" else "zh")
        for event in Memory(data or default_data(mine.id), lambda: mine).search(asked):
            said = msgspec.json.encode(event).decode() if as_json else told.record(event, teller)
            typer.echo(said)
    except MinesafeError as error:
        raise failed(error) from error


@app.command()
def project(
    config: Config,
    data: Data = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with one that was broken off.")
    ] = False,
) -> None:
    """Write the journal into the database's table of events again, from nothing.

    The journal is the truth, the table a copy to be asked. Beside a running server too, which goes
    on with it should this be broken off.
    """
    from minesafe import config as configuration
    from minesafe.afterwards import projected

    said = [0.0]

    def done(stored: int, head: int) -> None:
        if time.monotonic() - said[0] > 1.0:
            said[0] = time.monotonic()
            typer.echo(f"  {stored} of {head} records", err=True)

    async def work() -> None:
        mine = configuration.load(config)
        folder = data or default_data(mine.id)
        count = await projected(mine, folder, anew=not resume, done=done)
        typer.echo(f"{count} records of {folder / 'journal.db'} are in the database, each once")

    run_loop(work())
