"""Refusals in words, for a terminal and for a page a browser opens by itself.

The pages have their own tables; a test holds these to them.
"""

from collections.abc import Mapping

from minesafe.model.errors import Refused
from minesafe.model.mine import Name

REFUSED: Mapping[str, Name] = {
    "no_such_channel": Name("通知阶梯没有这个通道", "The ladder does not write by this channel"),
    "test_waits": Name("刚刚发过测试，请稍候", "A test was sent just now; wait"),
    "already_barred": Name("该登录已停用", "This log-in is barred already"),
    "not_barred": Name("该登录未停用", "This log-in is not barred"),
    "last_admin": Name(
        "这是最后一位能登录的管理员，不能停用", "The last admin who can log in cannot be barred"
    ),
    "no_office": Name(
        "这个服务器没有交给它配置目录，不能在页面上批准",
        "This server was given no mine's directory: nothing can be approved here",
    ),
    "files_changed": Name(
        "配置文件后来又变了：请重新导入", "The files have changed since: bring it in again"
    ),
    "files_faulty": Name(
        "这些文件有错误，不能运行：请先改正",
        "These files have faults and cannot run: mend them first",
    ),
    "revision_runs": Name("配置目录中已经是这个版本", "The mine's files are this revision already"),
    "not_tested": Name("该设备不需人工试验", "this device is not tested by hand"),
    "not_called": Name("不是可呼叫的广播或电话终端", "this is no loudspeaker or telephone"),
    "order_open": Name("有命令未解除，不能试呼", "an order is open: no test call now"),
    "same_shift": Name("不能与同一班调换", "It is one and the same shift"),
    "swap_open": Name(
        "已有待确认的调班涉及其中一班", "One of the two shifts is in a swap that waits already"
    ),
    "unknown_swap": Name("没有这个调班申请，或已结束", "There is no such swap, or it has ended"),
    "shift_begun": Name(
        "该班已开始，不能再调班，可指定临时替班", "The shift has begun: name a substitute instead"
    ),
    "shift_over": Name("该班已结束", "The shift is over"),
    "no_phone": Name(
        "此人没有登记电话，通知链呼叫不到", "This person has no number the ladder could call"
    ),
    "no_card": Name(
        "此人没有标识卡，无法证明在井下",
        "This person has no card: nobody can see that he is underground",
    ),
    "unknown_substitute": Name(
        "没有待确认的该临时替班", "No such substitute waits to be confirmed"
    ),
    "not_then": Name(
        "时间不在允许范围内：应在其开始之后、现在之前",
        "That time is not possible: after its beginning, and before now",
    ),
    "not_now": Name("现在不是该班交接的时间", "This shift does not change hands now"),
    "already_handed_over": Name("该班已在井下交接", "This shift has been handed over already"),
    "not_underground": Name("其标识卡显示不在井下", "His own tag says that he is not underground"),
    "unknown_shift": Name("带班表没有这一班", "There is no such shift on the roster"),
    "not_on_duty": Name("此人不在该班该岗位", "This person does not hold this post on that shift"),
    "already_on_duty": Name(
        "此人已在该班该岗位", "This person holds this post on that shift already"
    ),
    "note_needed": Name("请写明交接内容", "Write down what is handed over"),
    "name_needed": Name("请填写姓名", "Give a name"),
    "in_scope_already": Name("该姓名已在清点名单中", "This name is in the muster already"),
    "unknown_roadway": Name("没有这条巷道", "There is no such roadway"),
    "already_blocked": Name("已标为不通", "It is said to be blocked already"),
    "not_blocked": Name("未标为不通", "It is not said to be blocked"),
    "real_order_open": Name("有真实命令未解除，不能演练", "A real order is open: no drill now"),
    "not_closed": Name("命令尚未解除", "The order has not ended yet"),
    "already_permitted": Name("已有人准许", "Somebody has permitted it already"),
    "already_signed": Name(
        "这一方已有人签字，须由另一方签字", "This side has signed already; the other side must"
    ),
    "undecided": Name("请先作出决定，再解除", "Decide the order first, then end it"),
    "unknown_scenario": Name("没有这个情景", "There is no such scenario"),
    "scenario_not_started": Name(
        "模拟矿井没有启动，请看演示程序的终端",
        "The simulated mine did not start; see the demo's terminal",
    ),
    "unknown_output": Name("没有登记这个输出", "There is no such output"),
    "unknown_request": Name("没有这个请求，或已结束", "There is no such request, or it has ended"),
    "output_asked": Name(
        "已有同样的请求：请确认或撤回它",
        "The same is asked for already: confirm or drop that request",
    ),
    "unknown_user": Name("没有这个用户", "There is no such user"),
    "unknown_alarm": Name("该报警已经结束", "This alarm is over already"),
    "set_aside": Name("该报警已搁置、被抑制或停用", "It is shelved, suppressed or out of service"),
    "evacuation_class": Name(
        "可能撤人的报警不得搁置", "It may evacuate: such an alarm is never shelved"
    ),
    "unknown_record": Name("该处理记录已关闭", "This record is closed already"),
    "still_active": Name("报警尚未恢复正常", "The alarm is not over yet"),
    "cause_back": Name("命令的起因又出现", "A cause of the order is back"),
    "unknown_revision": Name(
        "没有此编号的待批配置，或不止一个", "No proposal of this number, or more than one"
    ),
    "bearer_needed": Name("请先说明持卡人是谁", "Say first who was with the card"),
    "unknown_bearer": Name(
        "不是这张卡的持卡人选项", "Not one of those the card may have been with"
    ),
    "unhandled": Name("请先填写处理记录", "Write down what was found and done first"),
    "wrong_span": Name("时长不在允许范围内", "This time is not allowed"),
    "not_shelved": Name("该报警没有搁置", "It is not shelved"),
    "unknown_subject": Name("没有这个测点或读卡器", "There is no such point or reader"),
    "permit_open": Name("已有同类作业许可", "It has such a permit already"),
    "unknown_permit": Name(
        "没有这个作业许可，或已结束", "There is no such permit, or it has ended"
    ),
    "already_confirmed": Name("该许可已生效", "It is in force already"),
    "already_acknowledged": Name("已经有人确认", "Somebody has acknowledged it already"),
    "unknown_zone": Name("没有这个区域", "There is no such zone"),
    "unknown_point": Name("没有这个测点", "There is no such point"),
    "unknown_person": Name("没有这个人", "There is no such person"),
    "not_in_the_mine": Name("此人不在井下", "This person is not underground"),
    "history_unavailable": Name("暂时读不到历史数据", "History cannot be read now"),
    "unknown_order": Name("没有这个命令", "There is no such order"),
    "bad_span": Name("结束时间必须晚于开始时间", "The end must come after the beginning"),
    "not_seen_then": Name(
        "该人员当时及之前几分钟内没有定位记录",
        "This person was not seen then, nor in the minutes before",
    ),
    "too_many_questions": Name(
        "正在回答其他查询，请稍后再试", "Others are asking: try again in a moment"
    ),
    "name_one_place": Name(
        "请指定人员、测点、巷道中的一项", "Name one: a person, a point or a roadway"
    ),
    "no_words": Name("请输入要查找的字词", "Say which words to look for"),
    "other_revision": Name("此刻起启用了另一版配置", "Another configuration came into force here"),
    "too_many_players": Name("正在回放的画面过多", "Too many screens are playing the past now"),
    "ask_shorter": Name(
        "一次查询的内容太多，请缩短时间范围", "That is too much at once: ask for a shorter time"
    ),
    "unknown_report": Name("没有这份报告", "There is no such report"),
    "superseded": Name(
        "已有更新的编号，请签新的一份", "A higher number replaces this one; sign that"
    ),
    "no_such_line": Name("这份报告没有这个签字栏", "This report has no such line to sign"),
    "line_signed": Name("这一栏已有人签字", "Somebody has signed this line already"),
    "report_too_old": Name(
        "该日报告的编号已超过保存年限，不能再编号",
        "The numbers of that day are no longer kept: it gets no new one",
    ),
    "report_changed": Name(
        "保存的报告内容与编号时不一致，不能作为凭证",
        "What is kept of this report is not what was filed: it proves nothing",
    ),
    "no_such_day": Name("没有这一天", "There is no such day"),
    "day_not_begun": Name("这一天还没有开始", "That day has not begun yet"),
    "report_busy": Name(
        "另一份报告正在编制，请稍后再试", "Another record is being written; try again in a moment"
    ),
    "report_late": Name(
        "编制超时已停止；可在服务器上用命令 minesafe report 编制",
        "It took too long and was stopped; use the command minesafe report on the server",
    ),
    "report_failed": Name(
        "报告编制失败，服务器日志写有原因",
        "The record could not be written; the server's log says why",
    ),
    "report_no_font": Name(
        "服务器没有中文字体，无法编制 PDF：请安装 fonts-noto-cjk，或先用网页文件",
        "No PDF: the server has no font with Chinese. Install fonts-noto-cjk, or take the page",
    ),
    "report_no_typst": Name(
        "服务器没有安装 PDF 组件 minesafe[reports]：请安装，或先用网页文件",
        "No PDF: the server lacks minesafe[reports]. Install it, or take the page file",
    ),
    "closed": Name("命令已解除", "The order has ended"),
    "not_asked": Name("通知链尚未问到您", "You have not been asked yet"),
    "not_open_to_decision": Name("该命令现在不能决定", "This order cannot be decided now"),
    "reason_needed": Name("请写明理由", "A reason is needed"),
    "not_in_scope": Name("此人不在命令范围内", "This person is not in scope"),
    "unaccounted": Name("还有人未清点，不能解除", "Somebody is not accounted for"),
    "no_log_in": Name("您没有登录账号", "You have no log-in"),
    "role_not_allowed": Name("您的角色不能做这一步", "Your role may not do this"),
    "same_person": Name("必须由两个不同的人签字", "Two different people must sign"),
    "override_needed": Name(
        "原因消除时间不足，须写明提前解除的理由",
        "The cause has not been gone for long enough: give a reason to end early",
    ),
    "password_must_change": Name("请先设置自己的密码", "Choose a password of your own first"),
    "password_too_short": Name(
        "密码太短：至少 10 位", "The password is too short: at least 10 characters"
    ),
    "password_as_before": Name("新密码与原密码相同", "The new password is the one there is"),
    "wrong_password": Name("用户名或密码不对", "Wrong user or password"),
    "too_many_tries": Name("尝试次数过多，请稍后再试", "Too many tries; wait a little"),
    "not_logged_in": Name("请先登录", "Log in first"),
    "csrf": Name("登录已失效，请重新登录", "Your log-in has ended; log in again"),
    "foreign_origin": Name(
        "请从本系统的地址打开页面后再操作", "Open the page at this server's own address to act"
    ),
    "not_found": Name("没有找到", "Not found"),
    "malformed": Name("填写的内容服务器看不懂", "The server cannot read what was filled in"),
    "bad_request": Name("请求有误", "Bad request"),
    "method_not_allowed": Name("请求有误", "Bad request"),
    "too_slow": Name("上传太慢，请重试", "Sending took too long; try again"),
    "too_large": Name("内容过长", "Too long"),
    "server_error": Name("服务器出错，已记录", "The server failed; it has noted it"),
    "store_unavailable": Name(
        "服务器的记录暂时写不进去，请立即用电话下令",
        "The server cannot record now: give the order by telephone at once",
    ),
}

UNKNOWN = Name("未能执行", "it could not be done")


def words_of_refusal(refused: Refused) -> str:
    """Both languages, the code, and whatever was said with it.

    >>> words_of_refusal(Refused("not_called", device="TEL1"))
    '不是可呼叫的广播或电话终端 · this is no loudspeaker or telephone (not_called: device TEL1)'
    """
    said = REFUSED.get(refused.code, UNKNOWN)
    params = ", ".join(f"{name} {value}" for name, value in refused.params.items())
    return f"{said.zh} · {said.en} ({refused.code}{': ' + params if params else ''})"
