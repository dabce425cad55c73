/** 报警处理的用语：搁置、作业许可、处理记录、指标。 */

export const alarmsZh = {
  flood: "报警泛滥：10 分钟内新报警达 10 条以上，已按起因归并",
  behind: (n: number) => `其后 ${n} 条`,
  why: { explained: "设计抑制", device_lost: "设备失联", carried: "风机停止引起" },
  aside: "已搁置、抑制、停用",
  noneAside: "没有搁置、抑制或停用的报警",

  unshelve: "取消搁置",
  reason: "原因（必填）",
  until: (at: string) => `至 ${at}`,
  shelvedBy: (who: string) => `${who} 搁置`,
  explainedBy: (what: string) => `起因：${what}`,
  ordersNothing: "作业许可期间不触发命令",
  from: (origin: string) => `来自${origin}`,
  permitKind: { calibration: "标校", out_of_service: "停用" },
};
