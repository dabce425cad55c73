"""The watchdog: what it reads, when it sounds, and what its relay, modem and slave say."""

import os
import pty
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minesafe.store.status import StatusRow
from minesafe.vitals import Vital
from minesafe.watchdog.modem import Texter
from minesafe.watchdog.settings import Modem, Refused, Relay, SelfTest, Settings, load
from minesafe.watchdog.siren import ModbusSiren, SerialSiren
from minesafe.watchdog.slave import ProofSlave
from minesafe.watchdog.status import ROW_BYTES, Status, read, troubles
from minesafe.watchdog.watch import BACK_FOR_S, Watchdog, boot_id
from minesafe.watchdog.words import WORDS

SETTINGS = Settings(status="status", mine="模拟矿", relay=Relay(host="127.0.0.1"))
WELL = Vital(
    written=100.0,
    stopped=False,
    frame_age_s=0.2,
    sample_age_s=None,
    message_age_s=None,
    proof_age_s=31.0,
    spool_fill=0.1,
)
ROW = Status(100.0, False, {"frame": 0.2, "sample": None, "message": None, "proof": 31.0}, 0.1)


# --- the status row ---------------------------------------------------------------------------


def test_what_the_server_writes_the_watchdog_reads(tmp_path: Path) -> None:
    row = StatusRow(tmp_path / "status")
    row.write(replace(WELL, frame_age_s=1e9))
    row.write(WELL)
    assert read(str(tmp_path / "status"), boot_id()) == ROW
    assert (tmp_path / "status").stat().st_size == ROW_BYTES
    row.close()


def test_systemd_is_told_that_it_is_ready_and_petted_while_frames_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        row = StatusRow(tmp_path / "status")
        for vital in (WELL, replace(WELL, frame_age_s=11.0), replace(WELL, stopped=True)):
            row.write(vital)
        assert [systemd.recv(64) for _ in range(2)] == [b"READY=1\nWATCHDOG=1", b"STOPPING=1"]
        row.close()


