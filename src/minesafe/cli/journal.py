"""The journal: the hash-chained truth."""

from pathlib import Path
from typing import Annotated

import typer

from minesafe.cli.life import failed
from minesafe.model.errors import BrokenJournal, MinesafeError

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
