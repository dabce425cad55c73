/** 页眉、键盘与安装的用词。 */

export const reachZh = {
  pages: "页面",
  morePages: "更多",
  oldest: (age: string) => `最旧 ${age}`,
  oldestNote: (what: string) => `画面上最旧的数值：${what}`,
  leaderAnswered: (who: string, at: string) => `${who} 已确认 ${at}`,
  leaderSilent: (who: string) => `${who} 尚未答复`,
  nobodyAsked: "无人可答复",
  inDanger: (n: number) => `该处 ${n} 人`,
};
