"""The mine as pages need it: pure functions from the revision to its models."""

from minesafe.alarms.guidance import of_point, of_rule
from minesafe.model.logic import Logic
from minesafe.model.mine import (
    Kind,
    Level,
    Limits,
    Mine,
    Name,
    Person,
    Point,
    Reader,
    Roadway,
    Zone,
    along,
)
from minesafe.web.device_places import placed_devices
from minesafe.web.initials import initials
from minesafe.web.models import (
    FeederOut,
    IntervalOut,
    KindOut,
    LevelOut,
    LimitsOut,
    LogicOut,
    MineOut,
    NodeOut,
    PersonOut,
    PointOut,
    ReaderOut,
    RoadwayOut,
    Words,
    ZoneOut,
)


def words(name: Name) -> Words:
    """A name in both languages."""
    return Words(zh=name.zh, en=name.en)


def mine_out(mine: Mine) -> MineOut:
    """Everything that does not change within the revision. No phone, key or password in it."""
    return MineOut(
        id=mine.id,
        name=words(mine.name),
        revision=mine.revision,
        demo=mine.demo,
        timezone=mine.server.timezone,
        levels=[_level(level) for level in mine.levels],
        nodes=[
            NodeOut(
                id=n.id,
                name=words(mine.node_name[n.id]),
                kind=n.kind,
                level=n.level,
                x=n.x,
                y=n.y,
                z=n.z,
            )
            for n in mine.nodes
        ],
        roadways=[_roadway(roadway) for roadway in mine.roadways],
        zones=[_zone(zone) for zone in mine.zones],
        kinds=[_kind(kind) for kind in mine.kinds],
        points=[point_out(mine, point) for point in mine.points],
        logic=[_logic(mine, rule) for rule in mine.logic],
        feeders=[FeederOut(id=f.id, name=words(f.name), zones=list(f.zones)) for f in mine.feeders],
        readers=[_reader(mine, reader) for reader in mine.readers],
        devices=placed_devices(mine),
        people=[person_out(p) for p in mine.people],
        rescue_crews=list(mine.policy.rescue_crews),
    )


def person_out(person: Person) -> PersonOut:
    """A person, without the telephone number."""
    return PersonOut(
        id=person.id,
        name=person.name,
        tag=person.tag,
        trade=person.trade,
        crew=person.crew,
        initials=list(initials(person.name)),
    )


def _level(level: Level) -> LevelOut:
    return LevelOut(id=level.id, name=words(level.name), elevation_m=level.elevation_m)


def _roadway(roadway: Roadway) -> RoadwayOut:
    return RoadwayOut(
        id=roadway.id,
        name=words(roadway.name),
        start=roadway.start,
        end=roadway.end,
        level=roadway.level,
        path=list(roadway.path),
        length_m=roadway.length_m,
        kind=roadway.kind,
        air=roadway.air,
    )


def _zone(zone: Zone) -> ZoneOut:
    intervals = [
        IntervalOut(roadway=i.roadway, from_m=i.from_m, to_m=i.to_m) for i in zone.intervals
    ]
    return ZoneOut(
        id=zone.id,
        name=words(zone.name),
        kind=zone.kind,
        limit=zone.limit,
        intervals=intervals,
        permitted=list(zone.permitted),
        certificates=list(zone.certificates),
        post=list(zone.post),
        near_m=zone.near_m,
        max_dwell_s=zone.max_dwell_s,
        still_s=zone.still_s,
        maintenance_limit=zone.maintenance_limit,
        guidance=_told(zone.guidance),
    )


def _kind(kind: Kind) -> KindOut:
    return KindOut(
        id=kind.id,
        name=words(kind.name),
        system=kind.system,
        form=kind.form,
        icon=kind.icon,
        unit=kind.unit,
        decimals=kind.decimals,
        stale_s=kind.stale_s,
        states=[(value, name.zh, name.en) for value, name in kind.states],
        guidance=words(kind.guidance),
    )


def limits_out(limits: Limits) -> LimitsOut:
    """A point's limits."""
    return LimitsOut(
        warn_high=limits.warn_high,
        alarm_high=limits.alarm_high,
        cut_high=limits.cut_high,
        restore_high=limits.restore_high,
        warn_low=limits.warn_low,
        alarm_low=limits.alarm_low,
        cut_low=limits.cut_low,
        restore_low=limits.restore_low,
        dead_band=limits.dead_band,
    )


def point_out(mine: Mine, point: Point) -> PointOut:
    """A point, placed, with its limits."""
    x, y, z = along(mine.roadways[mine.roadway_row[point.roadway]], point.chainage_m)
    return PointOut(
        id=point.id,
        name=words(point.name),
        kind=point.kind,
        place=point.place,
        roadway=point.roadway,
        chainage_m=point.chainage_m,
        x=x,
        y=y,
        z=z,
        limits=limits_out(point.limits),
        device=point.device,
        guidance=_told(of_point(mine, mine.point_row[point.id])),
    )


def _logic(mine: Mine, rule: Logic) -> LogicOut:
    name = Words(zh=rule.zh, en=rule.en)
    return LogicOut(id=rule.id, name=name, guidance=_told(of_rule(mine, rule.id)))


def _told(guidance: Name | None) -> Words | None:
    return words(guidance) if guidance else None


def _reader(mine: Mine, reader: Reader) -> ReaderOut:
    x, y, z = along(mine.roadways[mine.roadway_row[reader.roadway]], reader.chainage_m)
    return ReaderOut(id=reader.id, name=words(reader.name), station=reader.station, x=x, y=y, z=z)
