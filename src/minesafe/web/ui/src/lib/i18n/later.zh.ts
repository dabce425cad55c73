/** 首屏之后才取的页面用语：与这些页面一起取。 */

import { dutiesZh } from "./duties.zh";
import { auditZh } from "./audit.zh";
import { evacZh } from "./evac.zh";
import { handlingZh } from "./handling.zh";
import { healthZh } from "./health.zh";
import { keysZh } from "./keys.zh";
import { laterCodesZh } from "./later-codes.zh";
import { legendZh } from "./legend.zh";
import { orderingZh } from "./ordering.zh";
import { notifyZh } from "./notify.zh";
import { outputsZh } from "./outputs.zh";
import { plotZh } from "./plot.zh";
import { pointsZh } from "./points.zh";
import { replayZh } from "./replay.zh";
import { reportsZh } from "./reports.zh";
import { revisionsZh } from "./revisions.zh";
import { seekZh } from "./seek.zh";
import { soundZh } from "./sound.zh";
import { tracksZh } from "./tracks.zh";
import { usersZh } from "./users.zh";
import { daysZh, nearZh, zonesZh } from "./zones.zh";
import { refusalsZh } from "./refusals.zh";

export const laterZh = {
  audit: auditZh,
  ordering: orderingZh,
  evac: evacZh,
  handling: handlingZh,
  keys: keysZh,
  duties: dutiesZh,
  seek: seekZh,
  ready: healthZh,
  legend: legendZh,
  sound: soundZh,
  plot: plotZh,
  points: pointsZh,
  tracks: tracksZh,
  zones: zonesZh,
  near: nearZh,
  days: daysZh,
  replay: replayZh,
  notify: notifyZh,
  outputs: outputsZh,
  users: usersZh,
  reports: reportsZh,
  revisions: revisionsZh,
  refusal: refusalsZh,

  register: {
    devices: "设备台账",
    driver: "驱动",
    standing: "状态",
    heardLast: "最近数据",
    errors: "故障次数",
    model: "型号",
    certificate: "安标证号",
    calibrated: "上次标校",
    dueOn: "到期",
    tested: "上次试验",
    callNow: "试呼",
    callAll: "全部试呼",
    passed: "试验正常",
    failed: "试验失败",
    notAsked: "—",
    neverDone: "无记录",
    deviceCount: "设备数",
    onlyTroubled: "只看需要处理的",
  },
  nightly: {
    reachability: "夜间可达性",
    unreached: (count: number) => `夜间测试 ${count} 人未应答`,
    unproven: (count: number) => `${count} 人号码从未验证`,
    noNumber: "没有号码",
    nightlyRuns: (waiting: number, by: string) => `夜间测试进行中：${waiting} 人未应答，截止 ${by}`,
    nightlyMine: "您有一条夜间测试未应答",
    nightlyAnswer: "我收到了",
  },
  history: {
    behind: (span: string, at: string) => `入库滞后 ${span}，${at} 以后的数据尚未入库`,
    caughtUp: "已全部入库",
    spool: "缓存",
    late: "迟到样本",
    disordered: "乱序样本",
    repeats: "重复报文",
  },
  scenario: {
    note:
      "模拟矿井将重新开始：设备中断数秒，人员回到岗位。原情景的报警和命令保持不变，须人工处理和解除。",
    runs: "正在运行",
    start: "开始",
    starting: "正在启动…",
    title: "选择模拟情景",
  },

  ...laterCodesZh,
};
