"""Revisions: which runs, what waits and how it differs; approved by an engineer and another."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from minesafe.model.errors import Refused
from minesafe.model.events import (
    Origin,
    RevisionApproved,
    RevisionDropped,
    RevisionProposed,
    RevisionStoodFor,
)
from minesafe.model.mine import User
from minesafe.model.revising import Compared, Lacking, Stood, Waiting
from minesafe.model.search import Search
from minesafe.ports import Office
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, proves_himself, takes
from minesafe.web.models import (
    ApprovalOut,
    BackIn,
    ChangeOut,
    ConfirmationIn,
    DifferenceOut,
    RanOut,
    RevisionsOut,
    StoodOut,
    TextOut,
    WaitingOut,
)
from minesafe.web.refusals import NOT_FOUND, Denied
from minesafe.web.rights import Act

MOST_EARLIER = 100

MOST_CHANGES = 2_000
"""Rows of a difference that are handed on; the page says how many more there are."""

router = APIRouter(prefix="/api/v1", tags=["revisions"])

Revision = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]

Approver = Annotated[Caller, Depends(acts(Act.APPROVE_REVISION))]


def _office(here: Here) -> Office:
    if here.office is None:
        raise Denied(NOT_FOUND, "no_office")
    return here.office


Desk = Annotated[Office, Depends(_office)]


@router.get("/revisions", dependencies=[Depends(takes(Act.SEE_REVISIONS))])
async def revisions(here: Here) -> RevisionsOut:
    """Which revision runs and since when, those before it, and what waits for approval."""
    users = {user.name: user.person for user in here.desk.mine.users}
    ran = [_ran(body, since, users) for body, since in await _approved(here)]
    waiting = [] if here.office is None else await here.office.waiting()
    return RevisionsOut(
        running=ran[0] if ran else RanOut(revision=here.desk.mine.revision, since=0, by=[]),
        earlier=ran[1:],
        waiting=[_waiting(one, users) for one in waiting],
        kept=here.office is not None,
    )


async def _approved(here: Context) -> list[tuple[RevisionApproved, int]]:
    """What came into force, the newest first."""
    asked = Search(kinds=("revision_approved",), newest=True, limit=MOST_EARLIER)
    found = await here.memory.find(asked)
    return [(e.body, e.valid) for e in found.events if isinstance(e.body, RevisionApproved)]


@router.get("/revisions/{revision}/difference", dependencies=[Depends(takes(Act.SEE_REVISIONS))])
async def revision_difference(here: Here, office: Desk, revision: Revision) -> DifferenceOut:
    """What would be otherwise than now, row by row, and line by line."""
    waits = any(one.revision == revision for one in await office.waiting())
    named = () if waits else await _files(here, revision)
    return _difference(await office.compare(revision, named))


async def _files(here: Context, revision: str) -> Sequence[tuple[str, str]]:
    for body, _ in await _approved(here):
        if body.revision == revision:
            return body.files
    raise Refused("unknown_revision", revision=revision)


@router.post("/revisions/{revision}/approve")
async def approve_revision(
    here: Here,
    request: Request,
    who: Approver,
    office: Desk,
    revision: Revision,
    again: ConfirmationIn,
) -> StoodOut:
    """Stand for a revision, with the password again. The second of two brings it into force."""
    await proves_himself(here, request, who, again.password)
    stood = await office.approve(revision, _user(here, who))
    by = who.person or who.user
    await here.desk.note(RevisionStoodFor(revision=revision, by=by, origin=Origin.CONSOLE))
    if stood.lacking is Lacking.NOTHING:
        stood = await office.enforce(revision)
    return _stood(stood)


@router.post("/revisions/{revision}/back", status_code=204)
async def revision_back(
    here: Here, request: Request, who: Approver, office: Desk, revision: Revision, wanted: BackIn
) -> None:
    """Propose an earlier revision again; two have to stand for it anew."""
    if not wanted.reason.strip():
        raise Refused("reason_needed")
    await proves_himself(here, request, who, wanted.password)
    base = await office.bring_back(revision, await _files(here, revision))
    await here.desk.note(
        RevisionProposed(
            revision=revision,
            base=base,
            back=True,
            reason=wanted.reason.strip(),
            by=who.person or who.user,
            origin=Origin.CONSOLE,
        )
    )


@router.post("/revisions/{revision}/drop", status_code=204)
async def drop_revision(
    here: Here,
    request: Request,
    who: Approver,
    office: Desk,
    revision: Revision,
    again: ConfirmationIn,
) -> None:
    """Throw a proposal away, with the password again."""
    await proves_himself(here, request, who, again.password)
    await office.drop(revision)
    by = who.person or who.user
    await here.desk.note(RevisionDropped(revision=revision, by=by, origin=Origin.CONSOLE))


def _user(here: Context, who: Caller) -> User:
    return User(who.user, who.person, who.roles)


# --- as pages are told it ----------------------------------------------------------------------


def _ran(body: RevisionApproved, since: int, person: Mapping[str, str]) -> RanOut:
    by = [person.get(user, "") or user for user in body.by]
    return RanOut(revision=body.revision, since=since, by=by)


def _waiting(one: Waiting, person: Mapping[str, str]) -> WaitingOut:
    return WaitingOut(
        revision=one.revision,
        base=one.base,
        at=one.at,
        origin=one.origin,
        approvals=[
            ApprovalOut(user=user, person=person.get(user, ""), at=at) for user, at in one.approvals
        ],
        lacking=one.lacking,
        stale=one.stale,
    )


def _difference(told: Compared) -> DifferenceOut:
    return DifferenceOut(
        before=told.before,
        after=told.after,
        changes=[
            ChangeOut.model_validate(asdict(change) | {"fields": list(change.fields)})
            for change in told.changes[:MOST_CHANGES]
        ],
        more=max(0, len(told.changes) - MOST_CHANGES),
        text=[TextOut(file=file, lines=list(lines)) for file, lines in told.text],
        cut=told.cut,
        faults=list(told.faults),
        warnings=list(told.warnings),
        restart=list(told.restart),
    )


def _stood(stood: Stood) -> StoodOut:
    return StoodOut.model_validate(asdict(stood) | {"approvals": list(stood.approvals)})
