/** 测点页的用语。 */

export const pointsZh = {
  about: "测点资料",
  range: "量程",
  every: (s: string) => `每 ${s} 秒`,
  address: "地址",
  protocol: (code: string) =>
    ({ modbus: "Modbus", mqtt: "MQTT", files: "文件", derived: "由其他测点计算得出" })[code] ?? code,
  unit: (n: number) => `站号 ${n}`,
  register: (f: number, n: number) => `功能码 ${f}，地址 ${n}`,
  calibrated: "标校",
  notCalibrated: "无须标校",
  never: "无记录",
  due: (at: string) => `应于 ${at} 前`,
  instrument: "仪器",
  rule: "限值依据",
  unverified: "条文未核对原文",
  written: "读写",
  readOnly: "只读，从不写入",
  stored: "数据已入库",
  storedTo: (span: string) => `入库滞后 ${span}`,
  neighbours: "同一风路的测点",
  noNeighbours: "附近没有同一风路的测点",
  where: "风路",
  here: "同一处",
  upWind: (m: string) => `上风 ${m} m`,
  downWind: (m: string) => `下风 ${m} m`,
};
