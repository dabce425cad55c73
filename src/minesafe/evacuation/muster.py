"""The muster (清点): whereabouts of everyone in scope, from the tags alone, tick by tick.

Where a person is going is told by the metres left to safety: fewer means moving to safety, more
means the wrong way, the same for a while means standing. All people of an order are looked at in a
few steps over columns; only those whose whereabouts changed become Python objects.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np

from minesafe.evacuation.doubts import ALONE, CARRIED, KINDS, Doubt
from minesafe.evacuation.roll import Passed
from minesafe.evacuation.scope import places_of
from minesafe.evacuation.ways.network import Flags, Floats, Rows
from minesafe.evacuation.ways.ways import Ways
from minesafe.model.errors import BrokenFrame
from minesafe.model.events import (
    AnyBody,
    InScope,
    OrderClosed,
    OrderIssued,
    OrderWidened,
    PersonMoved,
    WaysChanged,
    Whereabouts,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, ZoneKind
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

NEARER_M = 5.0
"""So much closer to safety since the last anchor: moving."""
FARTHER_M = 10.0
"""So much farther: the wrong way. More than NEARER_M, for a tag's place jitters."""
SURE_M = NEARER_M
"""Two places that are surer than this together are taken for what they say. Of coarser ones the way
between must exceed what both may be off, before it says anything: a reader that hears somebody
beyond a junction knows how far away he is, and not in which roadway."""

_WORDS = tuple(Whereabouts)
_CODE = {word: code for code, word in enumerate(_WORDS)}
_IN_MOTION = (_CODE[Whereabouts.MOVING], _CODE[Whereabouts.WRONG_WAY])

STRANGER = -1
"""Row of a person this revision does not know: nobody will ever see that tag."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What gates and the alarm book say of people, beside their tags."""

    passed: Passed
    doubted: Mapping[int, Doubt]
    """By row number why a tag is doubted."""

    def doubt(self, row: Rows) -> Rows:
        """The codes of these rows, 0 where nothing is doubted."""
        codes = np.zeros(len(row), np.int64)
        if self.doubted:
            codes[:] = [self.doubted.get(r, NO_DOUBT).code for r in row.tolist()]
        return codes

    def other(self, row: int) -> str:
        """Person id of whose tag this row's moves with; else empty."""
        return self.doubted.get(row, NO_DOUBT).other


NO_DOUBT = Doubt(0)


_DOUBTED = _CODE[Whereabouts.UNKNOWN]


@dataclass(frozen=True, slots=True)
class KeptTrack:
    """What the journal made of the people of one order, in the columns of `_Track`."""

    people: tuple[str, ...]
    code: tuple[int, ...]
    doubt: tuple[int, ...]
    ticked: tuple[bool, ...]
    since: tuple[Micros, ...]


@dataclass(slots=True)
class _Track:
    """The people of one order by place in its columns, and what is remembered of each."""

    people: list[str]
    row: Rows
    code: Rows
    """Whereabouts as the journal has them."""
    doubt: Rows
    """Why the tag is doubted, as the journal has it: codes of `doubts.KINDS`."""
    ticked: Flags
    """Accounted for by hand, hence followed no more."""
    since: Rows
    """`Micros` from which on each belongs to the order."""
    metres: Floats
    """Metres to safety at the last anchor; NaN before the first."""
    at: Rows
    """When that was."""
    blur: Floats
    """By how many metres the place of that anchor may be off."""
    place: dict[str, int]

    @classmethod
    def empty(cls) -> "_Track":
        """Of nobody."""
        none = np.zeros(0, np.int64)
        metres = none.astype(float)
        return cls([], none, none, none, none.astype(bool), none, metres, none, metres, {})

    @classmethod
    def of(cls, kept: KeptTrack, rows: Sequence[int]) -> "_Track":
        """As it was kept, without anchors."""
        count, place = len(rows), {person: i for i, person in enumerate(kept.people)}
        return cls(
            list(kept.people),
            np.array(rows, np.int64),
            np.array(kept.code, np.int64),
            np.array(kept.doubt, np.int64),
            np.array(kept.ticked, bool),
            np.array(kept.since, np.int64),
            np.full(count, np.nan),
            np.zeros(count, np.int64),
            np.zeros(count),
            place,
        )

    def kept(self) -> KeptTrack:
        """Without rows, which are the revision's, and anchors, which the journal does not hold."""
        return KeptTrack(
            tuple(self.people),
            tuple(self.code.tolist()),
            tuple(self.doubt.tolist()),
            tuple(self.ticked.tolist()),
            tuple(self.since.tolist()),
        )

    def anchor(self, i: int) -> tuple[float, Micros, float]:
        """Metres to safety, when, and by how many they may be off."""
        return float(self.metres[i]), int(self.at[i]), float(self.blur[i])

    def joined(self, rows: Iterable[int], people: Iterable[InScope], now: Micros) -> None:
        """More people; who is here already stays as he is."""
        new = [(r, p) for r, p in zip(rows, people, strict=True) if p.person not in self.place]
        self.place |= {p.person: len(self.people) + i for i, (_, p) in enumerate(new)}
        self.people += [p.person for _, p in new]
        count, code = len(new), [_CODE[p.whereabouts] for _, p in new]
        self.row = np.append(self.row, np.array([r for r, _ in new], np.int64))
        self.code = np.append(self.code, np.array(code, np.int64))
        self.doubt = np.append(self.doubt, np.zeros(count, np.int64))
        self.ticked = np.append(self.ticked, np.zeros(count, bool))
        self.since = np.append(self.since, np.full(count, now))
        self.metres = np.append(self.metres, np.full(count, np.nan))
        self.at = np.append(self.at, np.zeros(count, np.int64))
        self.blur = np.append(self.blur, np.zeros(count))


