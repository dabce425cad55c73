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
  passwordIs: { own: "已设置", once: "一次性，未更换", barred: "已停用：不能登录", none: "没有：不能登录" },
  sessions: "在线",
  used: "最近使用",
  give: "发一次性密码…",
  giveTitle: (who: string) => `给 ${who} 发一次性密码`,
  giveConsequence: "其现有密码作废，所有登录立即结束。凭一次性密码登录后须设置自己的密码。",
  given: "一次性密码（只显示这一次，请当面告知）",
  act: { bar: "停用…", let_in: "恢复…", end_sessions: "结束会话…" },
  actTitle: {
    bar: (who: string) => `停用 ${who} 的登录`,
    let_in: (who: string) => `恢复 ${who} 的登录`,
    end_sessions: (who: string) => `结束 ${who} 的所有会话`,
  },
  actNote: {
    bar: "立即生效，不管配置文件怎么写；会话和打开的页面随即结束。下达撤人命令不需登录，不受影响。",
    let_in: "此人可以用原来的密码再登录。",
    end_sessions: "打开的页面随即结束，须重新登录。",
  },
  why: "理由",
};
