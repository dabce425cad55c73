"""`minesafe drill`: start one on a running server, and read the score of one from a journal."""

import http.client
import http.cookiejar
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from minesafe.evacuation.orders import Orders
from minesafe.evacuation.score import score
from minesafe.model.errors import LinkDown, Refused
from minesafe.model.events import OrderIssued
from minesafe.model.mine import Mine
from minesafe.model.score import Score
from minesafe.store.following import JournalReader

GROUND = "演练 drill"
"""What a drill begun by the command says it is for."""

PATIENCE_S = 10.0

TAKEN_S = 120.0
"""Without a byte of a file: a workbook comes when it is whole."""

MANY = 1_000
"""Records read at a time."""


@dataclass
class Console:
    """A log-in at a running server, as a page has one."""

    url: str
    csrf: str = ""

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def log_in(self, user: str, password: str) -> None:
        """Open a session.

        Raises:
            Refused: the server says no.
            LinkDown: there is no server.
        """
        self.csrf = self.post("/session", {"user": user, "password": password})["csrf"]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One act; raises as `log_in`."""
        request = urllib.request.Request(  # noqa: S310  the mine's own address, http or https
            f"{self.url}/api/v1{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "X-CSRF-Token": self.csrf},
        )
        try:
            with self._opener.open(request, timeout=PATIENCE_S) as answer:
                said: dict[str, Any] = json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except OSError as error:
            raise LinkDown(f"{self.url}: {error}") from error
        return said

    def take(self, path: str, target: BinaryIO) -> None:
        """Write what the server sends, part by part; raises as `log_in`."""
        try:
            with self._opener.open(f"{self.url}/api/v1{path}", timeout=TAKEN_S) as answer:
                shutil.copyfileobj(answer, target)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except (OSError, http.client.HTTPException) as error:
            raise LinkDown(f"{self.url}: {error}") from error


def _refusal(error: urllib.error.HTTPError) -> Refused | LinkDown:
    try:
        said = json.loads(error.read())
        return Refused(said["code"], **said.get("params", {}))
    except (ValueError, KeyError):
        return LinkDown(f"{error.url}: HTTP {error.code}")


def start(url: str, user: str, password: str, zones: Sequence[str] | None) -> str:
    """Begin a drill; without zones, of the mine. Returns the order's id; raises as `Console`."""
    console = Console(url)
    console.log_in(user, password)
    wanted = {"order_kind": "evacuate", "zones": list(zones or ()), "ground": GROUND}
    order: str = console.post("/drills", wanted)["order"]
    return order


def scored(mine: Mine, journal: Path, order: str = "") -> Score:
    """The score of an order in a journal; of the newest drill where none is named.

    Raises:
        Refused: unknown_order.
        StoreUnavailable: the journal cannot be read.
    """
    reader, orders, found = JournalReader(journal), Orders(mine), None
    position = 0
    while events := reader.read(position, MANY):
        for event in events:
            body = event.body
            orders.apply(body, event.valid, event.recorded)
            if isinstance(body, OrderIssued) and (body.drill if not order else body.order == order):
                found = body.order
            # An order is forgotten an hour after its end: the newest score of it is kept.
            if found is not None and (held := orders.get(found)) is not None:
                kept = held
        position = events[-1].position
    if found is None:
        raise Refused("unknown_order", order=order or "drill")
    return score(kept)
