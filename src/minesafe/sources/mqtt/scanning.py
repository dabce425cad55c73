"""The documents of a train, read in one pass; for the compiler, and the same as plain Python.

It reads what nearly every sensor writes: one flat object, its value a decimal number of few
digits, its quality a small number, its time a whole one. Whatever else there is in a message, down
to a letter that is not ASCII, it leaves to `shape`, which is the measure of what a message means.

A number of at most 2**53 scaled by a power of ten of at most 22 is rounded once, so it is what
every correct parser gives (W. D. Clinger, How to read floating point numbers accurately, 1990).
"""

from typing import NamedTuple

import numpy as np

from minesafe.links.stream.cutting import BEGIN, END, FLAGS, TOPIC
from minesafe.links.stream.packets import RETAINED
from minesafe.model.frame import Column
from minesafe.model.quality import Quality

VALUE, QUALITY, TIME, OTHER = range(4)

TENS = np.array([float(f"1e{n}") for n in range(23)])
"""Powers of ten that a double holds exactly."""

_EXACT = 1 << 53
_DIGITS = 18
"""So many always fit 64 bits."""

_KEPT = RETAINED
# Enumerations are plain numbers to the compiler.
_GOOD, _LOST, _OUTSIDE = int(Quality.GOOD), int(Quality.COMMS_LOST), int(Quality.OUT_OF_RANGE)
_QUOTE, _BACKSLASH, _COLON, _COMMA, _OPEN, _CLOSE = 0x22, 0x5C, 0x3A, 0x2C, 0x7B, 0x7D
_MINUS, _PLUS, _POINT, _E, _ZERO = 0x2D, 0x2B, 0x2E, 0x65, 0x30
_T, _F, _N = 0x74, 0x66, 0x6E
_LOWER = 0x20


class Spots(NamedTuple):
    """What is known of each topic, by its number."""

    row: Column
    """int32: of the point; -1 where it is none of this gateway."""
    scaled: Column
    """bool: its unit is not that of its kind."""
    factor: Column
    offset: Column
    low: Column
    """The measuring range."""
    high: Column


class Words(NamedTuple):
    """What the gateway's mapping says."""

    keys: Column
    """uint8: the three keys, one behind the other."""
    ends: Column
    """int64: where each begins, and where the last ends; one that is not used is empty."""
    said: Column
    """int16: our quality by the gateway's number; -1 for one in no list."""
    literals: Column
    """uint8: true, false, null."""
    scale: int
    """Microseconds of its unit of time."""
    latest: int
    good: int
    """The quality of what says none."""


class Room(NamedTuple):
    """Where readings go, a row a message."""

    plain: Column
    """bool: it has been read; the other columns mean nothing where it has not."""
    point: Column
    value: Column
    quality: Column
    sampled: Column
    received: Column


