"""The audit: who did what, when, from where, on what and why; held against the journal's chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, get_args

import msgspec
from fastapi import APIRouter, Depends, Query

from minesafe.model.events import AlarmMoved, AnyBody, Event, LoggedIn, Origin
from minesafe.model.mine import Mine
from minesafe.model.search import Search
from minesafe.model.time import MINUTE, Micros
from minesafe.web.context import Context, Here
from minesafe.web.guard import takes
from minesafe.web.models import ActOut, AuditOut, ChainOut
from minesafe.web.moments import LAST, Moment
from minesafe.web.rights import Act
from minesafe.wording import Sayer

router = APIRouter(prefix="/api/v1/audit", tags=["reading"])

WHO = ("by", "user", "person")
"""Fields that say whose act it was, the first that is there and filled."""

WHY = ("reason", "note", "ground", "measure")

ALSO = frozenset({"reach_answered"})
"""Acts of the one they are about."""

NO_ACTS = frozenset({"order_widened", "order_raised"})
"""They follow from other acts and carry whose."""

ACTS = (
    frozenset(
        body.__struct_config__.tag
        for body in get_args(AnyBody)
        if {"by", "user"} & set(body.__struct_fields__)
    )
    | ALSO
) - NO_ACTS
"""Kinds of records that somebody's act makes; whoever adds an event with `by` adds to these."""

A_SHIFT: Micros = 12 * 60 * MINUTE
"""No session is older."""

PAGE, MOST_PAGES = 400, 10
"""Records looked at for one page of acts: alarms move by themselves as well."""

LONGEST = 200
"""Letters of one field; the record itself has the rest."""

Word = Annotated[str, Query(max_length=200)]


@router.get("", dependencies=[Depends(takes(Act.AUDIT))])
async def audit(
    here: Here,
    start: Moment | None = None,
    end: Moment | None = None,
    who: Word = "",
    kind: Word = "",
    about: Word = "",
    before: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditOut:
    """Acts, the newest first: of one person, of one kind, of a time, about one thing."""
    kinds = tuple(sorted(ACTS)) if kind not in ACTS else (kind,)
    asked = Search(
        recorded=None if start is None and end is None else (start or 0, end or LAST),
        kinds=kinds,
        about=(about,) if about else (),
        newest=True,
        after=before,
        limit=PAGE,
    )
    found, more = await _acts(here, asked, who, limit)
    newest = (await here.memory.find(Search(newest=True, limit=1))).events
    return AuditOut(
        acts=await _told(here, found),
        more=more,
        head=newest[0].position if newest else 0,
        head_hash=newest[0].hash if newest else "",
    )


@router.get("/chain", dependencies=[Depends(takes(Act.AUDIT))])
async def audit_chain(here: Here) -> ChainOut:
    """Walk the whole chain: whether any record was changed, removed or put in."""
    walked = await here.memory.walk()
    return ChainOut(
        records=walked.records, head_hash=walked.head, fault=walked.fault, at=here.desk.now()
    )


async def _acts(here: Context, asked: Search, who: str, limit: int) -> tuple[list[Event], int]:
    """Records somebody made; a log-in and its person are one. And where to go on."""
    names = _names_of(here.desk.mine, who)
    acts: list[Event] = []
    for _ in range(MOST_PAGES):
        page = await here.memory.find(asked)
        for event in page.events:
            by = actor(event.body)
            if by and (not who or by in names):
                acts.append(event)
            if len(acts) == limit:
                return acts, event.position
        if not page.more:
            return acts, 0
        asked = replace(asked, after=page.more)
    return acts, asked.after


def _names_of(mine: Mine, who: str) -> frozenset[str]:
    """Everything one person is called: his id and his log-ins."""
    users = {user.name for user in mine.users if who in (user.person, user.name)}
    people = {user.person for user in mine.users if user.name in users and user.person}
    return frozenset({who, *users, *people})


def actor(body: AnyBody) -> str:
    """Whose act it was; empty where nobody did it, or the self-test did."""
    if getattr(body, "origin", None) is Origin.MACHINE:
        return ""
    told = next((found for name in WHO if (found := getattr(body, name, None))), "")
    return told if isinstance(told, str) else " ".join(told)


# --- as pages are told it ----------------------------------------------------------------------


async def _told(here: Context, acts: Sequence[Event]) -> list[ActOut]:
    logged_in = await _log_ins(here, acts)
    mine = here.desk.mine
    person = {user.name: user.person for user in mine.users}
    sayer = Sayer(mine)
    return [_act(event, sayer, person, logged_in) for event in acts]


LogIns = Mapping[str, Sequence[tuple[Micros, str]]]
"""By person: when and from where, the newest first."""


async def _log_ins(here: Context, acts: Sequence[Event]) -> LogIns:
    if not acts:
        return {}
    span = acts[-1].recorded - A_SHIFT, acts[0].recorded + 1
    asked = Search(kinds=("logged_in",), recorded=span, newest=True, limit=1000)
    person = {user.name: user.person for user in here.desk.mine.users}
    found: dict[str, list[tuple[Micros, str]]] = {}
    for event in (await here.memory.find(asked)).events:
        if isinstance(event.body, LoggedIn):
            for name in {event.body.user, person.get(event.body.user, "")}:
                found.setdefault(name, []).append((event.recorded, event.body.address))
    return found


def _act(event: Event, sayer: Sayer, person: Mapping[str, str], logged_in: LogIns) -> ActOut:
    body = event.body
    fields: dict[str, Any] = msgspec.to_builtins(body)
    by = actor(body)
    origin = str(fields.get("origin") or "")
    return ActOut(
        position=event.position,
        at=event.valid,
        recorded=event.recorded,
        act=_kind(body),
        by=person.get(by, "") or by,
        origin=origin,
        address=fields.get("address") or _from(by, origin, event.recorded, logged_in),
        about=[one for one in sayer.said(body).about if one not in (by, person.get(by))][:20],
        reason=_why(body, fields),
        said=list(_said(fields)),
        hash=event.hash,
    )


def _why(body: AnyBody, fields: Mapping[str, Any]) -> str:
    """In words; the reason of an alarm's move is a code, and its note is somebody's words."""
    names = ("note",) if isinstance(body, AlarmMoved) else WHY
    return next((str(fields[name]) for name in names if fields.get(name)), "")


def _kind(body: AnyBody) -> str:
    tag = str(body.__struct_config__.tag)
    return f"{tag}.{body.move.value}" if isinstance(body, AlarmMoved) else tag


def _from(by: str, origin: str, at: Micros, logged_in: LogIns) -> str:
    """Of an act on a page: where this person's newest log-in before it came from."""
    if origin not in ("", "console"):
        return ""
    return next((where for when, where in logged_in.get(by, ()) if when <= at), "")


UNSAID = frozenset(
    {*("kind", "origin", "address", "files", "phone", "active", "episode", "move"), *WHO, *WHY}
)


def _said(fields: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What is plain in a record, without what stands in columns of its own."""
    for name, value in fields.items():
        plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        if name not in UNSAID and value not in ("", None) and (plain or value is True):
            yield name, str(value)[:LONGEST]