def test_a_row_of_another_boot_tells_nothing(tmp_path: Path) -> None:
    row = StatusRow(tmp_path / "status")
    row.write(WELL)
    row.close()
    assert read(str(tmp_path / "status"), "another boot") is None


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_no_row_whatever_is_in_it_stops_the_watchdog(
    tmp_path_factory: pytest.TempPathFactory, row: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "row"
    path.write_bytes(row)
    assert read(str(path), boot_id()) is None


@given(st.integers(0, ROW_BYTES - 1))
def test_a_row_that_is_half_written_does_not_count(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "half"
    row = StatusRow(path)
    row.write(WELL)
    new = path.read_bytes()
    row.write(replace(WELL, written=200.0, frame_age_s=7.5))
    path.write_bytes(new[:cut] + path.read_bytes()[cut:])
    row.close()
    seen = read(str(path), boot_id())
    assert seen is None or seen.written in (100.0, 200.0)


# --- what is a trouble ------------------------------------------------------------------------


def _aged(**ages: float) -> Status:
    return replace(ROW, ages=ROW.ages | ages)


@pytest.mark.parametrize(
    ("row", "now", "wrong"),
    [
        (ROW, 101.0, []),
        (ROW, 110.5, ["status"]),
        (_aged(frame=9.0), 102.0, ["frame"]),
        (_aged(sample=10.1), 100.0, ["sample"]),
        (_aged(message=10.1), 100.0, ["message"]),
        (_aged(proof=129.0), 100.0, []),
        (_aged(proof=130.1), 100.0, ["proof"]),
        (replace(ROW, spool_fill=0.96), 100.0, ["spool"]),
        (_aged(frame=20.0, message=20.0), 100.0, ["frame", "message"]),
        (replace(ROW, stopped=True), 150.0, []),
        (replace(ROW, stopped=True), 161.0, ["status"]),
        (None, 30.0, []),
        (None, 61.0, ["status"]),
    ],
)
def test_past_its_limit_each_sign_is_a_trouble(
    row: Status | None, now: float, wrong: list[str]
) -> None:
    assert troubles(row, now, 0.0, SETTINGS) == wrong


# --- when it sounds ---------------------------------------------------------------------------


@dataclass
class Room:
    """A siren one can break, and what people were told."""

    works: bool = True
    sounds: bool | None = None
    told: list[str] = field(default_factory=list)

    def sound(self, on: bool) -> None:
        if not self.works:
            raise OSError("no route to the relay")
        self.sounds = on


def _watched() -> tuple[Watchdog, Room]:
    room = Room()
    return Watchdog(SETTINGS, room, room.told.append, began=100.0), room


def test_a_server_that_dies_is_heard_and_told_once_until_it_is_back() -> None:
    watchdog, room = _watched()
    watchdog.look(ROW, 101.0)
    assert room.sounds is False
    for second in range(111, 120):
        watchdog.look(ROW, float(second))
    assert room.sounds is True
    assert len(room.told) == 1
    assert "无响应" in room.told[0]
    watchdog.look(replace(ROW, written=121.0), 121.0)
    assert room.sounds is True, "one good row is not enough"
    watchdog.look(replace(ROW, written=121.0 + BACK_FOR_S), 121.5 + BACK_FOR_S)
    assert room.sounds is False
    assert "已恢复" in room.told[-1]


def test_while_it_lasts_it_is_told_again_and_a_new_trouble_at_once() -> None:
    watchdog, room = _watched()
    for second in range(111, 111 + 601):
        watchdog.look(ROW, float(second))
    assert len(room.told) == 2
    watchdog.look(replace(_aged(frame=30.0), written=712.0), 712.0)
    assert "判断已停止" in room.told[-1]


def test_a_siren_that_does_not_obey_is_asked_until_it_does() -> None:
    watchdog, room = _watched()
    room.works = False
    watchdog.look(ROW, 111.0)
    room.works = True
    watchdog.look(ROW, 111.5)
    assert room.sounds is True


def test_a_row_caught_half_written_wakes_nobody() -> None:
    watchdog, room = _watched()
    watchdog.look(ROW, 101.0)
    assert watchdog.look(None, 105.0) == []
    assert watchdog.look(None, 111.0) == ["status"], "but it does not keep a dead server alive"
    assert room.sounds is True


@pytest.mark.parametrize("language", WORDS)
def test_every_message_fits_into_one_sms(language: str) -> None:
    words = WORDS[language]
    assert WORDS["zh"].keys() == words.keys()
    longest = sorted((words[w] for w in ("status", "frame", "sample", "message", "proof")), key=len)
    for text in ("begins", "lasts", "ends"):
        said = words[text].format(mine="示范煤矿（模拟）", what="、".join(longest[-2:]))
        assert len(said) <= 70, said


# --- relay, modem, slave ----------------------------------------------------------------------


@contextmanager
def _answering(answer: bytes | None) -> Iterator[tuple[int, list[bytes]]]:
    """A relay at a port that answers every request so; None: as it was asked."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            wire, _ = server.accept()
            with wire:
                heard.append(wire.recv(64))
                wire.sendall(heard[-1] if answer is None else answer)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], heard


def test_the_relay_closes_by_modbus() -> None:
    with _answering(None) as (port, heard):
        ModbusSiren(Relay(host="127.0.0.1", port=port, unit=3, coil=7)).sound(True)
    assert heard == [bytes.fromhex("000100000006 03 05 0007 ff00")]


@pytest.mark.parametrize("answer", [b"", bytes.fromhex("000100000003 03 85 02")])
def test_a_relay_that_does_not_confirm_has_not_obeyed(answer: bytes) -> None:
    with _answering(answer) as (port, _), pytest.raises(OSError, match="the relay answered"):
        ModbusSiren(Relay(host="127.0.0.1", port=port)).sound(True)


@contextmanager
def _serial() -> Iterator[tuple[int, str]]:
    ours, theirs = pty.openpty()
    try:
        yield ours, os.ttyname(theirs)
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_serial_board_gets_its_bytes() -> None:
    with _serial() as (board, path):
        SerialSiren(Relay(serial=path, on="a00101a2", off="a00100a1")).sound(True)
        assert os.read(board, 16) == bytes.fromhex("a00101a2")


def test_the_modem_writes_the_sms_and_says_when_it_could_not() -> None:
    with _serial() as (modem, path):
        said: list[bytes] = []
        script = [
            b"OK\r\n",
            b"OK\r\n",
            b"\r\n> ",
            b"\r\n+CMGS: 7\r\n\r\nOK\r\n",
            b"+CMS ERROR: 331",
        ]
        ends = [b"\r", b"\r", b"\r", b"\x1a", b"\r"]

        def answer() -> None:
            for end, reply in zip(ends, script, strict=True):
                heard = b""
                while not heard.endswith(end):
                    heard += os.read(modem, 1024)
                said.append(heard)
                os.write(modem, reply)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        texter = Texter(Modem(serial=path, numbers=("+8613800000000",)))
        assert texter.written("+8613800000000", "报警")
        assert not texter.written("+8613800000000", "报警"), "no network: +CMS ERROR 331"
        thread.join(5)
    assert said[:3] == [b"ATE0\r", b"AT+CMGF=0\r", b"AT+CMGS=19\r"]
    assert said[3] == b"0011000D91683108000000F00008AA0462A58B66\x1a"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("0007 0000 0006 01 03 0000 0002", "0007 0000 0007 01 03 04 0001 0000"),
        ("0007 0000 0006 01 03 0000 0003", "0007 0000 0003 01 83 02"),
        ("0007 0000 0006 01 06 0000 0001", "0007 0000 0003 01 86 01"),
    ],
)
def test_the_server_may_poll_the_watchdog_as_a_substation(asked: str, answered: str) -> None:
    with ProofSlave(SelfTest(port=0, every_s=60, lasts_s=60)) as slave:
        slave.begin()
        with socket.create_connection(slave.server_address[:2], timeout=5) as wire:
            wire.sendall(bytes.fromhex(asked))
            head = wire.recv(6, socket.MSG_WAITALL)
            rest = wire.recv(struct.unpack(">H", head[4:])[0], socket.MSG_WAITALL)
        slave.shutdown()
    assert head + rest == bytes.fromhex(answered)


# --- watchdog.toml ----------------------------------------------------------------------------

GOOD = 'status = "/x/status"\nmine = "模拟矿"\n'


def test_the_shipped_example_is_read() -> None:
    settings = load(Path(__file__).parents[2] / "deploy/watchdog.toml")
    assert settings.relay is not None
    assert settings.modem is not None
    assert settings.self_test is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD, "nobody would hear"),
        (GOOD + "[relay]\n", "host or serial"),
        (GOOD + '[relay]\nhost = "a"\nserial = "b"\n', "host or serial"),
        (GOOD + '[relay]\nhsot = "a"\n', "'host'?"),
        (GOOD + "limit = 3\n", "'limit_s'?"),
        (GOOD + 'limit_s = "3"\n', "limit_s = '3': wants float"),
        (GOOD + '[modem]\nserial = "/dev/ttyUSB2"\nnumbers = [1]\n', "wants str"),
        (GOOD + 'language = "fr"\n[relay]\nhost = "a"\n', "one of zh, en"),
        ('mine = "a"\n[relay]\nhost = "a"\n', "status"),
        ("a = [", "watchdog.toml"),
    ],
)
def test_what_it_does_not_know_it_refuses(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "watchdog.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        load(path)
    assert says in str(refused.value)