def scan(data: bytes, rows: Column, spots: Spots, words: Words, received: int, room: Room) -> int:
    """Read what is plain, and judge it as `rows.Rows` judges what comes one by one.

    Returns:
        How many were.
    """
    row_of, scaled, factor, offset, low, high = spots
    keys, ends, said, literals, scale, latest, good = words
    plain, point, values, qualities, sampled, heard = room
    wanted = 0
    for k in range(OTHER):
        if ends[k + 1] > ends[k]:
            wanted |= 1 << k
    done = 0
    for i in range(len(rows)):
        plain[i] = False
        topic, at, end = int(rows[i, TOPIC]), int(rows[i, BEGIN]), int(rows[i, END])
        if topic < 0 or topic >= len(row_of) or row_of[topic] < 0 or rows[i, FLAGS] & _KEPT:
            continue
        value, quality, time, found, whole = 0.0, good, received, 0, False
        while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
            at += 1
        if at == end or data[at] != _OPEN:
            continue
        at += 1
        while True:
            # --- a key ---
            while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
                at += 1
            if at == end or data[at] != _QUOTE:
                break
            at += 1
            begin = at
            while at < end and 32 <= data[at] < 127 and data[at] != _QUOTE:
                if data[at] == _BACKSLASH:
                    break
                at += 1
            if at == end or data[at] != _QUOTE:
                break
            which = OTHER
            for k in range(OTHER):
                if ends[k + 1] - ends[k] == at - begin and at > begin:
                    same = True
                    for j in range(at - begin):
                        if data[begin + j] != keys[ends[k] + j]:
                            same = False
                            break
                    if same:
                        which = k
                        break
            if which != OTHER:
                if found & (1 << which):  # said twice
                    break
                found |= 1 << which
            at += 1
            while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
                at += 1
            if at == end or data[at] != _COLON:
                break
            at += 1
            while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
                at += 1
            if at == end:
                break
            # --- what it says ---
            byte = data[at]
            if byte == _MINUS or 0 <= byte - _ZERO <= 9:
                negative = byte == _MINUS
                if negative:
                    at += 1
                begin, digits, number = at, 0, 0
                while at < end and 0 <= data[at] - _ZERO <= 9 and digits <= _DIGITS:
                    number = number * 10 + (data[at] - _ZERO)
                    digits += 1
                    at += 1
                if digits == 0 or (digits > 1 and data[begin] == _ZERO):
                    break
                integral, power = True, 0
                if at < end and data[at] == _POINT:
                    integral = False
                    at += 1
                    before = digits
                    while at < end and 0 <= data[at] - _ZERO <= 9 and digits <= _DIGITS:
                        number = number * 10 + (data[at] - _ZERO)
                        digits += 1
                        at += 1
                    power = before - digits
                    if power == 0:
                        break
                if digits > _DIGITS:
                    break
                if at < end and data[at] | _LOWER == _E:
                    integral = False
                    at += 1
                    down = at < end and data[at] == _MINUS
                    if down or (at < end and data[at] == _PLUS):
                        at += 1
                    begin, raised = at, 0
                    while at < end and 0 <= data[at] - _ZERO <= 9 and at < begin + 3:
                        raised = raised * 10 + (data[at] - _ZERO)
                        at += 1
                    if at == begin:
                        break
                    power += -raised if down else raised
                far = power < -22 or power > 22 or number > _EXACT
                if far and (which == VALUE or not integral):
                    break
                if which == VALUE:
                    if integral and negative and number == 0:
                        break
                    value = float(number)
                    if power < 0:
                        value /= TENS[-power]
                    elif power > 0:
                        value *= TENS[power]
                    if negative:
                        value = -value
                elif which == QUALITY:
                    if not integral or negative or number >= len(said) or said[number] < 0:
                        break
                    quality = int(said[number])
                elif which == TIME:
                    if not integral or negative or number > latest:
                        break
                    time = number * scale
            elif which != OTHER:
                break
            elif byte == _QUOTE:
                at += 1
                while at < end and 32 <= data[at] < 127 and data[at] != _QUOTE:
                    if data[at] == _BACKSLASH:
                        break
                    at += 1
                if at == end or data[at] != _QUOTE:
                    break
                at += 1
            elif byte in (_T, _F, _N):
                begin = 0 if byte == _T else 4 if byte == _F else 9
                length = 5 if byte == _F else 4
                if at + length > end:
                    break
                same = True
                for j in range(length):
                    if data[at + j] != literals[begin + j]:
                        same = False
                        break
                if not same:
                    break
                at += length
            else:
                break
            # --- and on ---
            while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
                at += 1
            if at == end:
                break
            if data[at] == _CLOSE:
                at += 1
                whole = True
                break
            if data[at] != _COMMA:
                break
            at += 1
        if not whole or found != wanted:
            continue
        while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
            at += 1
        if at != end:
            continue
        if scaled[topic]:
            value = value * factor[topic] + offset[topic]
            if value - value != 0.0:  # beyond what a double holds
                continue
        if quality == _GOOD and (value < low[topic] or value > high[topic]):
            quality = _OUTSIDE
        elif quality == _LOST:
            value = np.nan
        plain[i] = True
        point[i] = row_of[topic]
        values[i] = value
        qualities[i] = quality
        sampled[i] = time
        heard[i] = received
        done += 1
    return done
