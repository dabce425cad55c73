"""带班表: four weeks in which leaders, deputies, dispatchers and engineers take turns, and again.

Beside the one whose turn it is stands, on every shift, the person of the demo's log-in: so whoever
logs in is on duty whatever hour the demo is started at. A real mine never does that.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from device_sims.survey.crews import SHIFTS, Person

FIRST_DAY = date(2025, 1, 6)
"""A Monday."""
DAYS = 28
HOURS = 8

POSTS: Mapping[str, tuple[str, ...]] = {
    "leader": ("带班领导",),
    "deputy": ("生产副矿长", "安全副矿长", "机电副矿长"),
    "mine_head": ("矿长",),
    "dispatcher": ("调度员",),
    "engineer": ("通风工程师",),
}
"""Trades that hold each post."""
LOGGED_IN = ("leader", "dispatcher", "engineer")
"""Posts whose first holder has a log-in."""


class Line(NamedTuple):
    """A shift."""

    name: str
    day: date
    start: time
    posts: dict[str, tuple[str, ...]]


def lines(people: Sequence[Person]) -> Iterator[Line]:
    """Every shift of the four weeks."""
    pools = {post: [p.id for p in people if p.trade in held] for post, held in POSTS.items()}
    for n in range(DAYS * len(SHIFTS)):
        day, shift = divmod(n, len(SHIFTS))
        posts = {post: _on_duty(post, pool, n) for post, pool in pools.items()}
        start = time(hour=HOURS * shift)
        yield Line(SHIFTS[shift], FIRST_DAY + timedelta(days=day), start, posts)


def _on_duty(post: str, pool: Sequence[str], turn: int) -> tuple[str, ...]:
    if post not in LOGGED_IN:
        return (pool[turn % len(pool)],)
    always, *others = pool
    return (others[turn % len(others)], always)
