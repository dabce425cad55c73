"""What pages are told, made from the desk's state; and the few rules of the web's own."""

from dataclasses import replace
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from desk_on_paper import NOW, order, picture_of, staffed_mine

from minesafe.model.duty import DutyBoard, Month, Stretch, Swap
from minesafe.model.events import DutyHandedOver, Origin, Place
from minesafe.model.mine import (
    Duty,
    Gateway,
    KjHost,
    Name,
    Roadway,
    Role,
    Substation,
    along,
)
from minesafe.model.order import Signature
from minesafe.model.time import SECOND
from minesafe.web import openapi, views
from minesafe.web.about import address_of
from minesafe.web.acting import signing_role
from minesafe.web.changes import Told
from minesafe.web.duties import table_of
from minesafe.web.duty_views import board_out, duty_out
from minesafe.web.headers import security_headers
from minesafe.web.mine_view import mine_out
from minesafe.web.phone_words import WORDS
from minesafe.web.rights import RIGHTS, Act
from minesafe.web.turnstile import Turnstile

COMMITTED = Path(__file__).parents[2] / "src/minesafe/web/ui/openapi.json"


def test_the_pages_types_are_made_from_the_routes_as_they_are() -> None:
    """Regenerate: python -m minesafe.web.openapi > src/minesafe/web/ui/openapi.json."""
    assert COMMITTED.read_text("utf-8") == openapi.document()


def bent() -> Roadway:
    """30 m east, then 40 m north; surveyed as 140 m long, for it undulates."""
    path = ((0.0, 0.0, 0.0), (30.0, 0.0, 0.0), (30.0, 40.0, -10.0))
    mine = staffed_mine()
    return Roadway(**{**_fields(mine.roadways[0]), "path": path, "length_m": 140.0})


def _fields(roadway: Roadway) -> dict[str, object]:
    return {name: getattr(roadway, name) for name in Roadway.__slots__}


def test_a_point_lies_along_its_roadway_round_the_bend() -> None:
    total = 30.0 + (40.0**2 + 10.0**2) ** 0.5
    assert along(bent(), 0.0) == (0.0, 0.0, 0.0)
    assert along(bent(), 140.0) == pytest.approx((30.0, 40.0, -10.0))
    assert along(bent(), 140.0 * 30.0 / total) == pytest.approx((30.0, 0.0, 0.0))
    x, y, z = along(bent(), 140.0 * (30.0 + (total - 30.0) / 2) / total)
    assert (x, y, z) == pytest.approx((30.0, 20.0, -5.0))
    assert along(bent(), -5.0) == along(bent(), 0.0)
    assert along(bent(), 999.0) == pytest.approx(along(bent(), 140.0))


def test_a_point_is_read_where_its_device_says() -> None:
    """A register of a substation, a name of a gateway, a file's code; else it is worked out."""
    station = Substation("S1", Name("分站", "sub"), "10.1.4.17", 502, 3, 1.0, 1.0, 2)
    gateway = Gateway("G1", Name("网关", "gw"), "mine/gw", "", "", names=(("t-7", "CH4-B"),))
    host = KjHost("K1", Name("原系统", "old"), "upload", "M1", 30.0)
    mine = replace(staffed_mine(), substations=(station,), gateways=(gateway,), kj_hosts=(host,))
    point = mine.points[0]
    read = address_of(mine, replace(point, device="S1", address=12, function=4, encoding="int16"))
    assert (read.protocol, read.at, read.unit) == ("modbus", "10.1.4.17:502", 3)
    assert (read.function, read.number, read.encoding) == (4, 12, "int16")
    coil = address_of(mine, replace(point, device="S1", address=1, function=1))
    assert (coil.number, coil.encoding) == (1, "")
    named = address_of(mine, replace(point, id="CH4-B", device="G1"))
    assert (named.protocol, named.at, named.code) == ("mqtt", "mine/gw", "t-7")
    coded = address_of(mine, replace(point, device="K1", code="01MN01"))
    assert (coded.protocol, coded.code) == ("files", "01MN01")
    assert address_of(mine, replace(point, device="")).protocol == "derived"


def test_the_mine_tells_pages_no_phone_and_no_password() -> None:
    text = mine_out(staffed_mine()).model_dump_json()
    assert "1380000000" not in text
    assert "-pw" not in text
    assert '"x":90.0' in text


def test_a_number_that_is_none_is_null_and_silence_is_a_quality() -> None:
    mine = staffed_mine()
    picture = picture_of(mine)
    picture.value[0] = np.inf
    picture.silent[1] = True
    picture.sampled[2] = 0
    told = views.values(mine, picture, np.arange(4))
    assert told[0].value is None
    assert (told[1].quality, told[0].quality) == ("silent", "good")
    assert told[2].sampled is None


