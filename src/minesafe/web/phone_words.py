"""The phone page's words: Chinese first, English complete."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from minesafe.model.events import OrderKind
from minesafe.model.mine import Name

Lang: TypeAlias = Literal["zh", "en"]

KIND = {
    OrderKind.EVACUATE: Name("停产撤人", "Evacuate"),
    OrderKind.STOP_WORK: Name("停止作业", "Stop work"),
}

WORDS: Mapping[str, Name] = {
    "drill": Name("演练", "DRILL"),
    "number": Name("命令 {number}", "Order {number}"),
    "issued": Name("已下达 {age}", "issued {age} ago"),
    "limit": Name("限值 {limit}", "limit {limit}"),
    "at_issue": Name("下达时 {value}", "{value} when ordered"),
    "now": Name("现在 {value} · {age}前", "now {value}, {age} ago"),
    "now_unknown": Name("现在数据中断", "no data now"),
    "scope": Name("{count} 人在范围内 · {missing} 人失联", "{count} in scope, {missing} missing"),
    "acknowledge": Name("我已知晓，现场撤人", "I have it: getting people out"),
    "acknowledge_stop": Name("我已知晓，停止作业", "I have it: stopping work"),
    "acknowledged": Name("已由 {by} 确认 · {age}前", "Acknowledged by {by}, {age} ago"),
    "already": Name("先前已由 {by} 确认", "It was already acknowledged by {by}"),
    "own_recorded": Name(
        "已记录：您已收到命令，请立即撤离", "Recorded: you have the order. Leave at once"
    ),
    "peril_gas": Name("瓦斯突出", "Gas outburst"),
    "peril_fire": Name("火灾烟雾", "Fire or smoke"),
    "peril_inrush": Name("透水", "Water inrush"),
    "peril_roof": Name("冒顶", "Roof fall"),
    "peril_other": Name("其他险情", "Other danger"),
    "not_recorded": Name(
        "没有记录下来，请再按一次，或呼叫调度",
        "It was not recorded. Press again, or call dispatch",
    ),
    "decide": Name("须由控制室决定：呼叫调度", "A decision is due: call dispatch"),
    "missing": Name("失联", "Missing"),
    "moving": Name("撤离中", "On the way"),
    "at_refuge": Name("在硐室", "At refuge"),
    "out": Name("已升井", "Out"),
    "missing_names": Name("失联人员", "Missing people"),
    "ended": Name("命令已解除", "The order has ended"),
    "ended_by": Name("由 {by} 解除 · {age}前", "All-clear by {by}, {age} ago"),
    "call": Name("呼叫调度 {name}", "Call dispatch: {name}"),
    "proof": Name("夜间通知测试", "Nightly test"),
    "proof_hint": Name("这是测试，不是命令。", "This is a test and no order."),
    "proof_answer": Name("我收到了", "I have it"),
    "proof_answered": Name("已记录：您能收到通知。", "Recorded: you can be reached."),
    "lost": Name("链接无效或已过期", "This link is unknown or has expired"),
    "lost_hint": Name("请呼叫调度。", "Call dispatch."),
    "simulated": Name("模拟矿井", "Simulated mine"),
    "other_lang": Name("English", "中文"),
}


def say(lang: Lang, word: str, **params: object) -> str:
    """A sentence in the reader's language.

    >>> say("en", "acknowledged", by="Wang", age="1:05")
    'Acknowledged by Wang, 1:05 ago'
    """
    return name(lang, WORDS[word]).format(**params)


def name(lang: Lang, both: Name) -> str:
    """A name in the reader's language."""
    return both.en if lang == "en" else both.zh
