"""Heads that leave the machine: a rewritten journal is found out by whoever kept them."""

import asyncio
import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from store_samples import finding
from typer.testing import CliRunner

from minesafe.cli import app
from minesafe.model.errors import BrokenJournal, StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.mine import Witness as Where
from minesafe.store import witness
from minesafe.store.chain import identity_of, verify
from minesafe.store.heads import HeadKey, SignedHead, kept, line_of
from minesafe.store.journal import SqliteJournal
from minesafe.store.witness import Witness, hand_over

NOW = 1_764_000_000_000_000


def _journal(folder: Path, records: int = 5) -> SqliteJournal:
    folder.mkdir(parents=True, exist_ok=True)
    journal = SqliteJournal(folder / "journal.db", ballast_mb=0)
    for number in range(records):
        journal.append([(finding(number), NOW)], now=NOW)
    return journal


class Findings:
    def __init__(self) -> None:
        self.open: dict[tuple[FindingKind, str], str] = {}

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        self.open[kind, subject] = detail

    def ended(self, kind: FindingKind, subject: str) -> None:
        self.open.pop((kind, subject), None)

    def repeated(self, messages: int = 1) -> None:
        raise AssertionError("a witness hears nothing")


async def _sent(data: Path, to: str, findings: Findings) -> None:
    """The witness has looked once at the journal."""
    journal = _journal(data)
    where = Where(to, every_s=600)
    sender = Witness(where, "demo", journal, HeadKey.of(data), lambda: NOW, findings)
    await sender._send()
    task = asyncio.create_task(sender.run())
    await asyncio.sleep(0.3)
    task.cancel()
    journal.close()


async def test_an_inspector_who_kept_the_heads_proves_the_journal(tmp_path: Path) -> None:
    data, inspector = tmp_path / "data", tmp_path / "inspector"
    inspector.mkdir()
    findings = Findings()
    await _sent(data, str(inspector), findings)
    lines = (inspector / "heads.jsonl").read_bytes().splitlines()
    assert len(lines) == 1, "nothing new, nothing sent"
    known = kept(lines, (data / "head.pub").read_bytes(), identity_of(data / "journal.db"))
    assert known[0][0] == 5
    assert verify(data / "journal.db", known) == 5
    assert findings.open == {}
    said = CliRunner().invoke(
        app, ["journal", "verify", str(data), "--heads", str(inspector / "heads.jsonl")]
    )
    assert said.exit_code == 0, said.output
    assert "1 signed heads" in said.output


def test_whoever_makes_the_chain_anew_with_our_own_key_is_found_out(tmp_path: Path) -> None:
    """He holds the machine, its files and its key; he does not hold what left before."""
    data = tmp_path / "data"
    _journal(data, 3).close()
    copytree(data, tmp_path / "forged")
    key = HeadKey.of(data)
    journal = _journal(data, 2)
    head = SignedHead(
        mine="demo", journal=journal.identity, epoch=journal.epoch,
        position=journal.head[0], hash=journal.head[1], at=NOW, signature="",
    )  # fmt: skip
    journal.close()
    line = line_of(key.signed(head))
    forged = SqliteJournal(tmp_path / "forged" / "journal.db", ballast_mb=0)
    for number in (7, 8, 9):
        forged.append([(finding(number), NOW)], now=NOW)
    forged.close()
    assert verify(tmp_path / "forged" / "journal.db") == 6, "by itself it looks whole"
    known = kept([line], (data / "head.pub").read_bytes(), head.journal)
    with pytest.raises(BrokenJournal, match="not the record that was witnessed"):
        verify(tmp_path / "forged" / "journal.db", known)


def test_a_head_that_was_changed_or_signed_by_another_is_named(tmp_path: Path) -> None:
    key, other = HeadKey.of(_folder(tmp_path / "a")), HeadKey.of(_folder(tmp_path / "b"))
    head = SignedHead(
        mine="demo", journal="j", epoch=1, position=7, hash="0" * 64, at=NOW, signature=""
    )
    good, foreign = line_of(key.signed(head)), line_of(other.signed(head))
    public = (tmp_path / "a" / "head.pub").read_bytes()
    assert kept([good, b"\n"], public, "j") == [(7, "0" * 64)]
    assert kept([good], public, "another journal") == []
    changed = good.replace(b'"position":7', b'"position":8')
    for lines in ([good, foreign], [good, changed]):
        with pytest.raises(BrokenJournal, match="line 2 of the witness is not signed by this key"):
            kept(lines, public, "j")
    with pytest.raises(BrokenJournal, match="line 1 of the witness is unreadable"):
        kept([good[:40]], public, "j")
    with pytest.raises(StoreUnavailable, match="not a public key"):
        kept([good], b"nonsense", "j")


def test_the_key_is_ours_alone_and_stays(tmp_path: Path) -> None:
    HeadKey.of(tmp_path)
    public = (tmp_path / "head.pub").read_bytes()
    HeadKey.of(tmp_path)
    assert (tmp_path / "head.pub").read_bytes() == public
    assert (tmp_path / "head.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "head.key").write_text("gone")
    with pytest.raises(StoreUnavailable, match=r"head\.key"):
        HeadKey.of(tmp_path)


async def test_a_witness_that_is_not_there_is_a_finding_and_gets_the_head_later(
    tmp_path: Path,
) -> None:
    findings = Findings()
    gone = tmp_path / "not mounted"
    await _sent(tmp_path / "data", str(gone), findings)
    assert list(findings.open) == [(FindingKind.WITNESS_DOWN, str(gone))]
    gone.mkdir()
    await _sent(tmp_path / "data", str(gone), findings)
    assert findings.open == {}
    assert (gone / "heads.jsonl").exists()


def test_a_witness_that_hangs_is_a_finding_and_does_not_keep_the_server_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe nobody reads is a mount that hangs: opening it for writing never returns."""
    monkeypatch.setattr(witness, "PATIENCE_S", 0.2)
    os.mkfifo(tmp_path / "heads.jsonl")
    findings = Findings()
    began = threading.active_count()

    async def a_day() -> None:
        journal = _journal(tmp_path / "data")
        where = Where(str(tmp_path), every_s=600)
        own = Witness(where, "demo", journal, HeadKey.of(tmp_path / "data"), lambda: NOW, findings)
        assert await own._send() == "it hangs"
        assert await own._send() == "it hangs"
        assert threading.active_count() == began + 1, "one thread hangs, not one for each try"
        journal.close()

    asyncio.run(asyncio.wait_for(a_day(), 10))  # it returns: the shutdown joins no hanging thread
    os.close(os.open(tmp_path / "heads.jsonl", os.O_RDONLY | os.O_NONBLOCK))  # it comes back


@contextmanager
def _inspectorate(status: int) -> Iterator[tuple[str, list[bytes]]]:
    heard: list[bytes] = []

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/heads", heard
        server.shutdown()
        thread.join()


def test_a_web_address_takes_heads_too() -> None:
    with _inspectorate(204) as (url, heard):
        hand_over(url, b"a head\n")
    assert heard == [b"a head\n"]


def test_a_web_address_that_refuses_has_not_taken_it() -> None:
    with (
        _inspectorate(503) as (url, _),
        pytest.raises(StoreUnavailable, match="the witness answered 503"),
    ):
        hand_over(url, b"a head\n")
    with pytest.raises(StoreUnavailable):
        hand_over(url, b"nobody listens any more\n")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
