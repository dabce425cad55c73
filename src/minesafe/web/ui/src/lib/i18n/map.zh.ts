/** Words of the map. */

export const mapZh = {
  label:
    "矿井平面图：方向键平移，加减键缩放，方括号键旋转，0 键全图，数字键选水平，斜杠键查找",
  turnLeft: "向左转",
  turnRight: "向右转",
  devices: "设备",
  legend: "图例",
  searchHint: "姓名、拼音首字母、卡号、测点、区域、设备 （/）",
  nothing: "没有找到",
  sort: { person: "人员", zone: "区域", point: "测点", device: "设备" },
  search: "查找",
  follow: "跟随",
  unfollow: "停止跟随",
  following: (name: string, ago: string) => `跟随 ${name} · ${ago}定位`,
  followingLost: (name: string, ago: string) => `跟随 ${name} · 失联，停在 ${ago}的最后位置`,
  followingGone: (name: string) => `${name} 已不在井下，跟随结束`,
  downWind: { gas: "下风侧 瓦斯波及", fire: "下风侧 烟流波及", water: "水", air: "通风" },
  of: (name: string) => `来自 ${name}`,
  blocked: (name: string) => `不通：${name}`,
  coming: (n: number) => `前往 ${n}`,
  air: (hours: string) => `供氧 ${hours}`,
  uninhabitable: "不能生存",
  well: "正常",
};
