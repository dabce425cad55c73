"""The record of an order, as a file to take away."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from fastapi.responses import StreamingResponse

from minesafe.web.context import Here
from minesafe.web.guard import takes
from minesafe.web.rights import Act

router = APIRouter(prefix="/api/v1", tags=["reading"])

Form = Literal["html", "pdf"]

MEDIA: dict[Form, str] = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}

OrderName = Annotated[str, Path(pattern=r"^[\w.-]{1,64}$")]
"""An order's id or number; it becomes the name of a file."""


@router.get(
    "/orders/{order}/report",
    dependencies=[Depends(takes(Act.REPORT))],
    response_class=StreamingResponse,
)
async def order_report(
    here: Here, order: OrderName, form: Form = "html", language: Literal["zh", "en"] = "zh"
) -> StreamingResponse:
    """Write the record of an order, open or closed however long ago, and send it in parts."""
    parts = await here.reporter.incident(order, language, form)
    name = {"Content-Disposition": f'attachment; filename="order-{order}.{form}"'}
    return StreamingResponse(parts, media_type=MEDIA[form], headers=name)
