"""A mine small enough to think about: two roadways, five zones, four points, three readers.

A:  0 ──portal── 10 ─────── 50 ───face─── [80 ─restricted─ 100]
B:  0 ── 20 ──refuge── 40 ── 60        (B leaves A at its far end)
"""

from dataclasses import replace
from typing import Any

from minesafe.model.mine import (
    Broker,
    Database,
    Interval,
    Kind,
    Level,
    Limits,
    Mine,
    Name,
    Node,
    NodeKind,
    Person,
    Point,
    Policy,
    Reader,
    Roadway,
    Role,
    Server,
    System,
    Zone,
    ZoneKind,
)

REVISION = "0123456789abcdef"

METHANE = Limits(alarm_high=1.0, cut_high=1.5, restore_high=1.0)
DELAYED = replace(METHANE, restore_high=0.8, on_delay_s=5.0, off_delay_s=10.0)
WIND = Limits(alarm_low=0.25, cut_low=0.15, restore_low=0.3, alarm_high=4.0)


def _name(text: str) -> Name:
    return Name(text, text)


def _kind(kind: str, high: float, stale_s: float) -> Kind:
    return Kind(
        id=kind,
        name=_name(kind),
        system=System.MONITORING,
        unit="",
        low=0.0,
        high=high,
        decimals=2,
        period_s=stale_s / 3,
        stale_s=stale_s,
        states=(),
        guidance=_name(""),
    )


def point(point_id: str, kind: str, limits: Limits) -> Point:
    return Point(
        id=point_id,
        name=_name(point_id),
        kind=kind,
        place="T1",
        roadway="A",
        chainage_m=90.0,
        rule=None,
        limits=limits,
        device="S1",
    )


def roadway(roadway_id: str, start: str, end: str, length_m: float) -> Roadway:
    return Roadway(
        id=roadway_id,
        name=_name(roadway_id),
        start=start,
        end=end,
        level="L1",
        path=((0.0, 0.0, 0.0), (length_m, 0.0, 0.0)),
        length_m=length_m,
        kind="drift",
        air=1,
        walkable=True,
        section_m2=12.0,
        main_return=False,
    )


def zone(
    zone_id: str,
    kind: ZoneKind,
    *intervals: tuple[str, float, float],
    limit: int | None = None,
    permitted: tuple[str, ...] = (),
    **more: Any,
) -> Zone:
    spans = tuple(Interval(*i) for i in intervals)
    return Zone(zone_id, _name(zone_id), kind, spans, limit, permitted, **more)


def reader(reader_id: str, road: str, chainage_m: float, period_s: float = 2.0) -> Reader:
    return Reader(reader_id, _name(reader_id), "BS1", road, chainage_m, 20.0, 2.0, period_s)


def person(number: int, trade: str = "miner", *, counts: bool = True) -> Person:
    return Person(f"P{number}", f"P{number}", str(number), trade, "crew", "", counts)


def small_mine(**changes: Any) -> Mine:
    """The mine, with some of its fields changed."""
    mine = Mine(
        id="small",
        name=_name("small"),
        revision=REVISION,
        demo=True,
        levels=(Level("L1", _name("L1"), -300.0),),
        nodes=tuple(
            Node(n, kind, "L1", x, 0.0, 0.0)
            for n, kind, x in (
                ("N0", NodeKind.PORTAL, 0.0),
                ("N1", NodeKind.JUNCTION, 100.0),
                ("N2", NodeKind.REFUGE, 160.0),
            )
        ),
        roadways=(roadway("A", "N0", "N1", 100.0), roadway("B", "N1", "N2", 60.0)),
        zones=(
            zone("MINE", ZoneKind.MINE, ("A", 0.0, 100.0), ("B", 0.0, 60.0)),
            zone("PORTAL", ZoneKind.PORTAL, ("A", 0.0, 10.0)),
            zone("FACE", ZoneKind.FACE, ("A", 50.0, 100.0), limit=2),
            zone("BLAST", ZoneKind.RESTRICTED, ("A", 80.0, 100.0), permitted=("blaster",)),
            zone("REFUGE", ZoneKind.REFUGE, ("B", 20.0, 40.0), limit=5),
        ),
        kinds=(_kind("ch4", 4.0, 15.0), _kind("wind", 15.0, 60.0)),
        rules=(),
        points=(
            point("CH4", "ch4", METHANE),
            point("CH4-SLOW", "ch4", DELAYED),
            point("WIND", "wind", WIND),
            point("FAN", "wind", Limits()),
        ),
        substations=(),
        gateways=(),
        stations=(),
        readers=(reader("R0", "A", 5.0), reader("R1", "A", 90.0), reader("R2", "B", 30.0, 20.0)),
        outputs=(),
        people=(
            person(1),
            person(2),
            person(3, "blaster"),
            person(4, "inspector", counts=False),
        ),
        shifts=(),
        users=(),
        policy=Policy(
            auto_evacuate="at_once",
            auto_after_s=0.0,
            undecided_s=180.0,
            ladder=(),
            scope_channels=("horn",),
            lost_contact_s=40.0,
            standing_s=30.0,
            all_clear_hold_s=60.0,
            all_clear_first=(Role.LEADER,),
            all_clear_second=(Role.DISPATCHER,),
            walking_m_s=1.1,
            self_rescuer_s=1800.0,
        ),
        server=Server("127.0.0.1", 0, "http://127.0.0.1", "127.0.0.1", 0, 16, "Asia/Shanghai"),
        broker=Broker("", 0, "", ""),
        database=Database(""),
        carrier=None,
    )
    return replace(mine, **changes)
