"""aiomqtt and paho as we found them: when one of these fails, read `links.mqtt` again."""

import inspect

import aiomqtt
import aiomqtt.exceptions
import paho.mqtt.client as paho
import pytest

from minesafe.links.mqtt import _BoundedQueue, _Session
from minesafe.model.mine import Broker

NOWHERE = Broker("127.0.0.1", 1, "", "")


async def test_the_private_names_we_lean_on_are_there() -> None:
    """F1: acknowledging by hand has no public way in aiomqtt 2.5."""
    session = _Session(NOWHERE, "test")
    assert isinstance(session._paho, paho.Client)
    assert session._paho._manual_ack is True
    assert list(inspect.signature(paho.Client.ack).parameters) == ["self", "mid", "qos"]
    assert callable(paho.Client._sock_close)
    assert isinstance(session._client._queue, _BoundedQueue)
    assert not session._client._disconnected.done()
    assert not session.spilled


async def test_paho_leaves_a_qos_1_message_unacknowledged_by_itself() -> None:
    """What `_handle_publish` does with manual acknowledgement, as its source says."""
    source = inspect.getsource(paho.Client._handle_publish)
    assert "if self._manual_ack" in source
    assert "return self._send_puback(message.mid)" in source


async def test_the_session_is_one_the_broker_keeps() -> None:
    session = _Session(NOWHERE, "minesafe-small")
    assert session._client.identifier == "minesafe-small"
    assert session._paho._clean_session is False


def test_every_error_of_aiomqtt_is_one_we_catch() -> None:
    foreign = [
        e
        for _, e in inspect.getmembers(aiomqtt.exceptions, inspect.isclass)
        if issubclass(e, Exception) and e.__module__.startswith("aiomqtt")
    ]
    assert aiomqtt.MqttError in foreign
    assert all(issubclass(e, aiomqtt.MqttError) for e in foreign)


@pytest.mark.parametrize(("size", "fits"), [(1, 4096), (1 << 20, 32)])
async def test_the_inbox_is_bounded_in_messages_and_in_bytes(size: int, fits: int) -> None:
    queue = _BoundedQueue()
    message = aiomqtt.Message("t", b"x" * size, 1, False, 1, None)
    session = _Session(NOWHERE, "test")
    session._client._queue = queue
    for _ in range(fits + 5):
        session._client._on_message(session._paho, None, _paho_message(message))
    assert queue.qsize() == fits
    assert session.spilled
    for _ in range(fits):
        queue.get_nowait()
    assert queue._bytes == 0


def _paho_message(message: aiomqtt.Message) -> paho.MQTTMessage:
    raw = paho.MQTTMessage(message.mid, b"t")
    raw.payload = bytes(message.payload)
    return raw
