"""policy.toml: how alarms become orders, whom the ladder asks, and who may end an order."""

from collections.abc import Collection, Sequence
from datetime import time

from minesafe.config.row import Named, Row
from minesafe.config.triggers import read_triggers
from minesafe.model.filing import Series
from minesafe.model.mine import (
    CallPolicy,
    Duty,
    Kind,
    LadderStep,
    MorningPolicy,
    Policy,
    ReachPolicy,
    Role,
    Rule,
    Severity,
)

AUTO = ("at_once", "after", "never")
PEOPLE_CHANNELS = ("sms", "modem", "call", "mail", "chat", "console")
SCOPE_CHANNELS = ("horn", "broadcast", "telephone", "tag")


def read_policy(
    file: Row, kinds: Named[Kind], rules: Named[Rule], crews: Collection[str]
) -> Policy:
    """All of policy.toml; `crews` are those that anybody belongs to."""
    auto = file.word("auto_evacuate", AUTO)
    policy = Policy(
        auto,
        file.number("auto_after_s", 0.0, low=0, high=600),
        file.number("undecided_s", low=10, high=1800),
        _ladder(file, file.take_parts("ladder")),
        file.words("scope_channels", SCOPE_CHANNELS, what="channel"),
        file.number("lost_contact_s", low=10, high=3600),
        file.number("standing_s", low=10, high=3600),
        file.number("all_clear_hold_s", low=0, high=86_400),
        file.members("all_clear_first", Role),
        file.members("all_clear_second", Role),
        file.number("walking_m_s", low=0.1, high=3),
        file.number("self_rescuer_s", low=60, high=14_400),
        file.number("absent_s", 900.0, low=60, high=3600),
        file.number("together_s", 0.0, low=0, high=36_000),
        file.number("ride_m_s", 0.0, low=0, high=30),
        file.number("cage_m_s", 12.0, low=1, high=30),
        again_s=_again(file),
        hoist_m_s=file.number("hoist_m_s", 4.0, low=0, high=16),
        proof=_proof(file.take_parts("reach_proof")),
        test_call=_test_call(file.take_parts("test_call")),
        morning=_morning(file.take_parts("morning_reports")),
        triggers=read_triggers(file.take_parts("trigger"), kinds, rules),
        substitute_confirm_h=file.number("substitute_confirm_h", 8.0, low=0.5, high=72),
        mine_head_shifts=file.whole("mine_head_shifts", 5, low=0, high=31),
        dispatcher_power_s=file.number("dispatcher_power_s", 60.0, low=0, high=3600),
        rescue_crews=file.words("rescue_crews", crews, required=False, what="crew"),
    )
    file.done()
    if auto == "after" and policy.auto_after_s <= 0:
        file.fault("auto_after_s", 'auto_evacuate = "after" needs auto_after_s above 0')
    if auto == "never":
        file.warn("auto_evacuate", "level I alarms will not evacuate by themselves")
    _check_all_clear(file, policy)
    return policy


def _again(file: Row) -> tuple[float, float, float, float]:
    """[again_s]: of each level; none that is given: never."""
    rows = file.take_parts("again_s")
    if not rows:
        return (0.0, 0.0, 0.0, 0.0)
    row = rows[0]
    one, two, three, four = (row.number(s.value, 0.0, low=0, high=86_400) for s in Severity)
    row.done()
    return one, two, three, four


def _proof(rows: Sequence[Row]) -> ReachPolicy | None:
    """[reach_proof]: at which hour, and until when an answer counts."""
    if not rows:
        return None
    at, by = (_hour(rows[0], key) for key in ("at", "by"))
    rows[0].done()
    if at == by:
        rows[0].fault("by", f"there is no time to answer between {at} and {by}")
    return ReachPolicy(at, by)


def _test_call(rows: Sequence[Row]) -> CallPolicy | None:
    """[test_call]: at which hour, and how long a device has for its answer."""
    if not rows:
        return None
    policy = CallPolicy(_hour(rows[0], "at"), rows[0].number("within_s", 300.0, low=60, high=3600))
    rows[0].done()
    return policy


def _morning(rows: Sequence[Row]) -> MorningPolicy | None:
    """[morning_reports]: from which hour on, and which."""
    if not rows:
        return None
    policy = MorningPolicy(_hour(rows[0], "at"), rows[0].members("series", Series))
    rows[0].done()
    return policy


def _hour(row: Row, key: str) -> time:
    value = row.values.get(key)
    if row.has(key) and isinstance(value, time):
        return value
    row.fault(key, f"{key!r} must be a time of day", f"{key} = 21:00:00, no quotes")
    return time()


def _ladder(file: Row, rows: Sequence[Row]) -> tuple[LadderStep, ...]:
    steps = tuple(_step(row) for row in rows)
    if not steps:
        file.fault("", "the ladder has no step", "write [[ladder]] with after_s = 0")
        return ()
    if steps[0].after_s != 0:
        rows[0].fault("after_s", f"the first step comes after {steps[0].after_s:g} s", "it is 0")
    if Duty.LEADER not in steps[0].duties:
        rows[0].fault("duties", "the first step does not ask the leader", 'add "leader"')
    for before, after, row in zip(steps, steps[1:], rows[1:], strict=False):
        if after.after_s < before.after_s:
            row.fault("after_s", f"{after.after_s:g} s is before {before.after_s:g} s")
    return steps


def _step(row: Row) -> LadderStep:
    step = LadderStep(
        row.number("after_s", low=0, high=3600),
        row.members("duties", Duty),
        row.words("channels", PEOPLE_CHANNELS, what="channel"),
    )
    row.done()
    return step


def _check_all_clear(file: Row, policy: Policy) -> None:
    for key, roles in (
        ("all_clear_first", policy.all_clear_first),
        ("all_clear_second", policy.all_clear_second),
    ):
        if not roles:
            file.fault(key, f"{key} names no role: nobody could end an order")
        if both := {Role.VIEWER, Role.INSPECTOR} & set(roles):
            file.fault(key, f"role {min(both)!s} only looks; it cannot sign an all-clear")
