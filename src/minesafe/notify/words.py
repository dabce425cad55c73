"""The words of SMS, one table per language; codes come in, words go out, only here."""

from dataclasses import dataclass

from minesafe.model.events import OrderKind


@dataclass(frozen=True, slots=True)
class Words:
    """Everything an SMS says in one language. Braces name what `texts` fills in."""

    drill: str
    titles: dict[tuple[str, OrderKind], str]
    """By what the message is about, and the kind of order."""
    order: str
    """An order's first message."""
    tight: str
    """The same in fewer words, for when names alone do not make it fit."""
    all_clear: str
    all_clear_tight: str
    spoken: str
    """What a loudspeaker says of an order."""
    spoken_clear: str
    spoken_drill: str
    spoken_way: str
    """To one person whose way has changed."""
    spoken_bare: str
    """The same where an older server did not say what happened."""
    links: str
    """The second message."""
    proof: str
    """The nightly test, which says in both languages that it is one."""
    proof_link: str
    """Its second message."""
    spoken_proof: str
    spoken_test: str
    """The same on a tag, whose button answers."""
    missing: str
    """Its line of people whose whereabouts are unknown."""
    and_more: str
    between: str
    """Between names."""
    area: str
    """Stands for the zone's name where that has no room."""
    several: str
    """First zone of several."""
    stop_work: str
    leave_for: str
    leave: str
    conditions: dict[str, str]
    """What happened, by the name of the condition; empty is an operator's order."""
    perils: dict[str, str]
    """What an operator's order names as the danger."""
    state: str
    """What happened to a switch point."""
    otherwise: str
    """What happened, by a condition this table does not know."""
    no_value: str
    """What happened, where a number should be and is none."""


_EVACUATE, _STOP = OrderKind.EVACUATE, OrderKind.STOP_WORK

ZH = Words(
    drill="【演练】",
    titles={
        ("issued", _EVACUATE): "【停产撤人】",
        ("issued", _STOP): "【停产】",
        ("raised", _EVACUATE): "【升级停产撤人】",
        ("raised", _STOP): "【停产】",
        ("all_clear", _EVACUATE): "【解除撤人】",
        ("all_clear", _STOP): "【解除停产】",
    },
    order="{title}{mine}{place}{what}{fact},{zone}{people}人{action}。回1 {number}确认",
    tight="{title}{place}{fact},{people}人{action}。回1 {number}确认",
    all_clear="{title}{mine}{place}{what}命令{number}已解除,{people}人。复工听调度安排",
    all_clear_tight="{title}{place}命令{number}已解除。复工听调度安排",
    spoken="注意!{place}{what}{fact}。{zone}人员{action}!",
    spoken_clear="{place}{what}命令{number}已解除。复工听调度安排。",
    spoken_drill="这是演练!",
    spoken_way="路线有变!改走{toward}方向,撤往{destination}!",
    spoken_bare="注意!井下人员立即停工,听调度指挥!",
    links="命令{number}详情与确认:{link}",
    proof="【测试 TEST】{mine}夜间通知测试,不是命令,收到请回0。Only a test: reply 0",
    proof_link="夜间测试,也可点此应答:{link}",
    spoken_proof="夜间通知测试,不是命令,请按卡上按钮。",
    spoken_test="通信试呼,不是命令。",
    missing="去向不明{count}人:{names}",
    and_more="等",
    between="、",
    area="区域",
    several="{zone}等{count}区",
    stop_work="立即停工待命",
    leave_for="立即停工撤往{destination}",
    leave="立即停工撤离",
    perils={
        "gas": "瓦斯",
        "fire": "火灾",
        "inrush": "透水",
        "roof": "冒顶",
        "other": "调度下令",
    },
    conditions={
        "": "调度下令",
        "warn_high": "{value}{unit}(≥{limit})",
        "warn_low": "{value}{unit}(≤{limit})",
        "alarm_high": "{value}{unit}(≥{limit})",
        "cut_high": "{value}{unit}(≥{limit})",
        "alarm_low": "{value}{unit}(≤{limit})",
        "cut_low": "{value}{unit}(≤{limit})",
        "bad": "传感器异常",
        "silent": "无数据",
        "rising": "上升过快",
        "repeated": "多次超限",
        "over_too_long": "累计超限",
        "twa": "均值{value}{unit}(≥{limit})",
        "stel": "短时均值{value}{unit}(≥{limit})",
        "forecast": "预计{value}{unit}",
        "drifting": "漂移",
        "logic": "组合条件成立",
        "calibrating_long": "标校过久",
        "stuck": "数值不变",
        "noiseless": "失去波动",
        "overcrowded": "超员{value}人(限{limit})",
        "grossly_overcrowded": "严重超员{value}人(限{limit})",
        "count_unknown": "人数不明",
        "leader_absent": "井下无带班领导",
        "post_absent": "岗位缺人",
        "inside": "有人进入",
        "trespassing": "误入限制区",
        "near_danger": "临近限制区",
        "uncertified": "证件过期",
        "overtime": "超时",
        "standing_still": "长时间静止",
        "moving_as_one": "疑一人多卡",
        "too_fast": "位置存疑",
        "lost_contact": "失联",
        "sos": "呼救SOS",
        "low_battery": "卡电量低",
        "button": "按钮呼叫",
        "reader_silent": "读卡器无数据",
    },
    state=":{state}",
    otherwise="异常",
    no_value="超限",
)

