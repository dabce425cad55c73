"""People: the newest sighting of each tag, the zones it means, who is lost and who is out."""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.places import NOWHERE
from minesafe.engine.rounds import rounds
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Sightings, TagFlag
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND, Micros, judged_at
from minesafe.model.verdict import Condition

NEAR = SECOND // 2
"""Within this time of each other the sighting with the smaller error tells the place."""

_PLACE = ("roadway", "chainage", "level", "x", "y", "z", "error")

_FLAGS = (
    # flag, condition, whether its end is news
    (TagFlag.SOS, Condition.SOS, True),
    (TagFlag.BUTTON, Condition.BUTTON, False),
    (TagFlag.LOW_BATTERY, Condition.LOW_BATTERY, True),
)


def hear(layout: Layout, state: State, sightings: Sightings, transcript: Transcript) -> None:
    """Judge the frame's sightings, each tag's in the order they came."""
    if not len(sightings):
        return
    at, _ = judged_at(sightings.sampled, sightings.received)
    known = (sightings.station >= 0) & (sightings.station < len(state.reader_heard))
    _hear_readers(state, sightings, at, np.flatnonzero(known))
    rows = np.flatnonzero(known & (sightings.tag >= 0) & (sightings.tag < len(state.seen)))
    for picked in rounds(sightings.tag[rows]):
        i = rows[picked]
        i = i[at[i] >= state.seen[sightings.tag[i]]]
        _sight(layout, state, sightings, at, i, transcript)


def pass_time(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """See who has gone out, and who should have been seen by `now` and was not."""
    left = state.seen + layout.readers.leave[state.reader]
    gone = np.flatnonzero(~state.out & layout.places.portal[state.cell] & (now > left))
    state.out[gone] = True
    _move(layout, state, gone, np.full(len(gone), NOWHERE), left[gone], transcript)
    due = state.seen + layout.readers.lost[state.reader]
    lost = ~state.out & (now > due)
    transcript.change(Condition.LOST_CONTACT, state.lost, lost, at=np.where(lost, due, state.seen))


def _hear_readers(state: State, sightings: Sightings, at: Column, rows: Column) -> None:
    gone = sightings.quality[rows] == Quality.COMMS_LOST
    for column, i in ((state.reader_gone, rows[gone]), (state.reader_heard, rows[~gone])):
        np.maximum.at(column, sightings.station[i], at[i])


def _sight(
    layout: Layout,
    state: State,
    sightings: Sightings,
    at: Column,
    i: Column,
    transcript: Transcript,
) -> None:
    """Judge one sighting of each of some different tags: rows `i`."""
    tag = sightings.tag[i]
    _flag(state, tag, sightings.flags[i], at[i], transcript)
    state.seen[tag] = at[i]
    state.reader[tag] = sightings.station[i]
    i = i[_tells_place(layout, state, sightings, at, i)]
    tag, cell = sightings.tag[i], layout.places.cells(sightings.roadway[i], sightings.chainage[i])
    for name in _PLACE:
        getattr(state, name)[tag] = getattr(sightings, name)[i]
    state.placed[tag] = at[i]
    state.out[tag] = False
    _move(layout, state, tag, cell, at[i], transcript)


def _tells_place(
    layout: Layout, state: State, sightings: Sightings, at: Column, i: Column
) -> Column:
    """Whether a sighting moves its tag. One that is not believed still tells that the tag lives."""
    tag = sightings.tag[i]
    believed = np.isin(sightings.quality[i], BELIEVED)
    better = sightings.error[i] <= state.error[tag]
    news = better | (at[i] - state.placed[tag] > NEAR)
    known: Column = layout.places.known(sightings.roadway[i], sightings.chainage[i])
    return believed & news & known


def _flag(state: State, tag: Column, flags: Column, at: Column, transcript: Transcript) -> None:
    """SOS, button, battery: report what differs from the sighting before."""
    changed = state.flags[tag] ^ flags
    for flag, condition, ends in _FLAGS:
        on = (flags & flag) != 0
        i = np.flatnonzero((changed & flag).astype(np.bool_) & (on | ends))
        transcript.add(condition, tag[i], on=on[i], at=at[i])
    state.flags[tag] = flags


def _move(
    layout: Layout,
    state: State,
    tag: Column,
    cell: Column,
    at: Column,
    transcript: Transcript,
) -> None:
    """Bring people into another cell: who enters and leaves which zone, and the head-counts."""
    moved = np.flatnonzero(state.cell[tag] != cell)
    if not len(moved):
        return
    tag, cell, at = tag[moved], cell[moved], at[moved]
    after = layout.places.zones[cell]
    row, zone = np.nonzero(layout.places.zones[state.cell[tag]] ^ after)
    who, on, when = tag[row], after[row, zone], at[row]
    state.cell[tag] = cell
    transcript.add(Condition.INSIDE, who, zone=zone, on=on, at=when)
    astray = layout.people.forbidden[layout.people.trade[who], zone]
    transcript.add(
        Condition.TRESPASSING, who[astray], zone=zone[astray], on=on[astray], at=when[astray]
    )
    counted = layout.people.counts[who]
    np.add.at(state.count, zone[counted], np.where(on[counted], 1, -1))
