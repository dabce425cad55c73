"""What changes, as pages are told it: pure functions from the desk's state to the models."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minesafe.evacuation.acts import can_close, override_needed
from minesafe.evacuation.score import score
from minesafe.evacuation.telling import ROUND, rung_of
from minesafe.model.events import FindingBegan, RoadwayBlocked
from minesafe.model.frame import Column, Sightings, TagFlag
from minesafe.model.mine import Interval, Mine
from minesafe.model.order import MusterRow, Order, Step
from minesafe.model.picture import Picture, Placing, Reach
from minesafe.model.quality import Quality
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.system import SystemHealth
from minesafe.model.time import Micros
from minesafe.model.way import Impact, Leg
from minesafe.web.models import (
    BandOut,
    BlockedOut,
    CountOut,
    CurveOut,
    DoubtOut,
    FindingOut,
    ImpactOut,
    IntervalOut,
    LegOut,
    MusterOut,
    OrderOut,
    PlaceOut,
    ReachOut,
    ReckoningOut,
    RefugeOut,
    ScoreOut,
    SignatureOut,
    StepOut,
    SystemOut,
    ToldOut,
    TrackOut,
    TroubleOut,
    ValueOut,
)
from minesafe.web.trending import Curve

SILENT = "silent"


def number(value: float) -> float | None:
    """A number a page may show; JSON has no NaN and no infinity."""
    return value if np.isfinite(value) else None


def curve_out(drawn: Curve) -> CurveOut:
    """A curve as JSON has it."""
    trend = drawn.trend
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = trend.total / trend.believed
    numbers = {"lowest": trend.lowest, "mean": mean, "highest": trend.highest}
    numbers |= {"opening": trend.opening, "closing": trend.closing}
    return CurveOut(
        step_us=drawn.step,
        kept_s=drawn.kept_s,
        start=trend.start.tolist(),
        samples=trend.samples.tolist(),
        believed=trend.believed.tolist(),
        bands=[
            BandOut(start=b.start, end=b.end, quality=quality_word(b.quality)) for b in drawn.bands
        ],
        **{name: [number(v) for v in column.tolist()] for name, column in numbers.items()},
    )


def track_out(mine: Mine, seen: Sightings) -> list[TrackOut]:
    """A person's stored places; where only his tag was heard, there is none."""
    of_place = (seen.roadway, seen.chainage, seen.x, seen.y, seen.z)
    columns = (seen.sampled, *of_place, seen.error, seen.station)
    return [
        TrackOut(
            sampled=sampled,
            roadway=mine.roadways[roadway].id,
            chainage_m=chainage,
            x=x,
            y=y,
            z=z,
            error_m=error,
            reader=mine.readers[reader].id if reader >= 0 else None,
        )
        for _, sampled, roadway, chainage, x, y, z, error, reader in _rows(
            np.flatnonzero(seen.roadway >= 0), columns
        )
    ]


def quality_word(code: int) -> str:
    """The lower-case name of a quality."""
    return Quality(code).name.lower()


# --- columns: rows are row numbers of the revision ------------------------------------------


def values(mine: Mine, picture: Picture, rows: Column) -> list[ValueOut]:
    """The newest values of these points."""
    columns = (picture.value, picture.quality, picture.sampled, picture.silent)
    return [
        ValueOut(
            point=mine.points[row].id,
            value=number(value),
            quality=SILENT if silent else quality_word(quality),
            sampled=sampled or None,
        )
        for row, value, quality, sampled, silent in _rows(rows, columns)
    ]


def places(mine: Mine, picture: Picture, rows: Column) -> list[PlaceOut]:
    """Where these people were seen last; who never was seen has no place."""
    p = picture
    seen = rows[p.roadway[rows] >= 0]
    columns = (p.roadway, p.chainage, p.level, p.x, p.y, p.z, p.error, p.seen, p.flags)
    return [
        PlaceOut(
            person=mine.people[row].id,
            roadway=mine.roadways[roadway].id,
            chainage_m=chainage,
            level=mine.levels[level].id,
            x=x,
            y=y,
            z=z,
            error_m=error,
            seen=when,
            zones=[mine.zones[i].id for i in np.flatnonzero(p.inside[row]).tolist()],
            lost=bool(p.lost[row]),
            sos=bool(flags & TagFlag.SOS),
            out=bool(p.out[row]),
        )
        for row, roadway, chainage, level, x, y, z, error, when, flags in _rows(seen, columns)
    ]


def reach_out(mine: Mine, picture: Picture, row: int, found: Reach) -> ReachOut:
    """Where a person may be, and what is known of the newest sighting."""
    p, reader = picture, int(picture.reader[row])
    doubt = (int(p.doubt_way[row]), float(p.doubt_m[row]), int(p.doubt_at[row]))
    return ReachOut(
        person=mine.people[row].id,
        since=found.since,
        metres=found.metres,
        stretches=_intervals(found.stretches),
        reader=mine.readers[reader].id if reader >= 0 else None,
        placing=Placing(p.placing[row]).name.lower(),
        doubted=_doubt(mine, *doubt) if p.doubted[row] and doubt[0] >= 0 else None,
    )


def _doubt(mine: Mine, roadway: int, metres: float, at: Micros) -> DoubtOut:
    return DoubtOut(roadway=mine.roadways[roadway].id, chainage_m=metres, at=at)


def counts(mine: Mine, picture: Picture, rows: Column) -> list[CountOut]:
    """Head-counts of these zones."""
    p = picture
    columns = (p.count, p.unknown, p.low, p.high, p.limit)
    return [
        CountOut(
            zone=mine.zones[row].id,
            count=count,
            unknown=unknown,
            low=low,
            high=None if high < 0 else high,
            limit=None if limit < 0 else limit,
        )
        for row, count, unknown, low, high, limit in _rows(rows, columns)
    ]


