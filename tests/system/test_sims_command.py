"""`python -m device_sims` as a process of its own, on the first mine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from field import free_port
from first_mine import first_mine
from pymodbus.client import ModbusTcpClient

from device_sims.scenario import shipped
from minesafe.config import emit, with_ports

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """mine.json of the first mine, moved to free ports; nobody serves it."""
    mine = first_mine()
    moved = with_ports(
        mine,
        web=free_port(),
        stations=free_port(),
        substations={s.id: free_port() for s in mine.substations},
        carrier=free_port(),
        broker=(LOOPBACK, free_port()),
    )
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(emit(moved), ensure_ascii=False), "utf-8")
    return path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "device_sims", *words]


@contextmanager
def playing(*words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command("run", *words), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    entry: dict[str, Any] = json.loads(process.stdout.readline())
    return entry


def first_substation(paper: Path) -> dict[str, Any]:
    unit: dict[str, Any] = json.loads(paper.read_text("utf-8"))["substations"][0]
    return unit


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_ends_at_a_signal(paper: Path, ending: signal.Signals) -> None:
    with playing(str(paper)) as process:
        ready = first_line(process)
        assert ready["ready"] is True
        assert {"FZ01", "GW1", "BS1", "BS2", "carrier"} <= set(ready["devices"])
        began = time.monotonic()
        process.send_signal(ending)
        assert process.wait(5) == 0
        assert time.monotonic() - began < 3
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_once_it_is_ready_the_substation_answers_and_the_quiet_mine_is_quiet(paper: Path) -> None:
    with playing(str(paper), "--scenario", "quiet-shift", "--seed", "5") as process:
        first_line(process)
        unit = first_substation(paper)
        client = ModbusTcpClient(LOOPBACK, port=unit["port"])
        assert client.connect()
        words = client.read_holding_registers(0, count=12, device_id=unit["unit"]).registers
        client.close()
    methane = client.convert_from_registers(words, client.DATATYPE.FLOAT32)
    assert isinstance(methane, list)
    assert all(0 <= float(m) < 0.4 for m in methane)


def test_the_clock_it_is_handed_is_the_mines_time(paper: Path) -> None:
    start = 1_764_000_000_000_000
    wall = time.time_ns() // 1000
    with playing(str(paper), "--clock", f"{start}:50:{wall}") as process:
        said = first_line(process)["t"]
    passed = (time.time_ns() // 1000 - wall) * 50
    assert start < said < start + passed


def test_forty_times_as_fast_an_outburst_reaches_the_cut_off_within_seconds(
    paper: Path,
) -> None:
    clock = f"{time.time_ns() // 1000}:40"
    with playing(str(paper), "--scenario", "gas-outburst", "--clock", clock) as process:
        first_line(process)
        unit = first_substation(paper)
        client = ModbusTcpClient(LOOPBACK, port=unit["port"])
        assert client.connect()
        highest = 0.0
        while highest < 1.5:
            words = client.read_holding_registers(0, count=2, device_id=unit["unit"]).registers
            methane = client.convert_from_registers(words, client.DATATYPE.FLOAT32)
            assert isinstance(methane, float)
            highest = max(highest, methane)
            time.sleep(0.05)
        client.close()


def test_tied_it_ends_with_whoever_started_it_even_killed(paper: Path) -> None:
    asked, said = command("run", str(paper), "--tied"), str(paper.with_name("said"))
    starter = f"""
import os, pathlib, signal, subprocess, time
said = pathlib.Path({said!r})
child = subprocess.Popen({asked!r}, stdin=subprocess.PIPE, stdout=said.open("w"))
while not said.read_text():
    time.sleep(0.01)
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", starter], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    child = Path(f"/proc/{int(done.stdout)}")
    for _ in range(1000):
        if not child.exists():
            return
        time.sleep(0.01)
    os.kill(int(done.stdout), signal.SIGKILL)
    raise AssertionError("the simulators went on without the demo")


def test_a_taken_port_is_an_error_that_names_it(paper: Path) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, first_substation(paper)["port"]))
        other.listen()
        done = subprocess.run(
            command("run", str(paper)), cwd=ROOT, capture_output=True, text=True, timeout=20
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"FZ01: {LOOPBACK}:{first_substation(paper)['port']}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "/nowhere.json"], "/nowhere.json cannot be read"),
        (["run", "pyproject.toml"], "mine.json cannot be used"),
    ],
)
def test_what_it_cannot_use_it_refuses_in_one_sentence(words: list[str], said: str) -> None:
    done = subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr


def test_an_unknown_scenario_is_answered_with_those_there_are(paper: Path) -> None:
    asked = command("run", str(paper), "--scenario", "gas-outbrust")
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert ", ".join(shipped()) in done.stderr


def test_the_list_of_scenarios_is_in_both_languages() -> None:
    done = subprocess.run(
        command("scenarios"), cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    )
    assert "gas-outburst" in done.stdout
    assert "瓦斯突出" in done.stdout
    assert "Gas outburst" in done.stdout
