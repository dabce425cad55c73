"""The small mine with the names people use, and commands as the ladder writes them."""

from dataclasses import replace
from typing import Any

from small_mine import small_mine

from minesafe.model.commands import CallOut, OrderFacts, SendText, SetOutput, ShowDesk, key_of
from minesafe.model.events import OrderKind
from minesafe.model.mine import Mine, Name
from minesafe.model.time import SECOND, Micros

START: Micros = 1_764_000_000 * SECOND
SECRET = b"a secret of the tests"

ZONES = {
    "MINE": Name("全矿", "Whole mine"),
    "PORTAL": Name("副井口", "Service shaft"),
    "FACE": Name("1101综采面", "Face 1101"),
    "BLAST": Name("爆破区", "Blasting area"),
    "REFUGE": Name("北一避险硐室", "North 1 refuge"),
}
PEOPLE = ("张建国", "李卫东", "王强", "赵敏")


def named_mine(**changes: Any) -> Mine:
    mine = small_mine()
    gas = replace(mine.kinds[0], name=Name("甲烷", "CH4"), unit="%")
    fan = replace(
        mine.kinds[1],
        id="fan",
        name=Name("主扇", "Main fan"),
        states=((0, Name("停", "stopped")), (1, Name("开", "running"))),
    )
    ch4 = replace(mine.points[0], name=Name("1101回风隅角甲烷", "1101 return corner CH4"))
    return replace(
        mine,
        name=Name("示范煤矿", "Demo mine"),
        kinds=(gas, mine.kinds[1], fan),
        points=(ch4, *mine.points[1:3], replace(mine.points[3], kind="fan")),
        zones=tuple(replace(z, name=ZONES[z.id]) for z in mine.zones),
        readers=tuple(replace(r, name=Name(f"读卡器{r.id}", r.id)) for r in mine.readers),
        people=tuple(
            replace(p, name=name, phone=f"1380000000{i}")
            for i, (p, name) in enumerate(zip(mine.people, PEOPLE, strict=True), 1)
        ),
        server=replace(mine.server, public_url="http://10.0.0.5:8600"),
        **changes,
    )


def facts(**changes: Any) -> OrderFacts:
    known: dict[str, Any] = {
        "number": 1,
        "order_kind": OrderKind.EVACUATE,
        "drill": False,
        "zones": ("FACE",),
        "subject": "CH4",
        "condition": "cut_high",
        "value": 1.62,
        "limit": 1.5,
        "people": 17,
        "destination": "N2",
    }
    return OrderFacts(**(known | changes))


def sms(
    person: str = "P1", *, step: int = 0, phone: str = "13800000001", **changes: Any
) -> SendText:
    about = changes.pop("about", "issued")
    return SendText(
        key=key_of("o1", step, person, "sms"),
        channel="sms",
        order="o1",
        step=step,
        recipient=person,
        phone=phone,
        about=about,
        facts=facts(**changes),
        issued=START,
    )


def horn(output: str = "H1", *, on: bool = True, step: int = 0, after_s: int = 0) -> SetOutput:
    return SetOutput(
        key=key_of("o1", step, output, "horn"),
        channel="horn",
        order="o1",
        step=step,
        recipient=output,
        on=on,
        issued=START + after_s * SECOND,
    )


def desk(person: str = "P4") -> ShowDesk:
    return ShowDesk(
        key=key_of("o1", 0, person, "console"),
        channel="console",
        order="o1",
        step=0,
        recipient=person,
        issued=START,
    )


def call(person: str = "P1") -> CallOut:
    return CallOut(
        key=key_of("o1", 0, person, "call"),
        channel="call",
        order="o1",
        step=0,
        recipient=person,
        issued=START,
    )
