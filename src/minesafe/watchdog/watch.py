"""The watch: looks, sounds, tells."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from minesafe.watchdog.modem import Texter
from minesafe.watchdog.settings import Settings
from minesafe.watchdog.siren import Siren, siren_of
from minesafe.watchdog.slave import ProofSlave
from minesafe.watchdog.status import Status, read, troubles
from minesafe.watchdog.words import WORDS

log = logging.getLogger("minesafe-watchdog")


LOOK_EVERY_S = 0.5


BACK_FOR_S = 5.0
"""So long everything must be well before the relay opens again."""


class Watchdog:
    """Looks, sounds, tells; the only state of the process. Time is handed in."""

    def __init__(
        self, settings: Settings, siren: Siren, tell: Callable[[str], None], began: float
    ) -> None:
        self._settings = settings
        self._siren = siren
        self._tell = tell
        self._began = began
        self._sounding: bool | None = None
        """What the siren was last made to do; None: nobody knows, so it is told at once."""
        self._wrong: list[str] = []
        """What was wrong when people were last told."""
        self._told = self._well = began
        self._seen: Status | None = None
        """The newest whole row: one that is being written is no trouble, it only does not count."""

    def look(self, status: Status | None, now: float) -> Sequence[str]:
        """One look at the status row; returns what is wrong."""
        self._seen = status or self._seen
        wrong = troubles(self._seen, now, self._began, self._settings)
        if wrong:
            self._well = now
            self._alarm(wrong, now)
        elif self._wrong and now - self._well > BACK_FOR_S:
            self._wrong = []
            self._say("ends", [])
        self._switch(bool(self._wrong))
        return wrong

    def _alarm(self, wrong: Sequence[str], now: float) -> None:
        new = set(wrong) - set(self._wrong)
        if not new and now - self._told < self._settings.repeat_s:
            return
        self._say("begins" if new else "lasts", wrong)
        self._wrong, self._told = [*self._wrong, *(w for w in wrong if w in new)], now

    def _say(self, what: str, wrong: Sequence[str]) -> None:
        words = WORDS[self._settings.language]
        text = words[what].format(
            mine=self._settings.mine, what="、".join(words[w] for w in wrong[:2])
        )
        log.warning("%s", text)
        self._tell(text)

    def _switch(self, on: bool) -> None:
        """A siren that does not obey is asked again at the next look."""
        if on == self._sounding:
            return
        try:
            self._siren.sound(on)
        except (OSError, ValueError) as error:
            self._sounding = None
            log.error("the siren: %s", error)
        else:
            self._sounding = on


def _notify(state: bytes) -> None:
    """Tell systemd, if it started us (sd_notify(3))."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if where:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
            wire.connect("\0" + where[1:] if where.startswith("@") else where)
            wire.send(state)


def boot_id() -> str:
    """Which boot of the machine this is; monotonic clocks of two boots have nothing in common."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def watch(settings: Settings, ended: threading.Event) -> None:
    """Look until told to end; the siren is silent then."""
    if settings.self_test is not None:
        ProofSlave(settings.self_test).begin()
    texter = Texter(settings.modem) if settings.modem else None
    if texter is not None:
        texter.start()
    siren = siren_of(settings.relay)
    tell = texter.tell if texter else log.warning
    watchdog, boot = Watchdog(settings, siren, tell, time.monotonic()), boot_id()
    log.info("watching %s", settings.status)
    _notify(b"READY=1")
    while not ended.wait(LOOK_EVERY_S):
        watchdog.look(read(settings.status, boot), time.monotonic())
        _notify(b"WATCHDOG=1")
    siren.sound(False)
