/** 页眉、键盘与安装的用词。 */

export const reachZh = {
  pages: "页面",
  morePages: "更多",
  oldest: (age: string) => `最旧 ${age}`,
  oldestNote: (what: string) => `画面上最旧的数值：${what}`,
};
