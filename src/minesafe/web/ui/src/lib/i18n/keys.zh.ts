/** 键盘说明与打印页眉的用语。 */

export const keysZh = {
  title: "键盘",
  print: "打印",
  everywhere: "所有页面",
  map: "地图（先选中地图）",
  replay: "回放",
  keys: {
    search: "查找人员，或转到本页的查找框",
    acknowledge: "确认展开的报警；没有展开的，先选中最紧急的，再按一次确认",
    rows: "报警列表上、下移动；回车展开",
    silence: "消音 2 分钟（不是确认）",
    level: "只看第几水平；再按一次看全部",
    escape: "关闭展开的内容、抽屉、对话框",
    help: "本说明",
    tab: "移到下一处；回车、空格按下",
    pan: "移动",
    zoom: "放大、缩小、全图",
    play: "播放、暂停",
    step: "1 秒；按住 Shift 1 分钟",
    mark: "上一个、下一个事件",
  },
  printed: (at: string) => `打印于 ${at}`,
  seen: (age: string) => `画面停在 ${age}`,
};
