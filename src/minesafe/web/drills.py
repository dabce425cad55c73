"""Drills, blocked roadways, visitors, and the way back in after an all-clear."""

from typing import Annotated

from fastapi import APIRouter, Depends

from minesafe.model.events import Origin
from minesafe.web.acting import signing_role
from minesafe.web.context import Here
from minesafe.web.guard import Caller, acts
from minesafe.web.models import DrillIn, IssuedOut, ReentryIn, RoadwayIn, VisitorIn
from minesafe.web.refusals import FORBIDDEN, Denied
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["acting"])


@router.post("/drills", status_code=201)
async def start_drill(
    here: Here, wanted: DrillIn, who: Annotated[Caller, Depends(acts(Act.DRILL))]
) -> IssuedOut:
    """Order as in earnest, stamped as a drill; refused while a real order is open."""
    order = await here.desk.issue_order(
        wanted.order_kind,
        wanted.zones,
        wanted.ground,
        who.person,
        Origin.CONSOLE,
        drill=True,
        peril=wanted.peril,
    )
    return IssuedOut(order=order)


@router.post("/roadways/{roadway}", status_code=204)
async def block_roadway(
    here: Here,
    roadway: str,
    said: RoadwayIn,
    who: Annotated[Caller, Depends(acts(Act.BLOCK_ROADWAY))],
) -> None:
    """Say that nobody gets through a roadway, or that one does again; the ways out follow."""
    await here.desk.block_roadway(roadway, said.blocked, who.person, said.reason)


@router.post("/orders/{order}/visitors", status_code=204)
async def add_visitor(
    here: Here,
    order: str,
    visitor: VisitorIn,
    who: Annotated[Caller, Depends(acts(Act.TICK))],
) -> None:
    """Add somebody without a tag to the muster; he is ticked off by hand."""
    await here.desk.add_visitor(order, visitor.name, who.person)


@router.post("/orders/{order}/reentry", status_code=204)
async def permit_reentry(
    here: Here,
    order: str,
    checked: ReentryIn,
    who: Annotated[Caller, Depends(acts(Act.REENTRY))],
) -> None:
    """Let people go back to where the order had them leave; after its all-clear."""
    role = signing_role(here.desk.mine.policy, who.roles, None)
    if role is None:
        raise Denied(FORBIDDEN, "role_not_allowed", act=Act.REENTRY)
    await here.desk.permit_reentry(order, who.person, role, checked.reason)
