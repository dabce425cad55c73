/** 查人与区域页的用语。 */

export const seekZh = {
  hint: "姓名、拼音首字母、卡号或班组",
  which: "范围",
  only: { below: "井下", missed: "失联", all: "全部" },
  found: (n: number) => `${n} 人`,
  others: (n: number) => `另有 ${n} 人不在此范围`,
  nobody: "没有符合的人",
  notBelow: "未见其在井下",
  seen: "最近定位",
  tooMany: (n: number) => `另有 ${n} 人未列出，请多输入几个字`,
  safety: "应撤往",
  walk: (metres: string, minutes: number) => `${metres} m，步行约 ${minutes} 分钟`,

  zone: "区域",
  unknownZone: "没有这个区域",
  whoIsHere: "区内人员",
  nobodyHere: "没有定位到人",
  measured: "区内测点",
  noPoints: "区内没有测点",
  feeders: "馈电开关",
  zoneKind: {
    mine: "全矿",
    district: "采区",
    face: "采煤工作面",
    heading: "掘进工作面",
    restricted: "限制区域",
    key: "重点区域",
    refuge: "避难硐室",
    portal: "出入井口",
  },
};
