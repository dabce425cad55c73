/** 曲线的用语。 */

export const plotZh = {
  curve: "曲线",
  keys: "拖动选取时段，双击还原；←→ 移动读数线（Shift 加快），+ − 缩放，PageUp/PageDown 前后移动，0 还原",
  earlier: "向前",
  later: "向后",
  narrower: "放大",
  wider: "缩小",
  whole: "还原",
  spans: { hour: "1 小时", shift: "8 小时", day: "24 小时", week: "7 天", month: "30 天", year: "1 年" },
  course: (low: string, high: string, last: string) => `最低 ${low}　最高 ${high}　末值 ${last}`,
  notBelieved: (quality: string) => `${quality}，数值不采信`,
  nothing: "无数据",
  asTable: "数据表",
  from: "起",
  to: "止",
  low: "最低",
  high: "最高",
  last: "末值",
  doubted: "不采信",
  stillSo: "至今",
};
