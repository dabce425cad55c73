"""What the leader reads on his phone."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notify_mine import facts, named_mine, sms

from minesafe.model.events import OrderKind
from minesafe.model.mine import Mine, Name
from minesafe.model.verdict import Condition
from minesafe.notify.texts import ROOM, SECOND_ROOM, compose, size
from minesafe.notify.words import WORDS

LINK = "http://10.0.0.5:8600/a/tLnwwhHuvAvmRqHPM7stNg"
MINE = named_mine()


def first(language: str = "zh", mine: Mine = MINE, **changes: Any) -> str:
    return compose(mine, sms(**changes), LINK, language)[0]


def test_an_evacuation_says_where_what_how_much_who_where_to_and_how_to_answer() -> None:
    assert first() == (
        "【停产撤人】示范煤矿1101回风隅角甲烷1.62%(≥1.5),1101综采面17人立即停工撤往北一避险硐室。"
        "回1 001确认"
    )


def test_the_english_text_says_the_same() -> None:
    assert first("en") == ("EVACUATE 1101 return … 1.62%>=1.5,17p go to North 1 refu…,reply 1 001")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"order_kind": OrderKind.STOP_WORK}, "【停产】示范煤矿1101回风隅角甲烷"),
        ({"about": "raised"}, "【升级停产撤人】"),
        ({"drill": True}, "【演练】【停产撤人】"),
        ({"destination": "N0"}, "撤往副井口。"),
        ({"destination": "N1"}, "撤往A与B岔口。"),
        ({"destination": ""}, "立即停工撤离。"),
        ({"zones": ("FACE", "BLAST")}, "1101综采面等2区17人"),
        ({"subject": "P2", "condition": "sos", "value": None}, "李卫东呼救SOS,"),
        (
            {"subject": "FACE", "condition": "overcrowded", "value": 9.0, "limit": 2.0},
            "1101综采面超员9人(限2)",
        ),
        ({"subject": "R1", "condition": "reader_silent", "value": None}, "读卡器R1读卡器无数据"),
        ({"subject": "", "condition": "", "value": None}, "1101综采面调度下令,区域17人"),
        ({"subject": "FAN", "condition": "alarm_low", "value": 0.0}, "FAN:停"),
        ({"subject": "CH4", "condition": "bad", "value": None}, "甲烷传感器异常"),
        ({"condition": "cut_low", "value": 17.5, "limit": 18.0}, "17.50%(≤18)"),
        ({"value": float("nan")}, "甲烷超限"),
        ({"number": 42}, "回1 042确认"),
        ({"condition": "link_down", "subject": "SUB-9", "value": None}, "SUB-9异常"),
    ],
)  # fmt: skip
def test_every_cause_has_its_words(changes: dict[str, Any], said: str) -> None:
    assert said in first(**changes)


def test_the_all_clear_asks_for_nothing_and_carries_no_link() -> None:
    (only,) = compose(MINE, sms(about="all_clear"), LINK)
    assert only == "【解除撤人】示范煤矿1101回风隅角甲烷命令001已解除,17人。复工听调度安排"


def test_the_second_message_brings_the_link_and_the_missing_by_name() -> None:
    _, second = compose(MINE, sms(missing=("P2", "P3")), LINK)
    assert second == f"命令001详情与确认:{LINK}\n去向不明2人:李卫东、王强"


def test_nobody_missing_leaves_a_second_message_that_is_one_sms() -> None:
    _, second = compose(MINE, sms(), LINK)
    assert second == f"命令001详情与确认:{LINK}"
    assert size(second) <= ROOM


def test_two_hundred_missing_are_counted_and_some_are_named() -> None:
    _, second = compose(MINE, sms(missing=tuple(f"P{i}" for i in range(200))), LINK)
    assert "去向不明200人:" in second
    assert second.endswith("等")
    assert size(second) <= SECOND_ROOM


def test_long_names_give_way_in_order_and_the_numbers_stay() -> None:
    mine = renamed(place="北翼" * 20, zone="采区" * 20, kind="瓦斯" * 20, shelter="硐室" * 20)
    said = first(mine=mine)
    assert size(said) <= ROOM
    assert said.startswith("【停产撤人】北翼北翼")
    for kept in ("1.62%", "≥1.5", "17人", "撤往硐室", "回1 001确认"):
        assert kept in said


def test_the_mines_name_is_the_first_to_go_and_then_the_zones() -> None:
    mine = replace(named_mine(), name=Name("某某省某某市某某县第一示范煤矿", "M"))
    assert "某某省" not in first(mine=mine)
    assert "1101综采面17人" in first(mine=mine)
    mine = renamed(zone="西翼一采区第二条带综合机械化采煤工作面")
    said = first(mine=mine)
    assert "区域17人" in said
    assert "甲烷" in said


@pytest.mark.parametrize("language", WORDS)
def test_every_condition_of_the_engine_has_words(language: str) -> None:
    known = WORDS[language].conditions
    assert {c.name.lower() for c in Condition} <= set(known)


def renamed(
    place: str = "1101回风隅角",
    zone: str = "1101综采面",
    kind: str = "甲烷",
    shelter: str = "北一避险硐室",
    unit: str = "%",
    who: str = "张建国",
) -> Mine:
    mine = named_mine()
    zones = {"FACE": zone, "REFUGE": shelter}
    return replace(
        mine,
        kinds=(replace(mine.kinds[0], name=Name(kind, kind), unit=unit), *mine.kinds[1:]),
        points=(replace(mine.points[0], name=Name(place, place)), *mine.points[1:]),
        zones=tuple(
            replace(z, name=Name(zones[z.id], zones[z.id])) if z.id in zones else z
            for z in mine.zones
        ),
        people=(replace(mine.people[0], name=who), *mine.people[1:]),
    )


numbers = st.none() | st.floats(width=64)


@settings(max_examples=300, deadline=None)
@given(
    names=st.fixed_dictionaries(
        dict.fromkeys(("place", "zone", "kind", "shelter", "unit", "who"), st.text(max_size=60))
    ),
    changes=st.fixed_dictionaries(
        {
            "number": st.integers(0, 999),
            "order_kind": st.sampled_from(OrderKind),
            "drill": st.booleans(),
            "zones": st.sampled_from([(), ("FACE",), ("FACE", "BLAST")]),
            "subject": st.sampled_from(["CH4", "FAN", "FACE", "P1", "R1", "", "unheard-of" * 9]),
            "condition": st.sampled_from([*WORDS["zh"].conditions, "task_crashed"]),
            "value": numbers,
            "limit": numbers,
            "people": st.integers(0, 10**12),
            "destination": st.sampled_from(["", "N0", "N1", "N2", "nowhere-at-all" * 9]),
            "missing": st.lists(st.sampled_from(["P1", "P2", "gone"]), max_size=99).map(tuple),
        }
    ),
    about=st.sampled_from(["issued", "raised", "all_clear"]),
    language=st.sampled_from(sorted(WORDS)),
)  # fmt: skip
def test_the_first_message_always_fits_and_always_names_the_order(
    names: dict[str, str], changes: dict[str, Any], about: str, language: str
) -> None:
    command = replace_facts(sms(about=about), changes)
    first_message, *rest = compose(renamed(**names), command, LINK, language)
    assert size(first_message) <= ROOM
    assert f"{changes['number']:03d}" in first_message
    assert all(size(text) <= SECOND_ROOM for text in rest)


def replace_facts(command: Any, changes: dict[str, Any]) -> Any:
    return msgspec.structs.replace(command, facts=facts(**changes))
