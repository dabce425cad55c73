"""Lists and drawings from outside become a proposal, and a proposal the running revision."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minesafe.cli.life import Config, Data, default_data, failed, reload_asked
from minesafe.model.errors import BadConfig, Fault, MinesafeError, Refused
from minesafe.model.events import (
    Origin,
    RevisionDropped,
    RevisionProposed,
    RevisionStoodFor,
)

if TYPE_CHECKING:
    from minesafe.importing.bring import Brought
    from minesafe.model.events import AnyBody
    from minesafe.model.mine import Mine
    from minesafe.model.revising import Change
    from minesafe.store.proposals import Kept

app = typer.Typer()

SHOWN = 15
"""Changed rows of one table that are shown unless all are asked for."""

_LIST = "CSV (UTF-8 or GBK) or XLSX."
File = Path | None


@app.command("import")
def bring_in(
    config: Config,
    points: Annotated[File, typer.Option(help=f"测点: {_LIST}")] = None,
    people: Annotated[File, typer.Option(help=f"人员: {_LIST}")] = None,
    roster: Annotated[File, typer.Option(help=f"带班表: {_LIST}")] = None,
    register: Annotated[File, typer.Option(help=f"设备台账: {_LIST}")] = None,
    roadways: Annotated[File, typer.Option(help="Roadways: DXF or GeoJSON.")] = None,
    zones: Annotated[File, typer.Option(help="Areas of zones: DXF or GeoJSON.")] = None,
    plan: Annotated[File, typer.Option(help="TOML: what the drawing's layers are.")] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep what the list or drawing does not name.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it as a proposal; without it nothing is written.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every changed row.")] = False,
    approve: Annotated[
        str, typer.Option(help="A proposal to stand for; the second approval puts it in force.")
    ] = "",
    back: Annotated[str, typer.Option(help="An earlier revision to go back to.")] = "",
    drop: Annotated[str, typer.Option(help="A proposal to throw away.")] = "",
    by: Annotated[str, typer.Option(help="Your log-in, for --approve, --back and --drop.")] = "",
    data: Data = None,
) -> None:
    """Bring in points, people, a roster, roadways or zones: a dry run, unless told to keep it.

    Without files and acts: what waits for approval, and what can be gone back to.
    """
    from minesafe.importing.bring import Parcel, bring

    parcel = Parcel(points, people, roster, roadways, zones, plan, add, register)
    try:
        office = _Office(config, data)
        if approve or back or drop:
            office.act(approve, back, drop, by)
        elif any((points, people, roster, register, roadways, zones)):
            office.show(bring(config, parcel), keep=keep, most=10**9 if every else SHOWN)
        else:
            office.list()
    except MinesafeError as error:
        raise failed(error) from error


class _Office:
    """The proposals of one mine, for whoever sits at the console."""

    def __init__(self, config: Path, data: Path | None) -> None:
        from minesafe.clock import wall
        from minesafe.config import check_files, gather_files
        from minesafe.config.row import Findings
        from minesafe.store.proposals import Proposals, finish

        finish(config)
        self._config, self._wall = config, wall
        findings = Findings()
        self._files = gather_files(findings, config)
        checked = check_files(findings, self._files)
        if checked.mine is None:
            raise BadConfig(list(checked.faults))
        self._mine: Mine = checked.mine
        self._data = data or default_data(self._mine.id)
        self._shelf: Proposals = Proposals(self._data, wall)

    # --- bringing ----------------------------------------------------------------------------

    def show(self, brought: "Brought", *, keep: bool, most: int) -> None:
        """What would change and what is wrong; and lay it aside if asked."""
        _tell(brought.changes, most)
        for warning in brought.warnings:
            typer.echo(f"warning: {warning}", err=True)
        if brought.mine is None:
            raise failed(BadConfig(list(brought.faults)))
        if not brought.changes and brought.revision == brought.base:
            typer.echo("nothing would change")
        elif keep:
            self._keep(brought)
        else:
            typer.echo(f"dry run: nothing was written; --keep proposes revision {brought.revision}")

    def _keep(self, brought: "Brought") -> None:
        from minesafe.config.files import INSTEAD, OWN
        from minesafe.store.proposals import own_files

        own = {*OWN, *(name for names in INSTEAD.values() for name in names), *self._there()}
        kept = self._shelf.propose(brought.revision, brought.base, own_files(brought.files, own))
        self._note(_proposed(kept, back=False, by=""))
        typer.echo(
            f"proposal {kept.revision} in {kept.folder}: an engineer and a second person put it "
            f"in force, each with: minesafe import {self._config} --approve {kept.revision} "
            "--by NAME"
        )

    def _there(self) -> set[str]:
        return {name for name in self._files if (self._config / name).exists()}

    def list(self) -> None:
        """What waits, and what has been."""
        for kept in self._shelf.proposed():
            typer.echo(f"{kept.revision}  proposed {_when(kept)}, against {kept.base}")
        for kept in self._shelf.known():
            state = "in place" if kept.revision == self._mine.revision else "earlier"
            typer.echo(f"{kept.revision}  {state}, laid aside {_when(kept)}")
        if not (self._shelf.proposed() or self._shelf.known()):
            typer.echo("no proposals; bring files with --points, --people, --roadways …")

    # --- approving ---------------------------------------------------------------------------

    def act(self, approve: str, back: str, drop: str, by: str) -> None:
        """One of the three, by somebody who gives his password."""
        if not by:
            raise BadConfig([Fault("--by", 0, "is missing", "your log-in name")])
        kept = self._shelf.find(approve or back or drop)
        roles = self._roles(by)
        if drop:
            self._shelf.drop(kept)
            person, origin = self._person(by), Origin.TERMINAL
            self._note(RevisionDropped(revision=kept.revision, by=person, origin=origin))
            typer.echo(f"proposal {kept.revision} is thrown away")
        elif back:
            self._back(kept)
            self._note(_proposed(kept, back=True, by=self._person(by)))
        else:
            self._approve(kept, by, roles)

    def _roles(self, name: str) -> tuple[str, ...]:
        from minesafe.store.accounts import Accounts
        from minesafe.store.approvals import MAY_APPROVE

        accounts = Accounts(self._data / "accounts.db", self._wall)
        accounts.seed(self._mine.users)
        account = accounts.verify(name, typer.prompt("password", hide_input=True), "console")
        if not MAY_APPROVE & set(account.roles):
            raise Refused("role_not_allowed", user=name)
        return tuple(account.roles)

    def _approve(self, kept: "Kept", name: str, roles: Sequence[str]) -> None:
        from minesafe.store.approvals import NEEDED, Approvals

        self._check_base(kept)
        approvals = Approvals(self._data / "accounts.db", self._wall)
        users = approvals.approve(kept.revision, name, tuple(roles))  # type: ignore[arg-type]  # roles are words
        person, origin = self._person(name), Origin.TERMINAL
        self._note(RevisionStoodFor(revision=kept.revision, by=person, origin=origin))
        engineers = {u.name for u in self._mine.users if "engineer" in u.roles}
        if len(users) < NEEDED or not engineers & set(users):
            who = "one more" if engineers & set(users) else "an engineer"
            typer.echo(f"revision {kept.revision}: approved by {', '.join(users)}; {who} must")
            return
        self._put(kept, f"approved by {', '.join(users)}")

    def _person(self, name: str) -> str:
        return next((u.person for u in self._mine.users if u.name == name), "") or name

    def _note(self, body: "AnyBody") -> None:
        """For the journal of the server that runs beside these files, or will."""
        from minesafe.store.slips import leave

        leave(self._data / "accounts.db", self._wall, body)

    def _check_base(self, kept: "Kept") -> None:
        if kept.base and kept.base != self._mine.revision:
            what = f"was held against {kept.base}; the files are {self._mine.revision} now"
            raise BadConfig([Fault(kept.revision, 0, what, "bring it in again")])

    def _back(self, kept: "Kept") -> None:
        from minesafe.store.approvals import NEEDED, Approvals

        users = Approvals(self._data / "accounts.db", self._wall).of(kept.revision)
        if len(users) < NEEDED and not self._mine.demo:
            what = f"was never approved by {NEEDED}"
            raise BadConfig([Fault(kept.revision, 0, what, "approve it: --approve")])
        self._put(kept, "gone back to")

    def _put(self, kept: "Kept", how: str) -> None:
        there = {name: self._files[name] for name in self._there()}
        self._shelf.put_in_place(kept, self._config, there, self._mine.revision)
        typer.echo(f"revision {kept.revision}: {how}; {reload_asked(self._mine, self._data)}")


def _proposed(kept: "Kept", *, back: bool, by: str) -> RevisionProposed:
    """Whoever may write the files may propose: a name is asked of who stands for them."""
    return RevisionProposed(
        revision=kept.revision,
        base=kept.base,
        back=back,
        reason="",
        by=by,
        origin=Origin.TERMINAL,
    )


def _tell(changes: "Sequence[Change]", most: int) -> None:
    """Changed rows, table by table."""
    tables = dict.fromkeys(change.table for change in changes)
    for table in tables:
        rows = [change for change in changes if change.table == table]
        counts = {sign: sum(row.sign == sign for row in rows) for sign in "+-~"}
        told = " ".join(f"{sign}{count}" for sign, count in counts.items() if count)
        typer.echo(f"{table}: {told}")
        for row in rows[:most]:
            typer.echo(f"  {row}")
        if len(rows) > most:
            typer.echo(f"  … and {len(rows) - most} more; --all shows them")


def _when(kept: "Kept") -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(kept.at / 1e6, UTC).strftime("%Y-%m-%d %H:%M UTC")
