"""People: the newest sighting of each tag, the zones it means, who is lost and who is out."""

import numpy as np

from minesafe.engine import pace, rest, stays
from minesafe.engine.layout import Layout
from minesafe.engine.places import NOWHERE
from minesafe.engine.rounds import rounds
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Sightings, TagFlag
from minesafe.model.picture import Placing
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND, Micros, judged_at
from minesafe.model.verdict import Condition

NEAR = 3 * SECOND // 2
"""Within this time of each other the sighting with the smaller error tells the place: a reader
speaks once a second, and the better one keeps its word until it should have spoken again."""

_PLACE = ("roadway", "chainage", "level", "x", "y", "z", "error")

FLAGS = (
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
    hear_readers(state, sightings, at, np.flatnonzero(known))
    rows = np.flatnonzero(known & (sightings.tag >= 0) & (sightings.tag < len(state.seen)))
    for picked in rounds(sightings.tag[rows]):
        i = rows[picked]
        i = i[at[i] >= state.seen[sightings.tag[i]]]
        sight(layout, state, sightings, at, i, transcript)


def pass_time(layout: Layout, state: State, until: Micros, transcript: Transcript) -> None:
    """See who has left what by a time, and who has gone out."""
    everyone = np.arange(len(state.next))
    elapse(layout, state, everyone, np.full(len(everyone), until, np.int64), transcript)


def find_lost(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """See who should have been seen by `now` and was not; who is just going out is not lost."""
    unseen, readers = now - state.seen, layout.readers
    leaving = layout.places.portal[state.cell] & (unseen > readers.leave[state.reader])
    lost = ~state.out & ~leaving & (unseen > readers.lost[state.reader])
    turn_lost(layout, state, np.flatnonzero(lost != state.lost), transcript)


def turn_lost(layout: Layout, state: State, tag: Column, transcript: Transcript) -> None:
    """Say that these are lost who were not, and the other way round."""
    lost, seen = ~state.lost[tag], state.seen[tag]
    at = np.where(lost, seen + layout.readers.lost[state.reader[tag]], seen)
    transcript.add(Condition.LOST_CONTACT, tag, on=lost, at=at)
    state.lost[tag] = lost


def elapse(
    layout: Layout, state: State, tag: Column, until: Column, transcript: Transcript
) -> None:
    """What of different people came about by a time each: who left a fence, who went out."""
    left = state.seen[tag] + layout.readers.leave[state.reader[tag]]
    gone = ~state.out[tag] & layout.places.portal[state.cell[tag]] & (until > left)
    out, left = tag[gone], left[gone]
    if len(out):
        stays.leave(layout, state, out, left, transcript)
        rest.end(state, out, left, transcript)
        pace.end(state, out, left, transcript)
        state.out[out] = True
        state.cell[out] = NOWHERE
    stays.run(layout, state, tag, until, transcript)


def hear_readers(state: State, sightings: Sightings, at: Column, rows: Column) -> None:
    """Note which readers live, by rows of readers that there are."""
    gone = sightings.quality[rows] == Quality.COMMS_LOST
    for column, i in ((state.reader_gone, rows[gone]), (state.reader_heard, rows[~gone])):
        np.maximum.at(column, sightings.station[i], at[i])


def sight(
    layout: Layout,
    state: State,
    sightings: Sightings,
    at: Column,
    i: Column,
    transcript: Transcript,
) -> None:
    """Judge one sighting of each of some different tags: rows `i`.

    The compiled form passes rows of which none of this would change more than a place and a time
    (`kernels.people_loops.scan`): what a sighting may change further belongs to its conditions too.
    Tags that are seen very often are judged by the same rules in `kernels.wearer_loops`.
    """
    tag = sightings.tag[i]
    elapse(layout, state, tag, at[i], transcript)
    _flag(state, tag, sightings.flags[i], at[i], transcript)
    state.seen[tag] = at[i]
    state.reader[tag] = sightings.station[i]
    i = _placed(layout, state, sightings, at, i, transcript)
    tag, cell = sightings.tag[i], layout.places.cells(sightings.roadway[i], sightings.chainage[i])
    broke = at[i] - state.placed[tag] > rest.UNSEEN
    for name in _PLACE:
        getattr(state, name)[tag] = getattr(sightings, name)[i]
    state.placed[tag] = at[i]
    state.out[tag] = False
    _move(layout, state, tag, cell, at[i], transcript)
    metres = layout.places.metres(sightings.roadway[i], sightings.chainage[i])
    rest.hear(state, tag, metres, at[i], broke, transcript)


def _placed(
    layout: Layout,
    state: State,
    sightings: Sightings,
    at: Column,
    i: Column,
    transcript: Transcript,
) -> Column:
    """The rows that move their tags. One that is not believed still tells that the tag lives."""
    tag, way, chainage = sightings.tag[i], sightings.roadway[i], sightings.chainage[i]
    believed = np.isin(sightings.quality[i], BELIEVED)
    known = layout.places.known(way, chainage)
    nearer = (sightings.error[i] <= state.error[tag]) | (at[i] - state.placed[tag] > NEAR)
    why = np.where(nearer, Placing.PLACED, Placing.OTHER_NEARER)
    why = np.where(known, why, Placing.NO_PLACE)
    why = np.where(believed, why, Placing.UNBELIEVED)
    news = np.flatnonzero(why == Placing.PLACED)
    metres = layout.places.metres(way[news], chainage[news])
    place = pace.Sight(tag[news], way[news], metres, sightings.error[i[news]], at[i[news]])
    why[news[~pace.believe(layout.pace, state, place, transcript)]] = Placing.TOO_FAST
    state.placing[tag] = why
    rows: Column = i[why == Placing.PLACED]
    return rows


def _flag(state: State, tag: Column, flags: Column, at: Column, transcript: Transcript) -> None:
    """SOS, button, battery: report what differs from the sighting before."""
    changed = state.flags[tag] ^ flags
    for flag, condition, ends in FLAGS:
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
    """Bring people into their cells; who stays in his changes nothing."""
    moved = (state.cell[tag] != cell) | state.unsure[tag]
    still = np.flatnonzero(~moved)
    who = tag[still]
    moved[still] = stays.elsewhere(
        layout, state, who, state.level[who], (state.x[who], state.y[who])
    )
    moved = np.flatnonzero(moved)
    if len(moved):
        tag, cell, at = tag[moved], cell[moved], at[moved]
        state.cell[tag] = cell
        stays.settle(layout, state, tag, cell, at, transcript)
