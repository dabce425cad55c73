/** 首屏不用的代码用语：每个代码一个词。 */

import type { Decision, Post, Role, Told, Whereabouts } from "../wire";

export const laterCodesZh = {
  decision: {
    stop_work_suffices: "停产即可",
    evacuate: "撤人",
    false_alarm: "误报",
  } satisfies Record<Decision, string>,

  whereaboutsOf: {
    unknown: "不明",
    standing: "停留",
    wrong_way: "走错方向",
    moving: "撤离中",
    at_refuge: "在避难硐室",
    out: "已出井",
  } satisfies Record<Whereabouts, string>,

  toldOf: {
    not_yet: "尚未通知",
    failed: "通知失败",
    notified: "已发出",
    delivered: "已送达",
    acknowledged: "本人已确认",
  } satisfies Record<Told, string>,

  post: {
    leader: "带班领导",
    deputy: "副职",
    mine_head: "矿长",
    dispatcher: "调度员",
    engineer: "工程师",
  } satisfies Record<Post, string>,

  role: {
    viewer: "查看",
    dispatcher: "调度员",
    leader: "领导",
    engineer: "工程师",
    admin: "管理员",
    inspector: "监察",
  } satisfies Record<Role, string>,

  standingOf: {
    well: "正常",
    troubled: "有故障",
    silent: "无数据",
    never_heard: "从未收到数据",
    unknown: "无自检",
  },

  deviceKind: {
    substation: "分站",
    gateway: "网关",
    station: "基站",
    reader: "读卡器",
    instrument: "传感器",
    output: "输出",
    terminal: "检卡终端",
    broadcaster: "广播终端",
    telephone: "电话",
  },

  placing: {
    unbelieved: "未采信：读数品质不可信",
    other_nearer: "未采信：另一读卡器更准",
    no_place: "未采信：不是本矿的位置",
    too_fast: "未采信：时间内到不了",
  } as Record<string, string>,
};
