"""The messages of one read, cut in one pass; for the compiler, and the same as plain Python.

It takes whole PUBLISH packets of QoS 0 and 1, one behind the other, and stops at whatever else
comes: `packets.Splitter` goes on from there, and is the measure of what a packet is.
"""

from minesafe.links.stream.known import BEGUN, PROBES, STEP, Table
from minesafe.model.frame import Column

TOPIC, NAME, BEGIN, END, FLAGS, NUMBER = range(6)
COLUMNS = 6
"""Of a message: the number of its topic or -1, where its topic, its payload begin and where that
ends, the low half of its first byte, and its packet identifier, 0 at QoS 0."""


def cut(
    data: bytes, table: Table, longest: int, rows: Column, said: Column
) -> tuple[int, int, int, int, int]:
    """Write a row for each message, as far as it is plain.

    Args:
        data: what was read, from the beginning of a packet on.
        table: of the topics known.
        longest: bytes of a packet that is held.
        rows: room, int32 (n, `COLUMNS`).
        said: room for acknowledgements, uint8 (4n,).

    Returns:
        Messages, bytes they took, bytes of their acknowledgements, how many of them have a topic
        that is not known, and whatever flags any of them has.
    """
    slots, hashes, ends, text = table
    mask = len(slots) - 1
    at, end, count, told, strange, flags = 0, len(data), 0, 0, 0, 0
    while at + 2 <= end and count < len(rows):
        first = data[at]
        qos = first & 0x06
        if first >> 4 != 3 or qos > 2:  # 3: PUBLISH
            break
        length, body, shift = data[at + 1], at + 2, 7
        if length & 0x80:
            length &= 0x7F
            while shift < 28 and body < end:
                byte = data[body]
                length |= (byte & 0x7F) << shift
                body += 1
                shift += 7
                if not byte & 0x80:
                    shift = 35
            if shift != 35:  # not all of it here, or too long to be a length
                break
        after = body + length
        if length > longest or after > end or length < 2:
            break
        name = body + 2
        begin = name + 256 * data[body] + data[body + 1]
        topic_end, number = begin, 0
        if qos:
            begin += 2
        if begin > after:
            break
        if qos:
            number = 256 * data[begin - 2] + data[begin - 1]
            if number == 0:
                break
        mark = BEGUN
        for i in range(name, topic_end):
            mark = ((mark ^ data[i]) * STEP) & 0xFFFFFFFF
        topic = -1
        for probe in range(PROBES):
            candidate = int(slots[(mark + probe) & mask])
            if candidate < 0:
                break
            start = int(ends[candidate])
            if hashes[candidate] == mark and ends[candidate + 1] - start == topic_end - name:
                same = True
                for i in range(topic_end - name):
                    if data[name + i] != text[start + i]:
                        same = False
                        break
                if same:
                    topic = candidate
                    break
        if topic < 0:
            strange += 1
        flags |= first & 0x0F
        rows[count, TOPIC] = topic
        rows[count, NAME] = name
        rows[count, BEGIN] = begin
        rows[count, END] = after
        rows[count, FLAGS] = first & 0x0F
        rows[count, NUMBER] = number
        if number:  # §3.4: PUBACK, two bytes, whose
            said[told] = 0x40
            said[told + 1] = 2
            said[told + 2] = number >> 8
            said[told + 3] = number & 0xFF
            told += 4
        count += 1
        at = after
    return count, at, told, strange, flags
