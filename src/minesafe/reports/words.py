"""The words of reports: Chinese first, English complete."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from minesafe.model.mine import Name

Lang: TypeAlias = Literal["zh", "en"]

WORDS: Mapping[str, Name] = {
    "title": Name("停产撤人命令处置报告", "Record of an order to stop work and evacuate"),
    "drill": Name("演练", "DRILL"),
    "simulated": Name(
        "模拟矿井，人员与数据均为模拟", "A simulated mine: its people and data are not real"
    ),
    "order": Name("命令", "Order"),
    "number": Name("命令编号 {number}", "Order {number}"),
    "made": Name("编制时间", "Made"),
    "open": Name("命令尚未解除", "The order is still open"),
    # --- sections
    "facts": Name("基本情况", "What it was"),
    "responses": Name("响应时间", "How long it took"),
    "timeline": Name("经过", "What happened, in order"),
    "curves": Name("曲线", "Curves"),
    "tracks": Name("人员轨迹", "Where people went"),
    "people": Name("人员", "People"),
    "messages": Name("通知", "Messages"),
    "handling": Name("处理记录", "Handling record"),
    "proof": Name("记录凭证", "Proof"),
    # --- facts
    "kind": Name("类别", "What was ordered"),
    "severity": Name("级别", "Level"),
    "zones": Name("范围", "Ground"),
    "whole_mine": Name("全矿井", "the whole mine"),
    "cause": Name("原因", "Cause"),
    "cuts": Name("停电范围（馈电开关）", "Feeders to be switched off"),
    "operator": Name("调度下令：{ground}", "by hand: {ground}"),
    "peril_gas": Name("瓦斯突出", "Gas outburst"),
    "peril_fire": Name("火灾烟雾", "Fire or smoke"),
    "peril_inrush": Name("透水", "Water inrush"),
    "peril_roof": Name("冒顶", "Roof fall"),
    "peril_other": Name("其他险情", "Other danger"),
    "leader": Name("带班领导", "Leader on duty"),
    "nobody": Name("无人（带班表空缺）", "nobody (gap in the roster)"),
    "issued": Name("下达", "Given"),
    "ended": Name("解除", "All-clear"),
    "in_scope": Name("涉及人数", "People in it"),
    "heads": Name("{heads}（{rows} 张卡）", "{heads} ({rows} cards)"),
    "two_cards": Name("（卡 {own} 与 {other} 同行）", " (card {own} moved as one with {other})"),
    "only_gate": Name("（仅井口闸机有记录）", " (known by the gate only)"),
    "only_lamp_room": Name("（仅矿灯房有记录）", " (known by the lamp room only)"),
    "only_attendance": Name("（仅考勤有记录）", " (known by attendance only)"),
    "stop_work": Name("停止作业", "Stop work"),
    "evacuate": Name("停产撤人", "Evacuate"),
    # --- response times
    "first_told": Name("首人收到通知", "First person told"),
    "all_told": Name("全员收到通知", "Everyone told"),
    "acknowledged": Name("确认", "Acknowledged"),
    "decided": Name("决定", "Decided"),
    "safe_half": Name("50 % 人员安全", "Half of all safe"),
    "safe_nine_tenths": Name("90 % 人员安全", "Nine tenths safe"),
    "safe_all": Name("全员安全", "Everyone safe"),
    "closed": Name("解除命令", "All-clear"),
    "not_yet": Name("未达到", "not reached"),
    # --- columns
    "recorded": Name("记录时间", "Recorded"),
    "valid": Name("发生时间", "Happened"),
    "what": Name("事项", "What"),
    "record": Name("序号", "Record"),
    "person": Name("姓名", "Name"),
    "trade": Name("工种", "Trade"),
    "reached": Name("通知用时", "Told after"),
    "safe": Name("安全用时", "Safe after"),
    "whereabouts": Name("去向", "Whereabouts"),
    "ticked": Name("人工确认", "Ticked off by"),
    "channel": Name("渠道", "Channel"),
    "alarm": Name("报警", "Alarm"),
    "planned": Name("计划内", "Planned"),
    "found": Name("原因", "Cause"),
    "measure": Name("措施", "Measure"),
    "by": Name("记录人", "By"),
    "yes": Name("是", "yes"),
    "no": Name("否", "no"),
    # --- what happened
    "alarm_moved": Name(
        "{severity} 级报警“{subject}”{move}{fact}{by}",
        "Level {severity} alarm “{subject}”: {move}{fact}{by}",
    ),
    "of_rule": Name("{subject}：{rule}", "{subject}: {rule}"),
    "raise": Name("发生", "raised"),
    "rise": Name("升级", "worse"),
    "hold": Name("再次发生", "again"),
    "ease": Name("部分恢复", "eased"),
    "return": Name("恢复", "returned"),
    "acknowledge": Name("已确认", "acknowledged"),
    "clear": Name("消除", "cleared"),
    "again": Name("再次提醒", "told again"),
    "shelve": Name("搁置", "shelved"),
    "suppress": Name("设计抑制", "suppressed by design"),
    "remove": Name("停用", "out of service"),
    "resume": Name("恢复投用", "in service again"),
    "fact": Name("，{value}（限值 {limit}）", ", {value} (limit {limit})"),
    "fact_value": Name("，{value}", ", {value}"),
    "by_whom": Name("，{by}", ", by {by}"),
    "order_issued": Name(
        "下达{kind}命令，{zones}，{people} 人", "{kind} ordered: {zones}, {people} people"
    ),
    "order_raised": Name(
        "升级为停产撤人（{reason}）{by}", "Raised to an evacuation ({reason}){by}"
    ),
    "undecided": Name("逾时未决定", "undecided in time"),
    "alarm_rose": Name("报警升级", "the alarm rose"),
    "order_widened": Name("扩大：{what}", "Widened: {what}"),
    "more_zones": Name("{zones}", "{zones}"),
    "more_people": Name("增加 {people} 人", "{people} more people"),
    "asked_anew": Name("须重新确认", "everyone is asked anew"),
    "graver": Name("又一报警", "one more alarm"),
    "ladder_stepped": Name("通知{asked}（{reason}）", "Asked: {asked} ({reason})"),
    "unacknowledged": Name("无人确认", "nobody acknowledged"),
    "unreachable": Name("无法联系", "unreachable"),
    "on_duty": Name("接班或替班", "came on duty since"),
    "power_shown": Name(
        "无人应答，提示调度员可直接下令（{ground}）",
        "Nobody answered: the dispatcher was shown that he may order himself ({ground})",
    ),
    "ground_gas": Name("有害气体超限", "harmful gas over its limit"),
    "ground_fire": Name("井下火灾", "fire underground"),
    "ground_water": Name("透水", "inrush"),
    "ground_air": Name("通风系统破坏", "ventilation broken"),
    "ground_unknown": Name("报警原因不明", "alarm of unknown cause"),
    "order_acknowledged": Name("{by}确认命令（{origin}）", "{by} acknowledged ({origin})"),
    "order_decided": Name("{by}决定：{decision}，{reason}", "{by} decided: {decision}; {reason}"),
    "stop_work_suffices": Name("停止作业即可", "to stop work suffices"),
    "false_alarm": Name("误报", "false alarm"),
    "person_moved": Name(
        "{by}人工确认{person}：{whereabouts}，{reason}",
        "{by} ticked off {person}: {whereabouts}; {reason}",
    ),
    "all_clear_signed": Name("{by}签署解除{override}", "{by} signed the all-clear{override}"),
    "override": Name("（越权：{reason}）", " (override: {reason})"),
    "order_closed": Name("命令解除：{by}", "All-clear by {by}"),
    "roadway_blocked": Name(
        "{by}标记巷道不通：{roadway}，{reason}", "{by} marked {roadway} as blocked: {reason}"
    ),
    "roadway_cleared": Name("{by}标记巷道恢复：{roadway}", "{by} marked {roadway} as clear"),
    # --- codes
    "rule": Name("规则", "rule"),
    "console": Name("调度台", "desk"),
    "terminal": Name("服务器终端", "the server's terminal"),
    "link": Name("短信链接", "SMS link"),
    "sms": Name("短信", "SMS"),
    "api": Name("接口", "API"),
    "machine": Name("自检", "self-test"),
    "call": Name("电话", "call"),
    "horn": Name("声光报警", "horn"),
    "cut": Name("断电", "power cut"),
    "broadcast": Name("广播", "broadcast"),
    "tag": Name("标识卡", "tag"),
    "unknown": Name("不明", "unknown"),
    "standing": Name("停留", "standing"),
    "wrong_way": Name("方向错误", "wrong way"),
    "moving": Name("撤离中", "on the way"),
    "at_refuge": Name("在避难硐室", "at a refuge"),
    "out": Name("已升井", "out"),
    "sending": Name("发送中 {n}", "sending {n}"),
    "accepted": Name("已受理 {n}", "accepted {n}"),
    "delivered": Name("已送达 {n}", "delivered {n}"),
    "read": Name("已读 {n}", "read {n}"),
    "failed": Name("失败 {n}", "failed {n}"),
    # --- proof and gaps
    "head": Name(
        "依据记录第 1 至 {position} 条；第 {position} 条的 SHA-256：",
        "It stands on records 1 to {position}; the SHA-256 of number {position}:",
    ),
    "no_history": Name("历史库不可用，曲线从略。", "The history could not be read: no curves."),
    "no_points": Name("本命令无对应测点。", "No point caused this order."),
    "no_handling": Name("尚无处理记录。", "No handling record yet."),
    "no_messages": Name("无通知记录。", "No messages were sent."),
    "tracks_note": Name(
        "灰色为巷道，红色为最后到达安全地点者的轨迹，蓝色为其他人员。",
        "Grey: roadways. Red: who was safe last. Blue: everyone else.",
    ),
    "between": Name("、", ", "),
}


def say(lang: Lang, word: str, **params: object) -> str:
    """A sentence in the reader's language; a code without words stays itself.

    >>> say("en", "number", number=7), say("zh", "webhook")
    ('Order 7', 'webhook')
    """
    both = WORDS.get(word)
    text = word if both is None else both.en if lang == "en" else both.zh
    return text.format(**params) if params else text
