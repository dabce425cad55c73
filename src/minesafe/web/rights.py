"""Who may do what: one table, role by act. What the state of things allows, the desk checks."""

from collections.abc import Iterable
from enum import StrEnum

from minesafe.model.mine import Role


class Act(StrEnum):
    """What somebody logged in can ask for."""

    READ = "read"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    SHELVE = "shelve"
    """Put an alarm aside for a while, and take it back."""
    CALIBRATE = "calibrate"
    """Ask for and end a permit to calibrate."""
    TAKE_OUT = "take_out"
    """Ask for and end a permit to take something out of service."""
    CONFIRM_PERMIT = "confirm_permit"
    """Stand for it as the second."""
    HANDLE = "handle"
    """Write what was found and done about an alarm."""
    CLOSE_RECORD = "close_record"
    ACKNOWLEDGE_ORDER = "acknowledge_order"
    ISSUE_ORDER = "issue_order"
    DECIDE = "decide"
    TICK = "tick"
    ALL_CLEAR = "all_clear"
    BLOCK_ROADWAY = "block_roadway"
    DRILL = "drill"
    REENTRY = "reentry"
    CHANGE_DUTY = "change_duty"
    """Propose a swap, name a substitute."""
    CONFIRM_DUTY = "confirm_duty"
    """Stand for either as the second."""
    HAND_OVER = "hand_over"
    TEST_DEVICE = "test_device"
    """Write down what came of a test call."""
    ASK_OUTPUT = "ask_output"
    """Ask for a horn or a cut by hand, and take it back."""
    CONFIRM_OUTPUT = "confirm_output"
    """Stand for it as the second: it is written."""
    FOLLOW = "follow"
    """Ask where people were, with whom, and for how long."""
    EXPORT = "export"
    """Take history away as a file."""
    REPORT = "report"
    """Take the record of an order away: names, places and times of everybody in it."""
    REPLAY = "replay"
    """See any moment of the past again: where everybody was, and what the room knew."""
    MAKE_REPORT = "make_report"
    """Give a statutory report its number."""
    SIGN_REPORT = "sign_report"
    """Sign one; which line is a matter of the role."""
    SEE_USERS = "see_users"
    """Who may log in, and when who did."""
    LET_IN = "let_in"
    """Give another a password for one log-in; he then chooses his own."""
    SEE_REVISIONS = "see_revisions"
    """Which files the server runs by, what waits, and how they differ."""
    APPROVE_REVISION = "approve_revision"
    """Propose an earlier one, stand for one, throw a proposal away."""
    SEND_TEST = "send_test"
    """Send somebody a test message, to see whether it comes."""
    AUDIT = "audit"
    """Every act of everybody."""
    PLAY_SCENARIO = "play_scenario"
    """Of a demo only."""


EVERYONE = frozenset(Role)

RIGHTS: dict[Act, frozenset[Role]] = {
    Act.READ: EVERYONE,
    Act.ACKNOWLEDGE_ALARM: frozenset({Role.DISPATCHER, Role.LEADER}),
    Act.SHELVE: frozenset({Role.DISPATCHER, Role.LEADER}),
    Act.CALIBRATE: frozenset({Role.DISPATCHER, Role.ENGINEER}),
    Act.TAKE_OUT: frozenset({Role.ENGINEER}),
    Act.CONFIRM_PERMIT: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.HANDLE: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.CLOSE_RECORD: frozenset({Role.DISPATCHER, Role.LEADER}),
    Act.ACKNOWLEDGE_ORDER: frozenset({Role.DISPATCHER, Role.LEADER}),
    Act.ISSUE_ORDER: EVERYONE,  # to evacuate needs no approval, and not even a log-in
    Act.DECIDE: frozenset({Role.DISPATCHER, Role.LEADER}),
    Act.TICK: frozenset({Role.DISPATCHER}),
    Act.ALL_CLEAR: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.BLOCK_ROADWAY: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.DRILL: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.REENTRY: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.CHANGE_DUTY: frozenset({Role.DISPATCHER, Role.LEADER, Role.ADMIN}),
    Act.CONFIRM_DUTY: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER, Role.ADMIN}),
    Act.HAND_OVER: frozenset({Role.DISPATCHER, Role.LEADER}),
    Act.TEST_DEVICE: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.ASK_OUTPUT: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.CONFIRM_OUTPUT: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.FOLLOW: EVERYONE - {Role.VIEWER},
    Act.EXPORT: EVERYONE - {Role.VIEWER},
    Act.REPORT: EVERYONE - {Role.VIEWER},
    Act.REPLAY: EVERYONE - {Role.VIEWER},
    Act.MAKE_REPORT: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.SIGN_REPORT: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER}),
    Act.SEE_USERS: frozenset({Role.ADMIN, Role.INSPECTOR}),
    Act.LET_IN: frozenset({Role.ADMIN}),
    Act.SEE_REVISIONS: EVERYONE - {Role.VIEWER},
    Act.APPROVE_REVISION: frozenset({Role.ENGINEER, Role.LEADER, Role.ADMIN}),
    Act.SEND_TEST: frozenset({Role.DISPATCHER, Role.LEADER, Role.ENGINEER, Role.ADMIN}),
    Act.AUDIT: frozenset({Role.ADMIN, Role.INSPECTOR}),
    Act.PLAY_SCENARIO: frozenset({Role.DISPATCHER, Role.ENGINEER, Role.ADMIN}),
}
"""Of the roles of ALL_CLEAR and REENTRY the policy says who signs first and who second."""


def may(roles: Iterable[Role], act: Act) -> bool:
    """Whether one of the roles is enough.

    >>> may([Role.ENGINEER], Act.ALL_CLEAR), may([Role.ENGINEER], Act.ACKNOWLEDGE_ALARM)
    (True, False)
    """
    return not RIGHTS[act].isdisjoint(roles)
