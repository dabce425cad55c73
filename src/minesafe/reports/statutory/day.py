"""A day as a report sees it: what the journal and the history say of it, side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from minesafe.model.mine import Shift
from minesafe.model.time import Micros
from minesafe.queries.attendance import Trip
from minesafe.reports.statutory.crowd import Crowd
from minesafe.reports.statutory.facts import At, Cell, Coded, Row, Said, lasting
from minesafe.reports.statutory.happened import Happened, Spell
from minesafe.reports.statutory.measured import Measured
from minesafe.reports.statutory.span import Span
from minesafe.reports.statutory.statistics import Stretch, While

CUT = ("cut_high", "cut_low")
OVER = ("alarm_high", "alarm_low", *CUT)
"""Conditions that are an over-limit alarm; a warning before the limit is none."""

FAULTS = ("bad", "silent", "stuck", "noiseless", "calibrating_long")
DEVICE_FAULTS = (
    "link_down", "device_silent", "garbage", "wrong_answer", "clock_off", "counter_back",
    "output_failed", "system_dead", "database_down",
)  # fmt: skip

CALIBRATION = ("calibration", "out_of_service")


@dataclass(frozen=True, eq=False)
class Day:
    """Everything a daily report is made of."""

    span: Span
    shifts: Sequence[tuple[Shift, Stretch]]
    happened: Happened
    measured: Mapping[int, Measured] | None
    """By row; None: the history could not be asked."""
    during: Mapping[Spell, While | None]
    """Of each over-limit alarm."""
    crowd: Crowd | None = None
    """Who was where; None: the history could not be asked."""
    trips: Sequence[Trip] | None = None
    """Everybody's times below, by their tags; likewise."""

    @property
    def own_shifts(self) -> list[Shift]:
        """Shifts that began in it."""
        return [s for s, _ in self.shifts if self.span.start <= s.start]

    def shift_at(self, time: Micros) -> Shift | None:
        """The shift somebody who came then works on: the one that runs, or begins next."""
        roster = [s for s, _ in self.shifts]
        return next((s for s in roster if time < s.end - (s.end - s.start) // 4), None)

    def measure(self, spell: Spell) -> Cell:
        """处理记录: what was found and done about it."""
        handled = self.happened.handled.get(spell.episode)
        return None if handled is None else Said(f"{handled.cause}: {handled.measure}")

    def span_s(self, began: Micros, ended: Micros | None) -> Cell:
        """How long within the day."""
        return lasting(self.span.seconds(began, ended))

    def on(self, subject: str, *conditions: str) -> list[Spell]:
        """Alarms of one subject and these conditions, in the order they began."""
        return [s for s in self._by_subject.get(subject, ()) if s.what in conditions]

    @cached_property
    def _by_subject(self) -> dict[str, list[Spell]]:
        found: dict[str, list[Spell]] = {}
        for spell in sorted(self.happened.alarms, key=lambda s: (s.began, s.what)):
            found.setdefault(spell.subject, []).append(spell)
        return found

    def total(self, spells: Iterable[Spell]) -> float:
        """How long they lasted within the day; seconds."""
        return sum(self.span.seconds(s.began, s.ended) for s in spells)

    def ends(self, spell: Spell) -> Row:
        """A spell's two moments, and how long it lasted within the day."""
        over = spell.ended is not None and spell.ended < self.span.until
        ended = At(spell.ended) if over and spell.ended is not None else Coded("still")
        lasted = lasting(self.span.seconds(spell.began, spell.ended))
        return At(spell.began), ended, lasted
