/** 紧急下令的用语。 */

export const orderingZh = {
  orderTitle: "下令停产撤人",
  orderKindLabel: "命令",
  orderZones: "范围",
  orderGround: "原因",
  orderBy: "下令人姓名",
  orderNoLogIn: "未登录也可下令；姓名将记入记录。",
  orderConsequence: (kind: string, zones: string, people: string) =>
    `立即${kind}：${zones}，${people}。警笛、广播、短信和电话同时发出，记入不可更改的记录；之后只能由两人共同解除。`,
  orderPress: (kind: string) => `确认下令：${kind}`,
  orderPeople: (n: number) => `定位到 ${n} 人`,
  orderWhole: "全矿",
  orderOffline: "没有矿井资料（未登录），将对全矿下令。",
  asDrill: "演练：同一流程，处处标明演练",
};
