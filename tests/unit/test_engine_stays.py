"""What a stay in a zone may be besides being there: too near, without a licence, too long."""

from dataclasses import replace
from typing import Any

from engine_bench import START, Bench
from small_mine import small_mine
from story import Story, story_mine

from minesafe.engine import State
from minesafe.model.mine import Mine, Severity
from minesafe.model.time import SECOND

DAY = 24 * 3600
"""START is midnight by the mine's clock."""


def watched(zone: str, *, of: Mine | None = None, **more: Any) -> Mine:
    mine = of or small_mine()
    zones = tuple(replace(z, **more) if z.id == zone else z for z in mine.zones)
    return replace(mine, zones=zones)


def holding(mine: Mine, **held: tuple[tuple[str, str], ...]) -> Mine:
    people = (replace(p, certificates=held.get(p.id, ())) for p in mine.people)
    return replace(mine, people=tuple(people))


def about(told: list[tuple[str, str, bool, float | None, float]], zone: str) -> list[str]:
    """`+` began, `-` ended, of everything but being inside."""
    sign = {True: "+", False: "-"}
    return [
        sign[t[2]] + t[0].removesuffix(f":{zone}")
        for t in told
        if t[0].endswith(f":{zone}") and not t[0].startswith("INSIDE")
    ]


def test_who_comes_near_a_restricted_zone_is_told_before_he_is_in_it() -> None:
    b = Bench(watched("BLAST", near_m=15.0))
    assert about(b.sees(0, "P1", "A", 64.9), "BLAST") == []
    assert about(b.sees(5, "P1", "A", 65.0), "BLAST") == ["+NEAR_DANGER"]
    assert about(b.sees(10, "P1", "A", 80.0), "BLAST") == ["+TRESPASSING"]
    assert about(b.sees(15, "P1", "A", 70.0), "BLAST") == ["-TRESPASSING"]
    assert about(b.sees(20, "P1", "B", 16.0), "BLAST") == ["-NEAR_DANGER"]
    assert b.picture().count.tolist() == [1, 0, 0, 0, 0]


def test_danger_is_near_round_the_corner_too_and_not_for_who_may_enter() -> None:
    b = Bench(watched("BLAST", near_m=15.0))
    assert about(b.sees(0, "P1", "B", 15.0), "BLAST") == ["+NEAR_DANGER"]
    assert about(b.sees(0, "P3", "B", 10.0), "BLAST") == []


def test_one_alarm_rises_when_who_was_near_goes_in() -> None:
    story = Story(watched("BLAST", of=story_mine(), near_m=15.0))
    story.at("P1", "A", 70)
    story.passes(2)
    (alarm,) = [a for a in story.watch.book.alarms() if a.episode.startswith("trespass")]
    assert alarm.severity is Severity.IV
    story.at("P1", "A", 90)
    story.passes(2)
    (alarm,) = [a for a in story.watch.book.alarms() if a.episode.startswith("trespass")]
    assert (alarm.severity, alarm.condition) == (Severity.III, "trespassing")


def test_a_certificate_that_was_never_held_is_trespass_one_that_ran_out_says_so() -> None:
    mine = holding(
        watched("FACE", certificates=("gas",)),
        P1=(("gas", "2025-11-20"),),
        P2=(("gas", "2026-01-01"),),
    )
    b = Bench(mine)
    assert about(b.sees(0, "P1", "A", 60.0), "FACE") == ["+UNCERTIFIED"]
    assert about(b.sees(0, "P2", "A", 60.0), "FACE") == []
    assert about(b.sees(0, "P3", "A", 60.0), "FACE") == ["+TRESPASSING"]
    assert about(b.sees(1, "P1", "A", 40.0), "FACE") == ["-UNCERTIFIED"]


def test_a_certificate_ends_at_the_midnight_after_its_last_day_wherever_its_holder_is() -> None:
    mine = holding(watched("FACE", certificates=("gas",)), P1=(("gas", "2025-11-25"),))
    b = Bench(mine)
    b.sees(DAY - 10, "P1", "A", 60.0)
    assert about(b.sweeps(DAY - 1), "FACE") == []
    assert b.sweeps(DAY) == [("UNCERTIFIED:FACE", "P1", True, None, float(DAY))]


def test_a_restricted_zone_may_ask_for_a_certificate_instead_of_a_trade() -> None:
    mine = watched("BLAST", permitted=(), certificates=("blast",))
    b = Bench(holding(mine, P1=(("blast", "2026-01-01"),)))
    assert about(b.sees(0, "P1", "A", 90.0), "BLAST") == []
    assert about(b.sees(0, "P3", "A", 90.0), "BLAST") == ["+TRESPASSING"]


def test_who_stays_too_long_and_the_next_stay_counts_anew() -> None:
    b = Bench(watched("FACE", max_dwell_s=100.0))
    b.sees(0, "P1", "A", 60.0)
    assert about(b.sees(99, "P1", "A", 70.0), "FACE") == []
    assert ("OVERTIME:FACE", "P1", True, None, 100.0) in b.sees(101, "P1", "A", 60.0)
    assert about(b.sees(102, "P1", "A", 40.0), "FACE") == ["-OVERTIME"]
    b.sees(103, "P1", "A", 60.0)
    assert about(b.sees(200, "P1", "A", 60.0), "FACE") == []


def test_what_the_book_holds_of_a_stay_is_remembered_by_an_empty_engine() -> None:
    mine = watched("BLAST", of=story_mine(), near_m=15.0, certificates=("blast",))
    mine = watched("FACE", of=mine, max_dwell_s=5.0)
    story = Story(holding(mine, P3=(("blast", "2025-01-01"),)))
    story.at("P1", "A", 70)
    story.at("P3", "A", 90)
    story.passes(10)
    held = {c for a in story.watch.book.alarms() for c in a.conditions}
    assert {"near_danger", "uncertified", "overtime"} <= held
    before = story.watch.engine.snapshot()
    assert not story.watch.reconcile()
    assert story.watch.engine.snapshot() == before
    story.watch.engine = State.fresh(story.watch.layout)
    assert not story.watch.reconcile()
    moved = len(story.journal)
    story.passes(3)
    ended = [b for b, *_ in story.journal[moved:] if getattr(b, "move", "") in ("return", "clear")]
    assert ended == []


def test_a_renewed_certificate_ends_its_alarm_with_the_new_revision() -> None:
    mine = watched("BLAST", of=story_mine(), certificates=("blast",))
    story = Story(holding(mine, P3=(("blast", "2025-01-01"),)))
    story.at("P3", "A", 90)
    story.passes(3)
    (alarm,) = [a for a in story.watch.book.alarms() if "uncertified" in a.conditions]
    renewed = Story(holding(mine, P3=(("blast", "2027-01-01"),))).watch
    renewed.book = story.watch.book
    assert renewed.reconcile()
    assert alarm.subject == "P3"


def test_time_of_a_snapshot_is_not_time_lost() -> None:
    b = Bench(watched("FACE", max_dwell_s=100.0))
    b.sees(0, "P1", "A", 60.0)
    b.state = State.restore(b.layout, b.state.snapshot())
    assert b.sweeps(100)[0][:3] == ("OVERTIME:FACE", "P1", True)
    assert b.state.entered[0].max() == START + 0 * SECOND