def test_who_was_never_seen_has_no_place() -> None:
    mine = staffed_mine()
    assert [p.person for p in views.places(mine, picture_of(mine), np.arange(4))] == ["P1"]


def test_an_engine_that_changes_its_columns_in_place_is_still_noticed() -> None:
    picture = picture_of(staffed_mine())
    told = Told(picture)
    assert not told.turn(picture).any
    picture.value[3] = np.nan
    assert told.turn(picture).points.tolist() == [3]
    assert not told.turn(picture).any, "NaN is what it was"
    picture.inside[2, 0] = True
    assert told.turn(picture).people.tolist() == [2]


def test_an_order_with_somebody_missing_cannot_be_closed() -> None:
    mine = staffed_mine()
    told = views.order_out(mine, order(clear_since=NOW - 61 * SECOND), NOW)
    assert (told.can_close, told.override_needed) == (False, False)
    assert [m.whereabouts for m in told.muster] == ["moving", "unknown"]


def test_a_gap_in_the_roster_is_said() -> None:
    mine = staffed_mine()
    assert duty_out(mine.shift_at(NOW)).shift == "8点班"
    assert duty_out(mine.shift_at(NOW + 7200 * SECOND)).gap


def test_who_may_sign_for_both_sides_signs_for_the_one_still_open() -> None:
    policy = staffed_mine().policy
    both = (Role.DISPATCHER, Role.LEADER)
    assert signing_role(policy, both, order()) is Role.LEADER
    signed = order(signatures=(Signature("P9", Role.LEADER, NOW, ""),))
    assert signing_role(policy, both, signed) is Role.DISPATCHER
    assert signing_role(policy, (Role.ADMIN,), order()) is None


def test_the_rights_name_every_act_and_give_ending_to_no_administrator() -> None:
    assert set(RIGHTS) == set(Act)
    assert Role.ADMIN not in RIGHTS[Act.ALL_CLEAR]
    assert Role.ENGINEER not in RIGHTS[Act.ACKNOWLEDGE_ALARM]
    assert RIGHTS[Act.TAKE_OUT] == {Role.ENGINEER}


def test_a_turnstile_forgets_and_stays_small() -> None:
    now = [0.0]
    gate = Turnstile(2, 10.0, clock=lambda: now[0], keys=3)
    assert [gate.wait_s("a") for _ in range(3)] == [0.0, 0.0, 10.0]
    now[0] = 10.0
    assert gate.wait_s("a") == 0.0
    for key in "bcdefg":
        gate.wait_s(key)
    assert len(gate) == 3


def test_the_phones_words_are_complete_in_both_languages() -> None:
    for word, both in WORDS.items():
        assert both.zh, word
        assert both.en, word
        assert _fields_of(both.zh) == _fields_of(both.en), word


def _fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_only_files_with_their_hash_in_the_name_are_kept_by_browsers() -> None:
    assert "immutable" in security_headers("/assets/index-1a2b.js")["cache-control"]
    assert security_headers("/api/v1/snapshot")["cache-control"] == "no-store"


def test_a_month_of_duty_is_a_table_no_spreadsheet_mistakes() -> None:
    mine = staffed_mine()
    mine = replace(mine, people=(replace(mine.people[0], name="=cmd()"), *mine.people[1:]))
    rows = [
        Month("P1", Duty.LEADER, 9, 8, 8, 151_200.0, 0),
        Month("P3", Duty.MINE_HEAD, 4, 3, 3, 3600.0, 5),
    ]
    assert table_of(mine, "2026-11", rows).splitlines() == [
        "month,id,name,duty,shifts,served,days,underground_h,least",
        "2026-11,P1,'=cmd(),leader,9,8,8,42.00,",
        "2026-11,P3,张伟,mine_head,4,3,3,1.00,5",
    ]


def test_the_board_of_duty_says_who_waits_and_where_leaders_are() -> None:
    swap = Swap("swap#1", Duty.LEADER, NOW, "P1", NOW + SECOND, "P3", "a wedding", NOW, "P1")
    stretch = Stretch("P1", Duty.LEADER, True, NOW, 60.0, ("FACE",), (("FACE", 30.0),))
    place = Place("A", 60.0, NOW)
    over = DutyHandedOver(
        start=NOW, outgoing="P3", incoming="P1", outgoing_place=place, incoming_place=place,
        note="roof", by="P1", origin=Origin.CONSOLE,
    )  # fmt: skip
    told = board_out(DutyBoard((stretch,), ("BLAST",), (swap,), (), over), staffed_mine().shifts)
    assert told.stretches[0].visited == [("FACE", 30.0)]
    assert told.swaps[0].other_person == "P3"
    assert told.hand_over is not None
    assert (told.hand_over.roadway, told.hand_over.note) == ("A", "roof")
    assert told.shifts[0].posts[0] == (Duty.LEADER, "P1")
