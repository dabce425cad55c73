"""The people: three shifts by crew and trade, with cards, certificates and simulated names.

Nobody of them exists. No subscriber has a number that begins with 100.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

SHIFTS = ("夜班", "早班", "中班")
"""As the roster calls them, from midnight on."""
MORNING = SHIFTS[1]
"""Maintenance and transport are on the morning shift: half of all people work on it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of people.csv."""

    id: str
    name: str
    tag: str
    trade: str
    crew: str
    phone: str
    counts: bool
    certificates: str
    shift: str


@dataclass(frozen=True, slots=True)
class Job:
    """So many of a trade in a crew."""

    crew: str
    trade: str
    morning: int
    other: int
    """On each of the two other shifts."""


AT_FACE = (
    Job("综采队", "班组长", 1, 1),
    Job("综采队", "采煤机司机", 2, 2),
    Job("综采队", "支架工", 7, 7),
    Job("综采队", "刮板机司机", 3, 3),
    Job("综采队", "端头维护工", 2, 2),
)
"""At each face: within 限员 with those who pass through."""
AT_HEADING = (
    Job("掘进队", "班组长", 1, 1),
    Job("掘进队", "掘进机司机", 2, 2),
    Job("掘进队", "支护工", 6, 6),
    Job("掘进队", "爆破工", 1, 1),
    Job("掘进队", "皮带司机", 1, 1),
)
ELSEWHERE = (
    Job("运输队", "皮带司机", 30, 14),
    Job("运输队", "电机车司机", 22, 10),
    Job("运输队", "信号把钩工", 22, 10),
    Job("运输队", "绞车司机", 18, 8),
    Job("机电队", "机电维修工", 46, 14),
    Job("机电队", "水泵工", 6, 6),
    Job("机电队", "变电所值班电工", 6, 6),
    Job("巷修队", "巷道维修工", 44, 8),
    Job("安装队", "设备安装工", 32, 6),
    Job("通风队", "瓦斯检查员", 14, 10),
    Job("通风队", "测风员", 6, 2),
    Job("通风队", "通风设施工", 14, 5),
    Job("通风队", "防尘工", 8, 3),
    Job("安监科", "安全员", 6, 6),
)
"""Their shares of all others; the numbers of a mine of one face and three headings."""

NEEDED: Mapping[str, str] = {
    "班组长": "班组长安全培训",
    "采煤机司机": "采煤机操作",
    "掘进机司机": "掘进机操作",
    "爆破工": "爆破",
    "机电维修工": "井下电气",
    "变电所值班电工": "井下电气",
    "瓦斯检查员": "瓦斯检查",
    "安全员": "安全检查",
    "电机车司机": "电机车操作",
    "绞车司机": "提升机操作",
    "带班领导": "安全生产知识和管理能力",
}
"""特种作业操作证 and the like, by trade; all others hold the training every miner has."""
EVERYBODY = "入井安全培训"
VALID = 2030
"""Year in which the first certificates run out."""
UNCOUNTED = ("瓦斯检查员", "安全员", "带班领导")
"""Who passes through and does not count toward 限员."""

KNOWN = (
    ("王建国", "带班领导", "矿领导", True),
    ("李安平", "安全员", "安监科", True),
    ("林卫东", "生产副矿长", "矿领导", False),
    ("徐明亮", "安全副矿长", "矿领导", False),
    ("罗国栋", "机电副矿长", "矿领导", False),
    ("韩立民", "矿长", "矿领导", False),
    ("宋晓梅", "调度员", "调度室", False),
    ("唐志远", "通风工程师", "通风科", False),
    ("曹学军", "系统管理员", "信息中心", False),
    ("邓红岩", "驻矿监察员", "监察站", False),
)
"""Those with a log-in and those who stand in for them: (name, trade, crew, has a card)."""
MORE = (
    ("带班领导", "矿领导", True, 8),
    ("调度员", "调度室", False, 5),
    ("通风工程师", "通风科", False, 2),
)
"""(trade, crew, has a card, how many) who share the posts with them."""

SURNAMES = (
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜谢邹窦章苏潘葛范彭"
    "鲁韦马苗方任袁柳史唐薛雷贺倪汤罗毕郝安常于傅齐康伍余元顾孟黄穆萧尹"
)
FIRST = "志国建海永大文德保立铁金振卫明学红晓春新树长玉宝福开成正子家世光安兴"
SECOND = "强军平刚林胜新勇龙柱斌福华东亮民栋远岩海波涛山峰斌生才义祥贵财明亮杰"


def people(
    dice: random.Random, total: int, faces: int, headings: int, rosters: bool
) -> list[Person]:
    """Everybody of the mine.

    Args:
        dice: draws names and last days.
        total: how many have a card and a crew.
        faces: at work.
        headings: at work.
        rosters: False: nobody belongs to a shift, all may be underground at once.
    """
    names = _names(dice)
    book = _Book(dice)
    for name, trade, crew, card in KNOWN:
        book.add(name, trade, crew, "", card=card)
    for trade, crew, card, count in MORE:
        for _ in range(count):
            book.add(next(names), trade, crew, "", card=card)
    for job, shift in _jobs(total, faces, headings):
        book.add(next(names), job.trade, job.crew, shift if rosters else "")
    return book.people


class _Book:
    """Numbers people, cards and phones in order."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.people: list[Person] = []

    def add(self, name: str, trade: str, crew: str, shift: str, *, card: bool = True) -> None:
        n = len(self.people) + 1
        self.people.append(
            Person(
                f"P{n:02d}",
                name,
                f"{10_000 + n}" if card else "",
                trade,
                crew,
                f"{10_000_000_000 + n}",
                card and trade not in UNCOUNTED,
                self._held(trade) if card else "",
                shift,
            )
        )

    def _held(self, trade: str) -> str:
        """Valid for years to come, so that a demo started late is not full of expired papers."""
        held = {EVERYBODY: VALID}
        if trade in NEEDED:
            held |= {NEEDED[trade]: VALID + self._dice.randrange(3)}
        return ";".join(f"{what}:{self._day(year)}" for what, year in held.items())

    def _day(self, year: int) -> str:
        return f"{year}-{self._dice.randint(1, 12):02d}-{self._dice.randint(1, 28):02d}"


