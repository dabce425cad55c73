"""A demo's scenarios: which there are, and beginning another one. A real mine has no such route."""

from typing import Annotated

from fastapi import APIRouter, Depends

from minesafe.model.errors import LinkDown
from minesafe.model.events import ScenarioStarted
from minesafe.ports import Scenarios
from minesafe.web.context import Here
from minesafe.web.guard import Caller, acts, reads
from minesafe.web.mine_view import words
from minesafe.web.models import ScenarioIn, ScenarioOut, ScenariosOut
from minesafe.web.refusals import NOT_FOUND, UNAVAILABLE, Denied
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1/demo", tags=["demo"])


def _scenarios_of(here: Here) -> Scenarios:
    if here.scenarios is None:
        raise Denied(NOT_FOUND, "not_found")
    return here.scenarios


Stage = Annotated[Scenarios, Depends(_scenarios_of)]


@router.get("/scenarios", dependencies=[Depends(reads)])
async def scenarios(stage: Stage) -> ScenariosOut:
    """What the simulated mine can go through, and what it goes through now."""
    try:
        listed = await stage.listed()
    except LinkDown as error:
        raise Denied(UNAVAILABLE, "scenario_not_started") from error
    told = [ScenarioOut(name=name, about=words(about)) for name, about in listed.items()]
    return ScenariosOut(playing=stage.playing, scenarios=told)


@router.post("/scenario", status_code=204)
async def play_scenario(
    here: Here,
    stage: Stage,
    wanted: ScenarioIn,
    who: Annotated[Caller, Depends(acts(Act.PLAY_SCENARIO))],
) -> None:
    """Let the simulated mine begin anew. Alarms and orders of the one before stay as they are."""
    try:
        if wanted.scenario not in await stage.listed():
            raise Denied(NOT_FOUND, "unknown_scenario")
        await here.desk.note(ScenarioStarted(scenario=wanted.scenario, by=who.person))
        await stage.play(wanted.scenario)
    except LinkDown as error:
        raise Denied(UNAVAILABLE, "scenario_not_started") from error
