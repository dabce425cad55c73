"""A scenario: what the strata do and how the played people act, read from TOML."""

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from device_sims.errors import ScenarioUnknown
from device_sims.faults.words import Fault, FaultSource, placed
from device_sims.mine import Mine
from device_sims.world.course import (
    Absence,
    Course,
    Crowd,
    Given,
    Inrush,
    ShiftChange,
    Sos,
    Swing,
    Visit,
)
from device_sims.world.emissions import GASES, Emission, burning
from device_sims.world.fans import FANS, FanCourse
from device_sims.world.site import Site


class GasSource(Given, frozen=True, rename={"from_share": "from", "to_share": "to"}):
    """Gas let out somewhere."""

    gas: str
    at: str
    """A roadway's id, or a kind of roadway: then the first of that kind."""
    profile: tuple[tuple[float, float], ...]
    """(seconds, enrichment of the passing air) joined by lines; nothing before and after."""
    from_share: float = 0.0
    """Where it begins, as a share of the roadway down-wind."""
    to_share: float = 1.0


class FireSource(Given, frozen=True):
    """Something burns."""

    at: str
    """A roadway's id or kind, as above; or the id or kind of a point: then where that is."""
    profile: tuple[tuple[float, float], ...]
    """(seconds, MW) joined by lines; nothing before and after."""
    share: float = 0.0
    """Where, as a share of the roadway down-wind."""


class FanSource(Given, frozen=True):
    """Fans that do not run as they should."""

    fan: str
    """main: every main fan; local: every local fan."""
    profile: tuple[tuple[float, float], ...]
    """(seconds, share of full speed) joined by lines; the first and the last hold."""


class Acting(Given, frozen=True):
    """How the played people act; times in mine seconds."""

    acknowledge_after_s: float | None = None
    """From the SMS with the link to its opening by the leader; None: he does not react."""
    leader_calls_after_s: float | None = None
    """From the acknowledgement to the leader's phone calls to everyone underground."""
    decision: str = ""
    """What the leader decides for a level II order; empty: nothing."""
    decision_reason: str = ""
    decide_after_s: float = 20.0
    all_clear: bool = False
    """Whether two users sign the all-clear as soon as they may without an override."""
    deaf: int = 0
    """How many workers hear neither horn nor shout nor telephone."""
    still: int = 0
    """How many stand motionless at their post, whatever they are told."""
    cards_left: int = 0
    """How many have hung up the jacket with the card at the post and go without it."""


class Expected(Given, frozen=True):
    """What a mine that follows the rules makes of it; a test plays every shipped file against it.

    An alarm is named `family:what`: its family (docs/rules.md) and the kind of the point or zone
    it is about, `person` or `reader`. `*` stands for anything.
    """

    order_kinds: tuple[str, ...] = ()
    """Every kind of order that is open at some time, in the order they come, and no other."""
    zone_kinds: tuple[str, ...] = ()
    """Kinds of zone that must be among those of the orders."""
    no_zone_kinds: tuple[str, ...] = ()
    """Kinds of zone no order may name."""
    alarms: tuple[str, ...] = ()
    """Each must be raised."""
    no_alarms: tuple[str, ...] = ()
    """None of these may be raised, but for those that must."""
    raised_at_most: int | None = None
    """How often the same alarm may be raised: one that flaps is told once."""
    findings: tuple[str, ...] = ()
    """What the server must find wrong with its own world (`link_down`), and nothing else."""
    everyone_accounted: bool = True
    """False: in the end somebody is missing, and the order stays open for it."""
    closed_within_s: float | None = None
    """Mine seconds from the beginning to the last all-clear; None: no order, or one that stays."""
    watched_s: float = 600.0
    """How long it is watched where no all-clear ends it, mine seconds."""


