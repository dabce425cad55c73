"""The bench of the screens, small and without a browser: who walks, and what is told of them."""

from pathlib import Path

import numpy as np
import pytest

from minesafe.bench.web import encoding, glass, watching
from minesafe.bench.web.crowd import Crowd, crowded_mine
from minesafe.bench.web.served import served
from minesafe.model.errors import LinkDown
from minesafe.model.frame import Frame
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.watch import Watch

TAGS = 300


@pytest.fixture(scope="module")
def mine() -> Mine:
    return crowded_mine(seed=3, tags=TAGS, districts=1)


def test_everybody_walks_on_roadways_and_one_goes_through_the_refuges_door(mine: Mine) -> None:
    crowd, watch = Crowd(mine, seed=3), Watch(mine)
    refuge = [zone.id for zone in mine.zones].index(crowd.refuge.id)
    counts = []
    for second in range(1, 7):
        crowd.walk(1.0)
        crowd.inside = second > 3
        now = encoding.START + second * SECOND
        heard = crowd.all(now)
        watch.tick(Frame(second, now, mine.revision, heard.readings, heard.sightings))
        counts.append(int(watch.picture().count[refuge]))
    picture = watch.picture()
    assert counts == [0, 0, 0, 1, 1, 1]
    assert picture.underground == len(mine.people)
    assert not picture.lost.any()
    assert np.ptp(picture.chainage) > 0


def test_a_frame_in_bytes_is_told_in_three_bytes_a_person(mine: Mine) -> None:
    figures = encoding.run(mine, seed=3)
    assert figures["frame_encode_us"] > 0
    assert figures["frame_kb"] <= 0.1 + 3e-3 * len(mine.people)
    assert figures["frame_vs_orjson"] > 2


async def test_fifty_screens_are_told_what_one_is(mine: Mine, tmp_path: Path) -> None:
    async with served(mine, tmp_path, seed=3) as server:
        cookies = await watching.logged_in(server, mine)
        figures = await watching.told(server, cookies, window_s=2.0)
        assert figures["clients_evicted"] == 0
        assert figures["wire_kb_per_s"] > 0
        assert figures["cpu_ms_per_frame"] > 0
        assert server.usage().frames > 0


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LinkDown, match="apt install chromium"):
        glass.there()
