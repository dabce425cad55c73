"""Outputs by hand: asked for by one, confirmed by another, and a dry run unless it is said."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from minesafe.model.errors import Refused
from minesafe.model.events import Origin
from minesafe.model.mine import Mine, Output
from minesafe.model.picture import Picture
from minesafe.model.quality import BELIEVED
from minesafe.model.switching import AskOutput, ConfirmOutput, DropOutput
from minesafe.web.context import Context, Here
from minesafe.web.guard import Caller, acts, proves_himself, reads
from minesafe.web.models import (
    ConfirmationIn,
    FeedOut,
    OutputAskedOut,
    OutputIn,
    OutputOut,
    OutputRequestOut,
)
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["acting"])


@router.get("/outputs", dependencies=[Depends(reads)])
async def outputs(here: Here) -> list[OutputOut]:
    """Every listed output, what waits for a second person, and which cuts stand."""
    return [_output_out(here, output) for output in here.desk.mine.outputs]


@router.post("/outputs/{output}/requests")
async def ask_output(
    here: Here,
    output: str,
    wanted: OutputIn,
    who: Annotated[Caller, Depends(acts(Act.ASK_OUTPUT))],
) -> OutputAskedOut:
    """Say what switching it would write; with `write`, ask for it: a second person confirms."""
    listed = _listed(here.desk.mine, output)
    request = None
    if wanted.write:
        ask = AskOutput(who.person, Origin.CONSOLE, output, wanted.on, wanted.reason)
        request = await here.desk.about_output(ask)
    return OutputAskedOut(
        dry_run=not wanted.write,
        request=request,
        output=listed.id,
        device=listed.device,
        function=listed.function,
        address=listed.coil,
        value=listed.on if wanted.on else listed.off,
        zones=list(listed.zones),
        shows=_feeds(here.desk.mine, here.desk.picture(), listed),
    )


@router.post("/outputs/requests/{request}/confirm", status_code=204)
async def confirm_output(
    here: Here,
    http: Request,
    request: str,
    signing: ConfirmationIn,
    who: Annotated[Caller, Depends(acts(Act.CONFIRM_OUTPUT))],
) -> None:
    """Stand for it as the second person, with the password again: it is written."""
    await proves_himself(here, http, who, signing.password)
    await here.desk.about_output(ConfirmOutput(who.person, Origin.CONSOLE, request))


@router.post("/outputs/requests/{request}/drop", status_code=204)
async def drop_output(
    here: Here, request: str, who: Annotated[Caller, Depends(acts(Act.ASK_OUTPUT))]
) -> None:
    """It comes to nothing."""
    await here.desk.about_output(DropOutput(who.person, Origin.CONSOLE, request))


def _listed(mine: Mine, ident: str) -> Output:
    found = next((output for output in mine.outputs if output.id == ident), None)
    if found is None:
        raise Refused("unknown_output", output=ident)
    return found


def _output_out(here: Context, output: Output) -> OutputOut:
    board = here.desk.switchboard()
    cut = next((cut for cut in board.cuts if cut.output == output.id), None)
    return OutputOut(
        id=output.id,
        zh=output.name.zh,
        en=output.name.en,
        output_kind=output.kind,
        device=output.device,
        function=output.function,
        address=output.coil,
        zones=list(output.zones),
        shows=_feeds(here.desk.mine, here.desk.picture(), output),
        requests=[
            OutputRequestOut(request=r.request, on=r.on, reason=r.reason, by=r.by, asked=r.asked)
            for r in board.requests
            if r.output == output.id
        ],
        cut_since=cut.since if cut is not None else None,
        proven=cut is not None and cut.proven,
    )


def _feeds(mine: Mine, picture: Picture, output: Output) -> list[FeedOut]:
    """What the points behind its feeder say now."""
    shows: Sequence[str] = next((f.shows for f in mine.feeders if f.id == output.feeder), ())
    return [FeedOut(point=p, value=_value(picture, mine.point_row[p])) for p in shows]


def _value(picture: Picture, row: int) -> float | None:
    believed = picture.quality[row] in BELIEVED and not picture.silent[row]
    return float(picture.value[row]) if believed and picture.sampled[row] else None
