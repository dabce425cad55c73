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
    "acts_evacuate": Name("扩大撤人…", "Widen the evacuation…"),
    "acts_stop": Name("改为撤人、误报…", "Evacuate, or false alarm…"),
    "acts": Name("下令与决定", "Order and decide"),
    "back": Name("返回命令", "Back to the order"),
    "pin": Name("口令（您登录控制室用的）", "PIN: what you log in to the control room with"),
    "reason": Name("理由（必填）", "Reason (required)"),
    "where": Name("撤出范围", "Who is to leave"),
    "whole_mine": Name("全矿井下", "Whole mine"),
    "act_evacuate": Name("改为撤人", "Evacuate"),
    "act_evacuate_hint": Name(
        "停止作业升级为撤人，立即通知范围内所有人。",
        "Stop work becomes an evacuation; everybody is told at once.",
    ),
    "act_false": Name("误报", "False alarm"),
    "act_false_hint": Name(
        "命令按误报处理，仍须两人签字解除。",
        "The order was false; two people still have to end it.",
    ),
    "act_widen": Name("扩大撤人", "Widen the evacuation"),
    "act_widen_hint": Name(
        "另下一道撤人命令，立即通知该范围所有人。",
        "A further order to evacuate; everybody there is told at once.",
    ),
    "refused_wrong_password": Name("口令不对，没有执行", "Wrong PIN: nothing was done"),
    "refused_too_many_tries": Name(
        "口令错误次数过多，请呼叫调度", "Too many wrong PINs: call dispatch"
    ),
    "refused_no_log_in": Name("您没有登录账号，请呼叫调度", "You have no log-in: call dispatch"),
    "refused_role_not_allowed": Name(
        "您的账号无此权限，请呼叫调度", "Your log-in may not do that: call dispatch"
    ),
    "refused_reason_needed": Name("请写理由", "A reason is needed"),
    "refused_not_open_to_decision": Name(
        "命令已不能这样决定", "The order can no longer be decided so"
    ),
    "refused_unknown_zone": Name("没有这个区域", "There is no such zone"),
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
