"""Words of exported tables: heads and qualities, Chinese and English."""

from collections.abc import Mapping
from typing import Literal

from minesafe.model.mine import Name
from minesafe.model.quality import Quality

Language = Literal["zh", "en"]

HEADS: Mapping[str, Name] = {
    "time": Name("时间", "time"),
    "point": Name("测点", "point"),
    "name": Name("名称", "name"),
    "value": Name("测值", "value"),
    "unit": Name("单位", "unit"),
    "quality": Name("质量", "quality"),
    "samples": Name("样本数", "samples"),
    "believed": Name("有效样本数", "believed samples"),
    "lowest": Name("最小值", "lowest"),
    "mean": Name("平均值", "mean"),
    "highest": Name("最大值", "highest"),
    "person": Name("人员编号", "person"),
    "crew": Name("班组", "crew"),
    "roadway": Name("巷道", "roadway"),
    "chainage_m": Name("里程 (m)", "chainage (m)"),
    "x": Name("X (m)", "x (m)"),
    "y": Name("Y (m)", "y (m)"),
    "z": Name("Z (m)", "z (m)"),
    "zone": Name("区域", "zone"),
    "entered": Name("进入时间", "entered"),
    "left": Name("离开时间", "left"),
    "stay_s": Name("停留 (s)", "stay (s)"),
    "elsewhere": Name("离开后有定位", "seen elsewhere then"),
    "shift": Name("班次", "shift"),
    "day": Name("班次日期", "day of the shift"),
    "duty": Name("带班职务", "duty"),
    "down": Name("下井时间", "down"),
    "up": Name("升井时间", "up"),
    "below_s": Name("井下时长 (s)", "below (s)"),
    "came_up": Name("已升井", "came up"),
    "first": Name("首次接近", "first near"),
    "last": Name("最后接近", "last near"),
    "near_s": Name("接近时长 (s)", "near (s)"),
    "straight_m": Name("最近直线距离 (m)", "least, straight (m)"),
    "along_m": Name("最近巷道距离 (m)", "least, along roadways (m)"),
    "position": Name("序号", "position"),
    "recorded": Name("记录时间", "recorded"),
    "valid": Name("发生时间", "valid"),
    "kind": Name("类别", "kind"),
    "body": Name("内容 (JSON)", "body (JSON)"),
    "hash": Name("哈希", "hash"),
    "level": Name("级别", "level"),
    "what": Name("报警", "alarm"),
    "where": Name("地点", "where"),
    "limit": Name("限值", "limit"),
    "began": Name("开始", "began"),
    "ended": Name("结束", "ended"),
    "lasted_s": Name("持续 (s)", "lasted (s)"),
    "times": Name("报警次数", "times heard"),
    "acknowledged": Name("确认时间", "acknowledged"),
    "acknowledged_by": Name("确认人", "acknowledged by"),
    "note": Name("确认说明", "note"),
    "cause": Name("原因", "cause"),
    "planned": Name("计划内", "planned"),
    "measure": Name("处置措施", "measure"),
    "handled_by": Name("处理人", "written by"),
    "closed_by": Name("销号人", "closed by"),
}

QUALITIES: Mapping[Quality, Name] = {
    Quality.GOOD: Name("正常", "good"),
    Quality.STALE: Name("陈旧", "stale"),
    Quality.COMMS_LOST: Name("通信中断", "comms lost"),
    Quality.FAULT: Name("故障", "fault"),
    Quality.UNDER_VOLTAGE: Name("欠压", "under voltage"),
    Quality.CALIBRATING: Name("标校", "calibrating"),
    Quality.WARMING_UP: Name("预热", "warming up"),
    Quality.OUT_OF_RANGE: Name("超量程", "out of range"),
    Quality.SUSPECTED: Name("可疑", "suspected"),
    Quality.CLOCK: Name("时钟不准", "clock"),
}

YES, NO = Name("是", "yes"), Name("否", "no")


def said(name: Name, language: Language) -> str:
    """A name in a language."""
    return name.zh if language == "zh" else name.en