class Scenario(Given, frozen=True):
    """One file of `scenarios/`."""

    zh: str
    en: str
    emissions: tuple[GasSource, ...] = ()
    fires: tuple[FireSource, ...] = ()
    fans: tuple[FanSource, ...] = ()
    faults: tuple[FaultSource, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    visits: tuple[Visit, ...] = ()
    swings: tuple[Swing, ...] = ()
    sos: tuple[Sos, ...] = ()
    absences: tuple[Absence, ...] = ()
    inrush: tuple[Inrush, ...] = ()
    shift_change: ShiftChange | None = None
    people: Acting = Acting()
    expected: Expected = Expected()

    def placed(self, mine: Mine) -> tuple[Emission, ...]:
        """The emissions and what fires give off, each with a roadway of this mine.

        Raises:
            ScenarioUnknown: the mine has no such roadway, or nobody knows the gas.
        """
        fires = (burning(*_place(f.at, f.share, mine), f.profile) for f in self.fires)
        return (*(_placed(s, mine) for s in self.emissions), *(e for fire in fires for e in fire))

    def site(self, mine: Mine) -> Site:
        """The mine in which it is played.

        Raises:
            ScenarioUnknown: it does not fit the mine.
        """
        return Site.of(mine, self.placed(mine), self.fan_courses(), self.course(mine))

    def course(self, mine: Mine) -> Course:
        """What is asked of people and water.

        Raises:
            ScenarioUnknown: the mine has no such place, or too few people.
        """
        _enough(self, mine)
        return Course(
            self.crowds,
            self.visits,
            self.swings,
            self.sos,
            self.absences,
            tuple(_water(i, mine) for i in self.inrush),
            self.shift_change,
            self.people.deaf,
            self.people.still,
            self.people.cards_left,
        )

    def fan_courses(self) -> tuple[FanCourse, ...]:
        """How the fans run.

        Raises:
            ScenarioUnknown: there is no such fan, or a course without times.
        """
        return tuple(_course(source) for source in self.fans)

    def faults_in(self, mine: Mine) -> tuple[Fault, ...]:
        """What fails, and where.

        Raises:
            ScenarioUnknown: nobody knows the word, or the mine has no such place.
        """
        return placed(self.faults, mine)


def _placed(source: GasSource, mine: Mine) -> Emission:
    if source.gas not in GASES:
        raise ScenarioUnknown(f"gas was {source.gas}, must be one of {', '.join(GASES)}")
    where = _roadway(source.at, mine)
    return Emission(source.gas, where, source.from_share, source.to_share, source.profile)


def _roadway(at: str, mine: Mine) -> str:
    fitting = [r.id for r in mine.roadways if at in (r.id, r.kind)]
    if not fitting:
        raise ScenarioUnknown(f"the mine has no roadway {at}, neither as id nor as kind")
    return fitting[0]


def _place(at: str, share: float, mine: Mine) -> tuple[str, float]:
    """A roadway and how far along it, down-wind; a point lies where it lies."""
    point = next((p for p in mine.points if at in (p.id, p.kind)), None)
    if point is None:
        return _roadway(at, mine), share
    roadway = mine.roadway[point.roadway]
    along = point.chainage_m / roadway.length_m
    return roadway.id, along if roadway.air >= 0 else 1.0 - along


def _water(source: Inrush, mine: Mine) -> Inrush:
    if not source.profile:
        raise ScenarioUnknown(f"profile of the inrush at {source.at} must have at least one point")
    at, share = _place(source.at, source.share, mine)
    return msgspec.structs.replace(source, at=at, share=share)


def _enough(scenario: Scenario, mine: Mine) -> None:
    """Whether the mine has the people for it."""
    cards = sum(bool(p.tag) for p in mine.people)
    wanted = max((crowd.people for crowd in scenario.crowds), default=0)
    if wanted > cards:
        raise ScenarioUnknown(
            f"a crowd was {wanted}, must be at most the mine's {cards} with a card"
        )
    if scenario.shift_change is not None and not any(p.shift for p in mine.people):
        raise ScenarioUnknown("nobody of this mine works in shifts")


def _course(source: FanSource) -> FanCourse:
    if source.fan not in FANS:
        raise ScenarioUnknown(f"fan was {source.fan}, must be one of {', '.join(FANS)}")
    if not source.profile:
        raise ScenarioUnknown(f"profile of the {source.fan} fan must have at least one point")
    return FanCourse(source.fan, source.profile)


def shipped() -> dict[str, Scenario]:
    """Every scenario that comes with the simulators, by name."""
    found = (f for f in files("device_sims").joinpath("scenarios").iterdir())
    named = sorted((f.name.removesuffix(".toml"), f) for f in found if f.name.endswith(".toml"))
    return {name: _read(file) for name, file in named}


def find(name: str) -> Scenario:
    """A scenario by its name, or by the path of a file of one's own.

    Raises:
        ScenarioUnknown: neither, or the file says something nobody understands.
    """
    if name.endswith(".toml"):
        return _read(Path(name))
    scenarios = shipped()
    if name not in scenarios:
        raise ScenarioUnknown(f"scenario was {name}, must be one of {', '.join(scenarios)}")
    return scenarios[name]


def _read(file: Traversable | Path) -> Scenario:
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Scenario)
    except OSError as error:
        raise ScenarioUnknown(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioUnknown(f"{file.name}: {error}") from error
