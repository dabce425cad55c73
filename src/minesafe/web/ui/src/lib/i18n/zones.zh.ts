/** 区域页、附近的避险与通信设施的用语。 */

export const zonesZh = {
  day: "24 小时人数",
  curve: (name: string) => `${name} 24 小时人数`,
  cap: (n: number) => `限员 ${n}`,
  mostAt: (n: number, at: string) => `最多 ${n} 人，${at}`,
  mayNot: "查看人员时间须有相应权限",
  since: "进入",
  overtime: "超时",
  rules: "准入规定",
  permitted: "准入工种",
  everybody: "不限",
  nobody: "任何人不得进入",
  certificates: "须持证",
  post: "须有人在岗",
  heads: "限员",
  limits: (n: number, m: number) => `${n}，检修班 ${m}`,
  dwell: "限时",
  unbounded: "不限",
  still: "静止不超过",
  near: "临近提醒",
  within: (m: string) => `${m} m 以内`,
  help: "避险与通信",
};

export const nearZh = {
  here: "就在此处",
  none: "附近没有",
  refuges: "避难硐室",
  air: (h: string) => `供氧 ${h} 小时`,
  telephones: "电话",
  speakers: "广播",
  heard: "此区域可听到",
  supplies: "压风、供水",
};

export const daysZh = {
  down: "下井",
  below: (span: string) => `已 ${span}`,
  trail: "今日行踪",
  all: "行踪详情",
  unknown: "无记录",
  battery: "标识卡电量",
  lowBattery: "电量低",
  batteryWell: "未报电量低",
  noTag: "无卡",
  tagOnly: "标识卡只能随命令呼叫；找人请打附近电话。",
};
