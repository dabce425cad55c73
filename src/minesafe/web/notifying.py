"""Notifications: who would be asked, by what, whether that reaches him, and trying it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from minesafe.model.events import FindingKind
from minesafe.model.nightly import NightlyProof, Reachable, SentTest
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, takes
from minesafe.web.models import (
    CameOut,
    ChannelOut,
    NotificationsOut,
    ReachableOut,
    RungOut,
    SendTestIn,
    SentTestOut,
)
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1/notifications", tags=["duty"])

SHOWN = 4
"""Figures of a number that are told: enough to know it again."""


@router.get("", dependencies=[Depends(takes(Act.FOLLOW))])
async def notifications(here: Here) -> NotificationsOut:
    """The channels, the ladder as it would ask now, whom it reaches, and the newest tests."""
    desk = here.desk
    known, proof = desk.reachable(), desk.nightly()
    return NotificationsOut(
        channels=_channels(here),
        ladder=_ladder(here),
        people=[_person(here, person, known, proof) for person in known.people],
        asked=proof.asked if proof is not None else None,
        tests=[_test(test) for test in desk.tests()],
    )


@router.post("/tests", status_code=204)
async def send_test(
    here: Here, wanted: SendTestIn, who: Annotated[Caller, Depends(acts(Act.SEND_TEST))]
) -> None:
    """Send one person a test by one channel. Whoever answers from the number proves it."""
    await here.desk.send_test(wanted.person, wanted.channel, who.person or who.user)


def _channels(here: Context) -> list[ChannelOut]:
    rungs = here.desk.mine.policy.ladder
    named = dict.fromkeys(channel for rung in rungs for channel in rung.channels)
    down = {
        found.subject: found.detail
        for found, _ in here.desk.findings()
        if found.finding is FindingKind.CHANNEL_DOWN
    }
    return [ChannelOut(channel=one, down=down.get(one)) for one in named]


def _ladder(here: Context) -> list[RungOut]:
    shift = here.desk.on_duty()
    return [
        RungOut(
            after_s=rung.after_s,
            duties=list(rung.duties),
            channels=list(rung.channels),
            people=[p for duty in rung.duties for p in (shift.holders(duty) if shift else ())],
        )
        for rung in here.desk.mine.policy.ladder
    ]


def _person(
    here: Context, person: str, known: Reachable, proof: NightlyProof | None
) -> ReachableOut:
    mine = here.desk.mine
    row = proof.rows.get(person) if proof is not None else None
    return ReachableOut(
        person=person,
        phone=mine.people[mine.person_row[person]].phone[-SHOWN:],
        proven_at=known.proven_at.get(person),
        wrong=known.wrong.get(person),
        nightly={c: status.value for c, status in row.receipts.items()} if row else {},
        answered=row.answered if row else None,
    )


def _test(test: SentTest) -> SentTestOut:
    return SentTestOut(
        test=test.test,
        person=test.person,
        channel=test.channel,
        by=test.by,
        sent=test.sent,
        answered=test.answered,
        came=[CameOut(status=s.value, at=at, detail=detail) for s, at, detail in test.came],
    )
