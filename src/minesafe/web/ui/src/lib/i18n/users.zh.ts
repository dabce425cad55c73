/** 账号页与修改密码的用语。 */

export const usersZh = {
  mustChange: "这个密码只能用一次：请先设置自己的密码。",
  now: "现在的密码",
  fresh: "新密码（至少 10 位）",
  again: "再输入一次新密码",
  differ: "两次输入的新密码不一样",
  change: "设置新密码",
  changed: "新密码已设置，请重新登录。",
  roles: "角色",
  password: "密码",
  passwordIs: { own: "已设置", once: "一次性，未更换", none: "没有：不能登录" },
  sessions: "在线",
  used: "最近使用",
  give: "发一次性密码…",
  giveTitle: (who: string) => `给 ${who} 发一次性密码`,
  giveConsequence: "其现有密码作废，所有登录立即结束。凭一次性密码登录后须设置自己的密码。",
  given: "一次性密码（只显示这一次，请当面告知）",
};
