"""How good the mine's alarms are, by the measures of ISA-18.2 / IEC 62682 and EEMUA 191.

What counts is being *heard*: an alarm that asks for somebody. A fold over the last day.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from minesafe.model.alarm import Alarm, Kpi, Often
from minesafe.model.events import AlarmState
from minesafe.model.fold import Fold
from minesafe.model.mine import Severity
from minesafe.model.time import SECOND, Micros

DAY: Micros = 86_400 * SECOND
TEN_MINUTES: Micros = 600 * SECOND
FLOOD = 10
"""New alarms in ten minutes, for one operator."""
CHATTERS = 3
CHATTER: Micros = 60 * SECOND
"""So many times within a minute."""
TOP = 10
MOST_HEARD = 100_000
"""Of one day; the oldest are forgotten first."""

AIM = {"low": 0.80, "medium": 0.15, "high": 0.05}
"""Shares of the priorities that a rationalised system comes to."""

PRIORITY = {Severity.I: "high", Severity.II: "high", Severity.III: "medium", Severity.IV: "low"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One time an alarm asked for somebody."""

    at: Micros
    key: str
    subject: str
    condition: str
    severity: Severity


class Tally(Fold):
    """What was heard in the last day, oldest first."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_heard": list[Heard],
        "_since": Micros | None,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({})

    def __init__(self) -> None:
        self._heard: deque[Heard] = deque(maxlen=MOST_HEARD)
        self._since: Micros | None = None
        """Since when anything is known."""

    def follow(self, before: Alarm | None, alarm: Alarm, at: Micros) -> None:
        """An alarm has moved; it is heard when it begins to ask for somebody."""
        self._since = at if self._since is None else self._since
        asked = before is not None and before.state is AlarmState.UNACKED
        if alarm.state is AlarmState.UNACKED and not asked:
            heard = Heard(at, alarm.key, alarm.subject, alarm.condition, alarm.severity)
            self._heard.append(heard)

    def since(self, span: Micros, now: Micros) -> list[Heard]:
        """What was heard in the last so many microseconds."""
        while self._heard and self._heard[0].at < now - DAY:
            self._heard.popleft()
        if span >= DAY:
            return list(self._heard)
        recent = []
        for heard in reversed(self._heard):
            if heard.at <= now - span:
                break
            recent.append(heard)
        return recent[::-1]

    def kpi(self, alarms: Iterable[Alarm], now: Micros) -> Kpi:
        """All measures, now."""
        heard = self.since(DAY, now)
        known = min(DAY, now - self._since) if self._since is not None else 0
        bins = Counter((now - h.at) // TEN_MINUTES for h in heard)
        count = max(1, -(-known // TEN_MINUTES))
        top = _often(heard)[:TOP]
        return Kpi(
            heard=len(heard),
            last_10_min=bins[0],
            mean_10_min=len(heard) / count,
            peak_10_min=max(bins.values(), default=0),
            flooded=sum(n >= FLOOD for n in bins.values()) / count,
            chattering=_chattering(heard),
            standing=_standing(alarms, now),
            top=tuple(top),
            top_share=sum(o.times for o in top) / len(heard) if heard else 0.0,
            mix=_mix(heard),
        )


def _often(heard: Sequence[Heard]) -> list[Often]:
    times = Counter(h.key for h in heard)
    last = {h.key: h for h in heard}
    return [Often(k, last[k].subject, last[k].condition, n) for k, n in times.most_common()]


def _chattering(heard: Sequence[Heard]) -> tuple[Often, ...]:
    """Those that came three times within a minute, whenever that was."""
    by_key = groupby(sorted(heard, key=lambda h: (h.key, h.at)), key=lambda h: h.key)
    noisy = {key for key, times in by_key if _closely([h.at for h in times])}
    return tuple(often for often in _often(heard) if often.key in noisy)


def _closely(times: Sequence[Micros]) -> bool:
    pairs = zip(times, times[CHATTERS - 1 :], strict=False)
    return any(last - first <= CHATTER for first, last in pairs)


def _standing(alarms: Iterable[Alarm], now: Micros) -> tuple[str, ...]:
    return tuple(a.episode for a in alarms if a.active and now - a.began > DAY)


def _mix(heard: Sequence[Heard]) -> dict[str, float]:
    if not heard:
        return {}
    count = Counter(PRIORITY[h.severity] for h in heard)
    return {priority: count[priority] / len(heard) for priority in AIM}