class Muster(Fold):
    """Remembers each person's last anchor; everything else is in the journal."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_kept": dict[str, KeptTrack],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_tracks", "_mine", "_refuges"})

    def __init__(self, mine: Mine) -> None:
        self._tracks: dict[str, _Track] = {}
        self.take_over(mine)

    @property
    def _kept(self) -> dict[str, KeptTrack]:
        return {order: track.kept() for order, track in self._tracks.items()}

    def take_up(self, held: Mapping[str, Any]) -> None:
        """As any fold; anchors come with the engine's snapshot."""
        row = self._mine.person_row
        self._tracks = {
            order: _Track.of(kept, [row.get(p, STRANGER) for p in kept.people])
            for order, kept in held["_kept"].items()
        }

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; its people may have other rows."""
        self._mine = mine
        refuges = [i for i, z in enumerate(mine.zones) if z.kind is ZoneKind.REFUGE]
        self._refuges = np.array(refuges, np.intp)
        for track in self._tracks.values():
            rows = [mine.person_row.get(person, STRANGER) for person in track.people]
            track.row = np.array(rows, np.int64)

    def apply(self, body: AnyBody, now: Micros) -> None:
        """Who belongs to which order and as what, and which orders have ended."""
        if isinstance(body, OrderIssued | OrderWidened):
            track = self._tracks.setdefault(body.order, _Track.empty())
            rows = (self._mine.person_row.get(p.person, STRANGER) for p in body.people)
            track.joined(rows, body.people, now)
        elif isinstance(body, PersonMoved) and body.order in self._tracks:
            track = self._tracks[body.order]
            place = track.place[body.person]
            track.code[place] = _CODE[body.whereabouts]
            track.ticked[place] = body.by is not None
            track.doubt[place] = KINDS.index(body.reason) if body.reason in KINDS else 0
        elif isinstance(body, WaysChanged):
            # Metres to safety of before are of other ways: from now on they are counted anew.
            for track in self._tracks.values():
                track.metres[:] = np.nan
        elif isinstance(body, OrderClosed):
            self._tracks.pop(body.order, None)

    def snapshot(self) -> bytes:
        """Every anchor, to go to disk with the engine's state."""
        return msgspec.msgpack.encode(
            [
                (order, track.people[i], *track.anchor(i))
                for order, track in self._tracks.items()
                for i in np.flatnonzero(~np.isnan(track.metres)).tolist()
            ]
        )

    def restore(self, data: bytes) -> None:
        """Read what `snapshot` wrote; of orders and people the journal holds.

        Raises:
            BrokenFrame: it is not what was written.
        """
        try:
            rows = msgspec.msgpack.decode(data, type=list[tuple[str, str, float, Micros, float]])
        except msgspec.DecodeError as error:
            raise BrokenFrame(str(error)) from error
        for order, who, metres, at, blur in rows:
            track = self._tracks.get(order)
            if track is not None and who in track.place:
                track.metres[track.place[who]] = metres
                track.at[track.place[who]] = at
                track.blur[track.place[who]] = blur

    def look(
        self,
        order: Order,
        picture: Picture,
        ways: Ways,
        doors: Doors,
        now: Micros,
    ) -> Iterator[PersonMoved]:
        """Whose whereabouts changed. A person ticked by hand stays as ticked.

        Args:
            order: whose people are looked at.
            picture: what the tags say.
            ways: the ways out.
            doors: what else than tags is known of people.
            now: the time of it.
        """
        track = self._tracks[order.order]
        looked = np.flatnonzero((track.row != STRANGER) & ~track.ticked & (track.since <= now))
        found = self._whereabouts(track, looked, picture, ways, doors, now)
        doubt = doors.doubt(track.row[looked])
        anew = (found != track.code[looked]) | (doubt != track.doubt[looked])
        changed = looked[anew]
        places = places_of(self._mine, track.row[changed].tolist(), picture)
        rows = zip(
            changed.tolist(), found[anew].tolist(), doubt[anew].tolist(), places, strict=True
        )
        for i, code, why, place in rows:
            other = doors.other(int(track.row[i]))
            yield PersonMoved(
                order=order.order,
                person=track.people[i],
                whereabouts=_WORDS[code],
                place=place,
                reason=KINDS[why],
                other=other,
            )

    def _whereabouts(
        self,
        track: _Track,
        looked: Rows,
        picture: Picture,
        ways: Ways,
        doors: Doors,
        now: Micros,
    ) -> Rows:
        """Codes of those looked at; the first that holds counts.

        The newest of tag and door is believed: who came out at the gate after his tag was seen last
        is out, and who went in after it is not.
        """
        row = track.row[looked]
        gone = doors.passed.gone(picture.seen[row], row)
        entered = doors.passed.unseen(picture.seen[row], row)
        never = (picture.roadway[row] < 0) & ~gone
        out = (picture.out[row] & ~entered) | gone
        sheltered = picture.inside[np.ix_(row, self._refuges)].any(axis=1)
        lost = picture.lost[row] | entered & picture.out[row]
        walking = ~(never | out | sheltered | lost)
        found = np.select(
            [never, out, sheltered, lost],
            [_CODE[w] for w in _STILL],
            _CODE[Whereabouts.STANDING],
        )
        doubt, safe = doors.doubt(row), (out | sheltered) & ~never
        found[safe & (doubt == KINDS.index(CARRIED))] = _DOUBTED
        found[walking] = self._motion(track, looked[walking], picture, ways, now)
        found[(doubt == KINDS.index(ALONE)) & ~gone] = _DOUBTED
        return found

    def _motion(
        self, track: _Track, looked: Rows, picture: Picture, ways: Ways, now: Micros
    ) -> Rows:
        row, code, policy = track.row[looked], track.code[looked], self._mine.policy
        metres = ways.metres_to_safety(picture.roadway[row], picture.chainage[row])
        lead = metres - track.metres[looked]
        fresh = np.isnan(track.metres[looked]) & np.isfinite(metres)
        off = picture.error[row] + track.blur[looked]
        off[off <= SURE_M] = 0.0
        nearer = lead <= -(NEARER_M + off)
        farther = np.isfinite(metres) & (lead >= FARTHER_M + off)
        patience = (policy.standing_s + off / policy.walking_m_s) * SECOND
        moves = np.isin(code, _IN_MOTION) & np.isfinite(metres)
        moves &= fresh | (now - track.at[looked] < patience)
        told = fresh | nearer | farther
        track.at[looked[told]] = now
        anchored = told | (picture.error[row] + SURE_M < track.blur[looked])
        track.metres[looked[anchored]] = metres[anchored]
        track.blur[looked[anchored]] = picture.error[row[anchored]]
        kept = np.where(moves, code, _CODE[Whereabouts.STANDING])
        return np.select(
            [nearer, farther], [_CODE[Whereabouts.MOVING], _CODE[Whereabouts.WRONG_WAY]], kept
        )


_STILL = (Whereabouts.UNKNOWN, Whereabouts.OUT, Whereabouts.AT_REFUGE, Whereabouts.UNKNOWN)
"""What never seen, out, sheltered and lost are, in this order."""
