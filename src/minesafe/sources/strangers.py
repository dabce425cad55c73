"""Names devices use that the configuration does not know: told once each, never without bound."""

from minesafe.model.events import FindingKind
from minesafe.model.time import MINUTE, Micros
from minesafe.ports import Findings
from minesafe.sources.wire import plain

FORGET: Micros = 10 * MINUTE
"""A name not heard for so long is a finding no more."""

MOST = 64
"""Names told at one time; a device that makes up names cannot fill the book."""


class Strangers:
    """Unknown names of one kind, each with when it was last heard."""

    def __init__(self, kind: FindingKind, findings: Findings) -> None:
        self._kind = kind
        self._findings = findings
        self._seen: dict[str, Micros] = {}

    def saw(self, name: str, detail: str, now: Micros) -> None:
        """`name` was used and nobody knows it."""
        name = plain(name)
        if name not in self._seen:
            self._forget(now)
            if len(self._seen) >= MOST:
                return
            self._findings.began(self._kind, name, detail)
        self._seen[name] = now

    def _forget(self, now: Micros) -> None:
        for name in [n for n, seen in self._seen.items() if now - seen > FORGET]:
            del self._seen[name]
            self._findings.ended(self._kind, name)
