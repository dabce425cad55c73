"""Zones: too many heads, heads nobody can count, posts nobody keeps."""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.posts import PostTable
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition


def judge_counts(layout: Layout, state: State, transcript: Transcript) -> None:
    """Overcrowded above the limit, grossly from 20 % above, unknown beside a silent reader.

    By who was where when the moment before was over: whoever comes and goes within one, and is
    heard of in several frames, is no crowd in between.
    """
    count, limit = state.count, layout.heads.at(state.now)
    over = count > limit
    gross = over & (5 * (count - limit) >= limit)
    unknown: Column = np.any(layout.readers.covers[state.reader_silent], axis=0)
    for condition, was, is_so in (
        (Condition.COUNT_UNKNOWN, state.unknown, unknown),
        (Condition.OVERCROWDED, state.over, over),
        (Condition.GROSSLY_OVERCROWDED, state.gross, gross),
    ):
        transcript.change(condition, was, is_so, at=state.now, value=count)


def judge_posts(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """Say which posts have been vacant for too long by `now`, by who was where the moment before.

    A post that nobody is rostered for is not vacant: the roster's gap is said elsewhere.
    """
    table = layout.posts
    vacant = _vacant(table, state, state.now)
    since = np.where(state.vacant > 0, state.vacant, state.now)
    state.vacant[:] = np.where(vacant, since, 0)
    long = vacant & (now - since >= table.patience)
    for condition, was, posts in (
        (Condition.LEADER_ABSENT, state.leaderless, table.led),
        (Condition.POST_ABSENT, state.postless, ~table.led),
    ):
        missing = np.zeros(len(was), np.bool_)
        missing[table.zone[long & posts]] = True
        at = np.where(missing, now, state.now)
        transcript.change(condition, was, missing, at=at, value=state.count)


def _vacant(table: PostTable, state: State, now: Micros) -> Column:
    """(Q,): people are there, somebody is to be, and nobody of those is."""
    valid = np.flatnonzero((table.start <= now) & (now < table.end))
    post = table.post[valid]
    rostered, kept = np.zeros((2, len(table.zone)), np.bool_)
    rostered[post] = True
    there = state.stay[table.person[valid]] == table.zone[post][:, None]
    kept[post[there.any(axis=1)]] = True
    worked: Column = state.count[table.zone] > 0
    return rostered & ~kept & worked
