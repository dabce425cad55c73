"""What alarms turned out to be, by what the journal knows: a danger, work, or nothing anybody said.

Real is an episode somebody wrote down as not planned, or that was followed by an order or of level
I. It is not where it was written down as planned, its order was found a false alarm, or its point
was being calibrated. What nobody wrote anything about, and nothing followed from, is not counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from minesafe.model.events import (
    AlarmHandled,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    AnyBody,
    Decision,
    OrderDecided,
    OrderIssued,
    OrderWidened,
)
from minesafe.model.mine import Severity
from minesafe.model.time import Micros

HEALTH = "health"
"""Alarms about the sensor itself are no danger, however they were answered."""


@dataclass(slots=True)
class Episode:
    """An alarm from its rise until it was normal, and what followed."""

    episode: str
    subject: str
    began: Micros
    ended: Micros | None = None
    severity: Severity = Severity.IV
    """The worst it was."""
    permit: bool = False
    ordered: bool = False
    false: bool = False
    planned: bool | None = None
    """As somebody wrote down; None: nobody did."""

    @property
    def real(self) -> bool:
        """See the head of this file."""
        if self.planned is not None:
            return not self.planned
        if self.false or self.permit:
            return False
        return self.ordered or self.severity is Severity.I


@dataclass(slots=True)
class Truth:
    """A fold over the journal's events."""

    episodes: dict[str, Episode] = field(default_factory=dict)
    _causes: dict[str, list[str]] = field(default_factory=dict)
    """Episodes of each order that was no drill."""

    def apply(self, body: AnyBody, at: Micros) -> None:
        """Take one event; those that say nothing about it are passed over."""
        if isinstance(body, AlarmMoved):
            self._moved(body, at)
        elif isinstance(body, OrderIssued) and not body.drill:
            self._causes[body.order] = [body.cause]
        elif isinstance(body, OrderWidened) and body.order in self._causes:
            self._causes[body.order].append(body.cause)
        elif isinstance(body, OrderDecided) and body.decision is Decision.FALSE_ALARM:
            self._marked(body.order, "false")
        elif isinstance(body, AlarmHandled) and body.episode in self.episodes:
            self.episodes[body.episode].planned = body.planned

    def forget_over(self) -> None:
        """Let go of episodes that are over: what is asked about has not begun yet."""
        self.episodes = {k: e for k, e in self.episodes.items() if e.ended is None}

    def _moved(self, move: AlarmMoved, at: Micros) -> None:
        if move.source is not AlarmSource.POINT or move.episode.startswith(f"{HEALTH}:"):
            return
        known = self.episodes.get(move.episode)
        if known is None:
            known = self.episodes[move.episode] = Episode(move.episode, move.subject, at)
        known.permit = known.permit or bool(move.permit)
        if move.severity.rank < known.severity.rank:
            known.severity = move.severity
        if move.state is AlarmState.NORMAL:
            known.ended = at

    def _marked(self, order: str, what: str) -> None:
        for cause in self._causes.get(order, ()):
            if cause in self.episodes:
                setattr(self.episodes[cause], what, True)

    def real(self, subjects: Iterable[str]) -> dict[str, list[Episode]]:
        """Real episodes of each subject, in the order they began."""
        for order in self._causes:
            self._marked(order, "ordered")
        wanted = set(subjects)
        found: dict[str, list[Episode]] = {subject: [] for subject in wanted}
        for episode in sorted(self.episodes.values(), key=lambda e: e.began):
            if episode.subject in wanted and episode.real:
                found[episode.subject].append(episode)
        return found
