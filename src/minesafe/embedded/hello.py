"""Asks an MQTT broker whether it is ready: the least of MQTT 3.1.1 that gives an answer."""

import asyncio

ANSWER_S = 5.0
_ACCEPTED = b"\x20\x02\x00\x00"
"""CONNACK, no session present, accepted (section 3.2)."""


async def welcomes(host: str, port: int, user: str, password: str) -> bool:
    """Whether a clean MQTT 3.1.1 session is opened for us: streams and users are ready then."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(_connect_packet(user, password))
        answer = await asyncio.wait_for(reader.readexactly(4), ANSWER_S)
        return answer == _ACCEPTED
    except (OSError, EOFError, TimeoutError):
        return False
    finally:
        writer.close()


def _connect_packet(user: str, password: str) -> bytes:
    """CONNECT of MQTT 3.1.1 (section 3.1): clean session, user and password.

    >>> _connect_packet("a", "b").hex()
    '102000044d51545404c20005000e6d696e65736166652d7265616479000161000162'
    """
    words = (b"minesafe-ready", user.encode(), password.encode())
    payload = b"".join(len(word).to_bytes(2, "big") + word for word in words)
    body = b"\x00\x04MQTT\x04\xc2\x00\x05" + payload
    return b"\x10" + _remaining(len(body)) + body


def _remaining(length: int) -> bytes:
    """A length in MQTT's way: seven bits a byte, the lowest first (section 2.2.3).

    >>> _remaining(321).hex()
    'c102'
    """
    more, low = divmod(length, 128)
    return bytes([low | 128]) + _remaining(more) if more else bytes([low])