def _rows(rows: Column, columns: Iterable[Column]) -> Iterable[tuple[Any, ...]]:
    """Row numbers, each with its cells as plain Python values."""
    return zip(rows.tolist(), *(column[rows].tolist() for column in columns), strict=True)


# --- orders ------------------------------------------------------------------------


def _muster(row: MusterRow) -> MusterOut:
    place = row.place
    return MusterOut(
        person=row.person,
        told=row.told,
        whereabouts=row.whereabouts,
        roadway=place.roadway if place else None,
        chainage_m=place.chainage_m if place else None,
        seen=place.seen if place else None,
        destination=row.destination,
        distance_m=row.distance_m,
        toward=row.toward,
        walk_s=row.walk_s,
        doubt=row.doubt,
        other=row.other,
        known_by=row.known_by,
        ticked_by=row.ticked_by,
    )


def _step(mine: Mine, order: Order, step: Step) -> StepOut:
    rung = rung_of(mine, step.step)
    return StepOut(
        step=step.step,
        due=step.due,
        taken=step.taken,
        asked=list(step.asked),
        duties=[] if rung is None else list(rung.duties),
        current=step.step // ROUND == order.round,
    )


def order_out(mine: Mine, order: Order, now: Micros) -> OrderOut:
    """An order, whole."""
    return OrderOut(
        order=order.order,
        number=order.number,
        order_kind=order.order_kind,
        severity=order.severity,
        zones=list(order.zones),
        cause=order.cause,
        subject=order.subject,
        condition=order.condition,
        value=order.value,
        limit=order.limit,
        issued=order.issued,
        by=order.by,
        origin=order.origin,
        drill=order.drill,
        leader=order.leader,
        acknowledged_by=order.acknowledged_by,
        acknowledged_at=order.acknowledged_at,
        decision=order.decision,
        decided_by=order.decided_by,
        undecided_until=order.undecided_until,
        power=order.power if order.acknowledged_by is None and order.is_open else "",
        steps=[_step(mine, order, s) for s in order.steps],
        receipts=[
            ToldOut(
                recipient=r.recipient,
                channel=r.channel,
                status=r.status,
                step=r.step,
                at=r.at,
                detail=r.detail,
            )
            for r in order.receipts.values()
        ],
        muster=[_muster(row) for row in order.muster.values()],
        heads=order.heads,
        signatures=[
            SignatureOut(by=s.by, role=s.role, at=s.at, override=s.override)
            for s in order.signatures
        ],
        can_close=order.is_open and can_close(order),
        clear_since=order.clear_since,
        override_needed=override_needed(order, mine.policy, now),
        closed=order.closed,
        feeds=list(order.feeds),
        peril=order.peril,
        cuts=list(order.cuts),
        reentry_by=order.reentry_by,
        score=_score(order),
    )


def _score(order: Order) -> ScoreOut:
    found = score(order)
    return ScoreOut(
        people=found.people,
        accounted=found.accounted,
        first_acknowledged_s=found.first_acknowledged_s,
        out_50_s=found.out_50_s,
        out_90_s=found.out_90_s,
        out_100_s=found.out_100_s,
        slowest_zone=found.slowest_zone,
    )


# --- refuges and roadways ---------------------------------------------------------------------


def refuges_out(refuges: Iterable[Refuge]) -> list[RefugeOut]:
    """Every refuge, in the order given."""
    return [
        RefugeOut(
            node=r.node,
            zone=r.zone,
            inside=r.inside,
            coming=r.coming,
            capacity=r.capacity,
            air_h=r.air_h,
            verdict=r.verdict,
            why=list(r.why),
        )
        for r in refuges
    ]


def reckoned_out(reckoned: Iterable[Reckoning]) -> list[ReckoningOut]:
    """The counts at the doors beside those by tag."""
    return [
        ReckoningOut(
            kind=r.kind,
            below=r.below,
            unread=r.unread,
            only_by_tag=list(r.only_by_tag),
            only_here=list(r.only_here),
        )
        for r in reckoned
    ]


def blocked_out(blocked: Iterable[RoadwayBlocked]) -> list[BlockedOut]:
    """Roadways nobody gets through."""
    return [BlockedOut(roadway=b.roadway, by=b.by, reason=b.reason) for b in blocked]


def impacts_out(impacts: Iterable[Impact]) -> list[ImpactOut]:
    """Where the air carries each danger."""
    return [
        ImpactOut(cause=i.cause, danger=i.danger, stretches=_intervals(i.stretches))
        for i in impacts
    ]


def legs_out(legs: Iterable[Leg]) -> list[LegOut]:
    """The roadways on which people flee."""
    return [LegOut(roadway=w.roadway, from_m=w.from_m, to_m=w.to_m, people=w.people) for w in legs]


def _intervals(stretches: Iterable[Interval]) -> list[IntervalOut]:
    return [IntervalOut(roadway=i.roadway, from_m=i.from_m, to_m=i.to_m) for i in stretches]


def systems_out(systems: Iterable[SystemHealth]) -> list[SystemOut]:
    """The six tiles."""
    return [
        SystemOut(
            system=s.system,
            state=s.state,
            since=s.since,
            parts=s.parts,
            heard=s.heard,
            why=[TroubleOut(code=t.code, count=t.count, subjects=list(t.subjects)) for t in s.why],
        )
        for s in systems
    ]


# --- findings ----------------------------------------------------------------------------------


def findings_out(findings: Sequence[tuple[FindingBegan, Micros]]) -> list[FindingOut]:
    """What is wrong now."""
    return [
        FindingOut(finding=f.finding, subject=f.subject, detail=f.detail, began=began)
        for f, began in findings
    ]
