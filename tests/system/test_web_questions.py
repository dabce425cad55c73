"""Questions about the past over a real socket and a real database: who may, how long, how many."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
from desk_on_paper import staffed_mine
from small_mine import REVISION
from store_samples import START
from system.parts import new_database
from web_site import Running, running

from minesafe.model.events import Exported
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Role
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.store.history import PostgresHistory
from minesafe.web.refusals import Denied
from minesafe.web.turns import Turns

SPAN = f"start={START}&end={START + 1800 * SECOND}"
API = "/api/v1"


def a_quarter_of_an_hour() -> list[Frame]:
    """P1 walks from the portal to the end of A and back, P2 stands; a sensor is calibrated."""
    frames = []
    for n in range(1, 451):
        at = START + 2 * n * SECOND
        places = (100.0 - abs(100.0 - n / 2), 90.0)
        rows = [(p, 1, 0, m, 0, m, 0.0, 0.0, 2.0, 0, 0, at, at) for p, m in enumerate(places)]
        quality = Quality.CALIBRATING if 120 <= n < 150 else Quality.GOOD
        readings = Readings.of([(0, 0.5, int(quality), at, at)])
        frames.append(Frame(n, at, REVISION, readings, Sightings.of(rows)))
    return frames


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Running]:
    history = PostgresHistory(new_database(), staffed_mine(), spool="a", journal="a")
    every = a_quarter_of_an_hour()
    for at in range(0, len(every), 50):
        await history.write(every[at : at + 50])
    async with running(tmp_path, history=history) as opened:
        yield opened
    await history.close()


async def test_a_room_asks_who_was_where_with_whom_and_how_long(site: Running) -> None:
    async with site.user(Role.DISPATCHER) as user:

        async def ask(path: str) -> object:
            answer = await user.get(f"{API}/{path}")
            assert answer.status_code == 200, answer.text
            return answer.json()

        way = await ask(f"people/P1/stays?{SPAN}")
        assert [len(stay["places"]) for stay in way["stays"]] == [3]
        assert way["stays"][0]["places"][1] == [START + 400 * SECOND, 100.0]
        face = await ask(f"zones/FACE/occupancy?{SPAN}")
        stays = [(s["person"], s["entered"], s["left"], s["elsewhere"]) for s in face["stays"]]
        there = (START + 200 * SECOND, START + 602 * SECOND)
        assert stays == [
            ("P1", *there, True),
            ("P2", START + 2 * SECOND, START + 900 * SECOND, False),
        ]
        assert (face["most"], face["most_at"], face["over"]) == (2, there[0], [])
        below = await ask(f"attendance?{SPAN}")
        trips = [(t["person"], t["came_up"]) for t in below["trips"]]
        assert (trips, below["crews"][0]["people"]) == ([("P1", False), ("P2", False)], 2)
        (near,) = (await ask(f"near?at={START + 240 * SECOND}&person=P2"))["people"]
        assert (near["person"], near["straight_m"], near["along_m"]) == ("P1", 30.0, 30.0)
        place = "roadway=B&chainage_m=20&metres=50"
        (far,) = (await ask(f"near?at={START + 240 * SECOND}&{place}"))["people"]
        assert (far["person"], far["straight_m"], far["along_m"]) == ("P1", 40.0, 60.0)
        met = await ask(f"contacts?{SPAN}&person=P1&metres=10")
        assert [(c["person"], c["near_s"]) for c in met] == [("P2", 170.0)]
        came = await ask(f"people/P1/visits?{SPAN}")
        assert [(v["zone"], v["entered"]) for v in came["zones"] if v["zone"] == "FACE"] == [
            ("FACE", there[0])
        ]
        (heard,) = came["readers"]
        assert (heard["first"], heard["sightings"]) == (START + 2 * SECOND, 450)
        assert came["unseen"] == []
        track = await ask(f"people/P1/track?{SPAN}")
        assert (len(track), track[0]["error_m"], track[0]["reader"]) == (450, 2.0, heard["reader"])
        (band,) = (await ask(f"points/CH4/trend?{SPAN}&dots=10"))["bands"]
        assert band["quality"] == "calibrating"
        assert (band["start"] - START, band["end"] - START) == (240 * SECOND, 300 * SECOND)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"zones/FACE/occupancy?start=0&end={START}", 422, "ask_shorter"),
        (f"attendance?start={START}&end={START}", 422, "bad_span"),
        (f"zones/NOWHERE/occupancy?{SPAN}", 404, "unknown_zone"),
        (f"near?at={START}&person=P1&point=CH4", 422, "name_one_place"),
        (f"near?at={START}&person=P3", 404, "not_seen_then"),
        (f"attendance?start=0&end={1 << 62}", 422, "malformed"),
    ],
)
async def test_what_cannot_be_answered_is_said_in_a_word(
    site: Running, path: str, status: int, code: str
) -> None:
    async with site.user(Role.INSPECTOR) as user:
        answer = await user.get(f"{API}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_viewer_sees_the_mine_but_follows_nobody(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.VIEWER) as user:
        paths = (
            "people/P1/track",
            "people/P1/stays",
            "people/P1/visits",
            "zones/FACE/occupancy",
            "attendance",
            "contacts",
        )
        for path in (*[f"{p}?{SPAN}" for p in paths], f"near?at={START}"):
            answer = await user.get(f"{API}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed"), path


async def test_who_looks_at_somebodys_way_is_written_down_once_for_a_while(site: Running) -> None:
    """A page asks several questions about one way, and again as the clock goes."""
    later = f"start={START + 60 * SECOND}&end={START + 1860 * SECOND}"
    async with site.user(Role.LEADER) as user:
        for path in (f"track?{SPAN}", f"stays?{SPAN}", f"visits?{SPAN}", f"visits?{later}"):
            assert (await user.get(f"{API}/people/P1/{path}")).status_code == 200, path
        assert (await user.get(f"{API}/people/P2/track?{SPAN}")).status_code == 200
        assert (await user.get(f"{API}/contacts?{SPAN}&person=P1")).status_code == 200
    assert _taken(site) == [
        ("track", "P1", "page", "leader"),
        ("track", "P2", "page", "leader"),
        ("contacts", "P1", "page", "leader"),
    ]


async def test_history_leaves_as_a_file_and_who_takes_peoples_places_is_written_down(
    site: Running,
) -> None:
    async with site.user(Role.ENGINEER) as user:

        async def take(path: str) -> list[str]:
            answer = await user.get(f"{API}/export/{path}&{SPAN}&language=en")
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith("text/csv")
            return answer.content.decode("utf-8-sig").splitlines()

        values = await take("values?point=CH4&point=WIND")
        assert values[0] == "time (Asia/Shanghai),point,name,value,unit,quality"
        assert len(values) == 451
        assert values[120].endswith("CH4,CH4,0.5,,calibrating")
        assert len(await take("trend?point=CH4&width_s=300")) == 5
        assert not _taken(site)
        assert len(await take("events?")) >= 1
        assert len(await take("track?person=P2")) == 451
        assert (await take("occupancy?zone=FACE"))[1].startswith("P1,")
        assert len(await take("attendance?")) == 3
        assert (await take("contacts?person=P1&metres=10"))[1].startswith("P2,")
        assert _taken(site) == [
            ("events", "", "csv", "engineer"),
            ("track", "P2", "csv", "engineer"),
            ("occupancy", "FACE", "csv", "engineer"),
            ("attendance", "", "csv", "engineer"),
            ("contacts", "P1", "csv", "engineer"),
        ]
        for form in ("xlsx", "parquet"):
            file = await user.get(f"{API}/export/values?point=CH4&{SPAN}&format={form}")
            assert file.content[:2] == {"xlsx": b"PK", "parquet": b"PA"}[form]
            assert f'values-20251125.{form}"' in file.headers["content-disposition"]
        for path, code in (
            ("values?point=NONE", "unknown_point"),
            ("values?", "malformed"),
            ("track?person=P9", "unknown_person"),
        ):
            refused = await user.get(f"{API}/export/{path}&{SPAN}")
            assert refused.json()["code"] == code
        long = await user.get(f"{API}/export/attendance?start=0&end={START}")
        assert (long.status_code, long.json()["code"]) == (422, "ask_shorter")
    async with site.user(Role.VIEWER) as user:
        answer = await user.get(f"{API}/export/values?point=CH4&{SPAN}")
        assert answer.json()["code"] == "role_not_allowed"


def _taken(site: Running) -> list[tuple[str, str, str, str]]:
    """What the journal says was taken away or looked at, in which form, and by whom."""
    taken = [e.body for e in site.desk.records if isinstance(e.body, Exported)]
    return [(body.what, body.subject, body.form, body.by) for body in taken]


async def test_a_file_nobody_takes_any_more_is_not_made_any_further() -> None:
    made, closed = [], asyncio.Event()

    async def parts() -> AsyncGenerator[bytes, None]:
        try:
            for n in range(1000):
                made.append(n)
                yield b"."
        finally:
            closed.set()

    turns = Turns(1, 0, within_s=30.0)
    taken = turns.stream(parts())
    assert await anext(taken) == b"."
    await asyncio.sleep(0.01)
    assert len(made) <= 5
    await taken.aclose()
    assert closed.is_set()
    assert [part async for part in turns.stream(parts())] == [b"."] * 1000


class Request:
    """Somebody who asks, and may go."""

    gone = False

    async def is_disconnected(self) -> bool:
        return self.gone


async def test_questions_take_turns_and_the_one_nobody_waits_for_is_ended() -> None:
    turns, request, ended = Turns(1, 1, within_s=30.0), Request(), asyncio.Event()

    async def long() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def short() -> int:
        return 7

    first = asyncio.create_task(turns.answer(request, long()))
    await asyncio.sleep(0)
    other = asyncio.create_task(turns.answer(Request(), short()))
    await asyncio.sleep(0.01)
    with pytest.raises(Denied, match="too_many_questions"):
        await turns.answer(Request(), short())
    request.gone = True
    assert await other == 7
    assert ended.is_set()
    with pytest.raises(Denied):
        await first


async def test_an_answer_that_takes_too_long_is_refused() -> None:
    with pytest.raises(Denied, match="ask_shorter"):
        await Turns(1, 0, within_s=0.01).answer(Request(), asyncio.sleep(60))
