"""`minesafe drill`: a drill is started over the wire, and its score is read from the journal."""

import asyncio
import json
from pathlib import Path

import pytest
import web_site
from first_mine import first_mine

from minesafe.drill import GROUND, Console, scored, start
from minesafe.model.errors import LinkDown, Refused
from minesafe.model.events import (
    InScope,
    OrderIssued,
    OrderKind,
    Origin,
    PersonMoved,
    Place,
    Whereabouts,
)
from minesafe.model.mine import Role, Severity
from minesafe.model.time import SECOND, Micros
from minesafe.store.journal import SqliteJournal

START: Micros = 1_764_000_000 * SECOND


def issued(order: str, *people: str, drill: bool) -> OrderIssued:
    place = Place(roadway="W01", chainage_m=10.0, seen=START)
    return OrderIssued(
        order=order,
        number=1,
        order_kind=OrderKind.EVACUATE,
        severity=Severity.I,
        zones=(),
        people=tuple(InScope(p, Whereabouts.STANDING, place, "", None) for p in people),
        leader=None,
        cause="drill",
        by="P01",
        drill=drill,
    )


def written(folder: Path) -> Path:
    """A drill of two, one of whom is out after 40 s and the other after 90 s; then a real order."""
    first, second = (p.id for p in first_mine().people[:2])
    journal = SqliteJournal(folder / "journal.db")
    bodies = [
        (0, issued("1-DRILL", first, second, drill=True)),
        (40, PersonMoved(order="1-DRILL", person=first, whereabouts=Whereabouts.OUT, place=None)),
        (90, PersonMoved(order="1-DRILL", person=second, whereabouts=Whereabouts.OUT, place=None)),
        (95, issued("2", first, drill=False)),
    ]
    for second_, body in bodies:
        journal.append([(body, START + second_ * SECOND)], now=START + second_ * SECOND)
    journal.close()
    return folder / "journal.db"


def test_the_newest_drill_is_scored_and_any_order_by_its_id(tmp_path: Path) -> None:
    path = written(tmp_path)
    drill = scored(first_mine(), path)
    assert (drill.order, drill.out_50_s, drill.out_100_s) == ("1-DRILL", 40.0, 90.0)
    assert drill.slowest_zone != ""
    assert scored(first_mine(), path, "2").out_50_s is None
    with pytest.raises(Refused, match="unknown_order"):
        scored(first_mine(), path, "3")


def test_where_there_is_no_server_it_says_so() -> None:
    with pytest.raises(LinkDown):
        Console("http://127.0.0.1:9").log_in("dispatcher", json.dumps("x"))


async def test_a_drill_is_started_at_a_running_server_by_who_may(tmp_path: Path) -> None:
    async with web_site.running(tmp_path) as site:
        drill = asyncio.to_thread(start, site.url, "dispatcher", "dispatcher-pw", ["FACE"])
        assert await drill == "o9"
        act, kind, zones, ground, _, origin = site.desk.acts[-1]
        assert (act, kind, zones) == ("issue_drill", OrderKind.EVACUATE, ("FACE",))
        assert (ground, origin) == (GROUND, Origin.CONSOLE)
        with pytest.raises(Refused, match="role_not_allowed"):
            await asyncio.to_thread(start, site.url, "viewer", "viewer-pw", None)
        with pytest.raises(Refused, match="wrong_password"):
            await asyncio.to_thread(start, site.url, "dispatcher", "guessed", None)
        site.desk.refusal = Refused("real_order_open")
        with pytest.raises(Refused, match="real_order_open"):
            await asyncio.to_thread(start, site.url, "dispatcher", "dispatcher-pw", None)


async def test_roadways_visitors_and_the_way_back_in_are_acts_by_name(tmp_path: Path) -> None:
    async with web_site.running(tmp_path) as site, site.user(Role.DISPATCHER) as desk:
        acts = {
            "/roadways/A": {"blocked": True, "reason": "roof fall"},
            "/orders/o1/visitors": {"name": "Li Visitor"},
            "/orders/o1/reentry": {"reason": "gas 0.2 %, walked"},
        }
        for path, body in acts.items():
            answer = await desk.post(f"/api/v1{path}", json=body)
            assert answer.status_code == 204, answer.text
        me = site.desk.acts[0][3]
        assert site.desk.acts == [
            ("block_roadway", "A", True, me, "roof fall"),
            ("add_visitor", "o1", "Li Visitor", me),
            ("permit_reentry", "o1", me, Role.DISPATCHER, "gas 0.2 %, walked"),
        ]
        async with site.stranger() as nobody:
            answer = await nobody.post("/api/v1/roadways/A", json=acts["/roadways/A"])
            assert answer.status_code == 401