def _names(dice: random.Random) -> Iterator[str]:
    """Names that nobody else has."""
    known = {name for name, *_ in KNOWN}
    plain = ["".join(parts) for parts in product(SURNAMES, FIRST, SECOND)]
    dice.shuffle(plain)
    yield from (name for name in dict.fromkeys(plain) if name not in known)


def _jobs(total: int, faces: int, headings: int) -> Iterator[tuple[Job, str]]:
    """A line for each person: crews at the working places, then the others by their shares."""
    at_work = [_numbered(j, "综采队", n) for n in range(faces) for j in AT_FACE]
    at_work += [_numbered(j, "掘进队", n) for n in range(headings) for j in AT_HEADING]
    lines = [(j, s) for s in SHIFTS for j in at_work for _ in range(_of(j, s))]
    others = [(j, s) for s in SHIFTS for j in ELSEWHERE for _ in range(_of(j, s))]
    yield from lines[:total]
    left = max(0, total - len(lines))
    for i in range(left):
        yield others[i * len(others) // left]


def _of(job: Job, shift: str) -> int:
    return job.morning if shift == MORNING else job.other


def _numbered(job: Job, crew: str, n: int) -> Job:
    """综采一队, 掘进二队: one crew to each working place."""
    ordinal = "一二三四五六七八九十"
    which = ordinal[n] if n < len(ordinal) else f"{n + 1}"
    return Job(f"{crew[:2]}{which}队", job.trade, job.morning, job.other)
