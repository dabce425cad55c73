"""What shadows would have told: counted, and held against what was real."""

from fastapi import APIRouter, Depends, Request

from minesafe.backtest import Shadowed, Standing
from minesafe.backtest.report import Row
from minesafe.backtest.shadowed import KINDS
from minesafe.model.time import Micros
from minesafe.ports import History
from minesafe.web.context import Here
from minesafe.web.guard import reads
from minesafe.web.mine_view import words
from minesafe.web.models import ShadowOut, TriedOut
from minesafe.web.moments import Moment
from minesafe.web.reading import history_of
from minesafe.web.refusals import UNPROCESSABLE, Denied

MOST_EVENTS = 200_000
"""Of one question."""

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(reads)])


@router.get("/shadows")
async def shadows(here: Here, request: Request, start: Moment, end: Moment) -> list[ShadowOut]:
    """Each shadow in force: what would have fired between two times, how often it was real."""
    mine = here.desk.mine
    if not mine.shadows:
        return []
    ledger = await here.questions.answer(request, _folded(history_of(here), (start, end)))
    return [_shadow(standing) for standing in ledger.standings(mine, (start, end))]


async def _folded(history: History, span: tuple[Micros, Micros]) -> Shadowed:
    ledger, taken = Shadowed(), 0
    async for event in history.journalled(KINDS, *span):
        taken += 1
        if taken > MOST_EVENTS:
            raise Denied(UNPROCESSABLE, "ask_shorter")
        ledger.apply(event.body, event.valid)
    return ledger


def _shadow(standing: Standing) -> ShadowOut:
    total = standing.total
    return ShadowOut(
        id=standing.shadow.id,
        name=words(standing.shadow.name),
        would_fire=total.would_fire,
        real=total.real,
        missed=total.missed,
        lead_s=total.lead,
        limits=[_tried(row) for row in standing.rows],
    )


def _tried(row: Row) -> TriedOut:
    return TriedOut(
        point=row.point,
        condition=row.condition,
        before=row.before,
        after=row.after,
        fired=row.fired,
        would_fire=row.would_fire,
        real=row.real,
        dangers=row.dangers,
        missed=row.missed,
        lead_s=row.lead,
    )
