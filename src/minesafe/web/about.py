"""A point's own page: where it is read from, its range, its rule, and what its papers say."""

from fastapi import APIRouter, Depends

from minesafe.model.mine import Gateway, KjHost, Mine, Name, Point, Substation
from minesafe.web.context import Here
from minesafe.web.devices import device_out
from minesafe.web.guard import reads
from minesafe.web.mine_view import words
from minesafe.web.models import AboutPointOut, AddressOut, RuleOut
from minesafe.web.reading import row_of

NUMBERS = (3, 4)
"""Functions that read registers; a coil or a contact is a bit and has no encoding."""

Reporter = Substation | Gateway | KjHost

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Depends(reads)])


@router.get("/points/{point}")
async def about_point(here: Here, point: str) -> AboutPointOut:
    """What is known of a point besides its values."""
    mine = here.desk.mine
    own = mine.points[row_of(mine.point_row, point, "unknown_point")]
    kind = mine.kind[own.kind]
    instrument = next((d for d in here.desk.devices() if d.id == own.id), None)
    return AboutPointOut(
        low=kind.low,
        high=kind.high,
        period_s=own.period_s or kind.period_s,
        address=address_of(mine, own),
        rule=_rule(mine, own),
        instrument=device_out(instrument) if instrument else None,
    )


def address_of(mine: Mine, point: Point) -> AddressOut:
    """Where it is read from."""
    reporters: tuple[Reporter, ...] = (*mine.substations, *mine.gateways, *mine.kj_hosts)
    match next((r for r in reporters if r.id == point.device), None):
        case Substation() as by:
            at = by.serial.port if by.serial else f"{by.host}:{by.port}"
            place = (by.unit, point.function, point.address)
            return _address("modbus", by.name, at, place, point.encoding)
        case Gateway() as by:
            called = next((name for name, own in by.names if own == point.id), point.id)
            return _address("mqtt", by.name, by.topic, code=called)
        case KjHost() as by:
            return _address("files", by.name, by.folder, code=point.code or point.id)
        case _:
            return _address("derived", point.name, "")


def _address(
    protocol: str,
    name: Name,
    at: str,
    place: tuple[int | None, int | None, int | None] = (None, None, None),
    encoding: str = "",
    code: str = "",
) -> AddressOut:
    unit, function, number = place
    return AddressOut(
        protocol=protocol,
        name=words(name),
        at=at,
        unit=unit,
        function=function,
        number=number,
        encoding=encoding if function in NUMBERS else "",
        code=code,
    )


def _rule(mine: Mine, point: Point) -> RuleOut | None:
    rule = mine.rule.get(point.rule or "")
    return (
        None
        if rule is None
        else RuleOut(
            id=rule.id,
            source=rule.source,
            clause=rule.clause,
            edition=rule.edition,
            verified=rule.verified,
        )
    )