EN = Words(
    drill="[DRILL]",
    titles={
        ("issued", _EVACUATE): "EVACUATE",
        ("issued", _STOP): "STOP WORK",
        ("raised", _EVACUATE): "NOW EVACUATE",
        ("raised", _STOP): "STOP WORK",
        ("all_clear", _EVACUATE): "ALL CLEAR",
        ("all_clear", _STOP): "ALL CLEAR",
    },
    order="{title} {mine} {place} {what} {fact}, {people} in {zone}: {action}. Reply 1 {number}",
    tight="{title} {place} {fact},{people}p {action},reply 1 {number}",
    all_clear="{title} {mine} {place} {what} order {number} ended, {people} people. Await dispatch",
    all_clear_tight="{title} {place} order {number} ended. Await dispatch",
    spoken="Attention! {place} {what} {fact}. {zone}: {action}!",
    spoken_clear="{place} {what}: order {number} has ended. Await dispatch.",
    spoken_drill="This is a drill! ",
    spoken_way="The way has changed! Go towards {toward}, to {destination}!",
    spoken_bare="Attention! Stop work and await dispatch!",
    links="Order {number}, details and reply: {link}",
    proof="[TEST 测试] {mine}: only a test, reply 0. 仅为测试,请回0",
    proof_link="Nightly test, or answer here: {link}",
    spoken_proof="Nightly test, no order: press the button of your tag.",
    spoken_test="Test call, no order.",
    missing="{count} missing: {names}",
    and_more=" and more",
    between=", ",
    area="area",
    several="{zone} +{count}",
    stop_work="stop work",
    leave_for="go to {destination}",
    leave="get out",
    perils={
        "gas": "gas",
        "fire": "fire",
        "inrush": "water inrush",
        "roof": "roof fall",
        "other": "by order",
    },
    conditions={
        "": "by order",
        "warn_high": "{value}{unit}>={limit}",
        "warn_low": "{value}{unit}<={limit}",
        "alarm_high": "{value}{unit}>={limit}",
        "cut_high": "{value}{unit}>={limit}",
        "alarm_low": "{value}{unit}<={limit}",
        "cut_low": "{value}{unit}<={limit}",
        "bad": "sensor bad",
        "silent": "silent",
        "rising": "rising",
        "repeated": "over often",
        "over_too_long": "over long",
        "twa": "avg {value}{unit}>={limit}",
        "stel": "avg {value}{unit}>={limit}",
        "forecast": "soon {value}{unit}",
        "drifting": "drift",
        "logic": "combined rule",
        "calibrating_long": "calibrating",
        "stuck": "value stuck",
        "noiseless": "noise died",
        "overcrowded": "crowded {value}>{limit}",
        "grossly_overcrowded": "crowded {value}>{limit}",
        "count_unknown": "count unknown",
        "leader_absent": "no leader below",
        "post_absent": "post not kept",
        "inside": "entered",
        "trespassing": "restricted entry",
        "near_danger": "near restricted",
        "uncertified": "certificate expired",
        "overtime": "overtime",
        "standing_still": "not moving",
        "moving_as_one": "two tags as one",
        "too_fast": "place in doubt",
        "lost_contact": "lost contact",
        "sos": "SOS",
        "low_battery": "low battery",
        "button": "button call",
        "reader_silent": "reader silent",
    },
    state="{state}",
    otherwise="fault",
    no_value="over limit",
)

WORDS = {"zh": ZH, "en": EN}
