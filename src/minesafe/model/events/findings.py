"""What the server finds wrong with itself, its devices or its surroundings."""

from enum import StrEnum

from minesafe.model.events.body import Body


class FindingKind(StrEnum):
    """What an adapter, store or channel can find out about its own world."""

    LINK_DOWN = "link_down"
    """No connection, or no answer, from `subject`."""
    DEVICE_SILENT = "device_silent"
    """The link of `subject` is there, and nothing comes of any of its points."""
    GARBAGE = "garbage"
    """`subject` sent what cannot be read."""
    UNKNOWN_POINT = "unknown_point"
    UNKNOWN_TAG = "unknown_tag"
    WRONG_ANSWER = "wrong_answer"
    """Answered with another's id, function or length."""
    CLOCK_OFF = "clock_off"
    GAP = "gap"
    """Sequence numbers are missing: something was lost on the way."""
    QUEUE_FULL = "queue_full"
    DATABASE_DOWN = "database_down"
    SECOND_WRITER = "second_writer"
    """Another server writes into the history under our name: ours is refused."""
    SPOOL_FILLING = "spool_filling"
    HISTORY_BEHIND = "history_behind"
    """Frames on our own disk have waited long for the database."""
    DISK_LOW = "disk_low"
    """The disk has little left, and still takes everything."""
    DISK_FULL = "disk_full"
    DISK_HANGS = "disk_hangs"
    CHANNEL_DOWN = "channel_down"
    ROSTER_GAP = "roster_gap"
    SHIFT_UNFILLED = "shift_unfilled"
    """Within a day there is a shift without a leader or dispatcher, or none at all."""
    SUBSTITUTE_UNCONFIRMED = "substitute_unconfirmed"
    """Somebody stands in at a post, and nobody else has looked at it in time."""
    ONE_EXIT = "one_exit"
    """A level that had two ways to the surface is left with one, or none."""
    UNREACHED = "unreached"
    """`subject`, who may be asked, has not answered the nightly proof by morning."""
    UNPROVEN = "unproven"
    """`subject`, who may be asked, has never answered from the number there is."""
    OUTPUT_FAILED = "output_failed"
    NOT_STARTED = "not_started"
    """So long after an order `subject` should run, and does not, nor another of its kind."""
    CALIBRATION_DUE = "calibration_due"
    """The instrument `subject` is to be calibrated within days."""
    CALIBRATION_OVERDUE = "calibration_overdue"
    TEST_OVERDUE = "test_overdue"
    """Nobody has seen for too long whether `subject` can be spoken by."""
    TEST_CALL_FAILED = "test_call_failed"
    """The last test call did not come through to `subject`, or none was made for a day."""
    SCREEN_UNHEARD = "screen_unheard"
    """Whoever tested the sound of `subject`, a screen of the control room, did not hear it."""
    CERTIFICATE_EXPIRED = "certificate_expired"
    """安标: `subject` may not be used any more."""
    SYSTEM_DEAD = "system_dead"
    """Nothing is heard of `subject`, one of the six systems."""
    FEED_AFTER_CUT = "feed_after_cut"
    """馈电异常: a cut was asked for, and behind it there is power ten seconds later."""
    CUT_UNPROVEN = "cut_unproven"
    """A cut was asked for, and nothing shows whether it was made."""
    TASK_CRASHED = "task_crashed"
    PERMIT_OVERRUN = "permit_overrun"
    """The time of a permit of `subject` is over, and nobody has said that the work is done."""
    WITNESS_DOWN = "witness_down"
    """Who keeps the signed heads of the journal does not take them."""
    NOT_PROVEN = "not_proven"
    """Two test alarms are missing: whether a reading becomes an alarm is not known."""
    DEFINITION_DIFFERS = "definition_differs"
    """An installed system defines `subject` otherwise than our files do."""
    UNITS_ASSUMED = "units_assumed"
    """In which units `subject` tells lengths or times was found out, and is held."""
    COUNTER_BACK = "counter_back"
    """The counter `subject` shows less than it did, or more than can have come: a new device."""
    REVISION_REFUSED = "revision_refused"
    """The files were to be taken over and were not; what was in force still is."""
    SHADOW_LOST = "shadow_lost"
    """The shadow `subject`, which tells nobody, fell behind, broke, or says too much."""
    REPORT_MISSING = "report_missing"
    """The statutory report `subject` was to be made by itself, and could not be."""


BROKER = "broker"
"""Subject of what is found wrong with the link to the MQTT broker, on which all gateways hang."""


class FindingBegan(Body, frozen=True, kw_only=True, tag="finding_began"):
    """Something is wrong with `subject` from now on. Written at the change, not repeated."""

    finding: FindingKind
    subject: str
    detail: str


class FindingEnded(Body, frozen=True, kw_only=True, tag="finding_ended"):
    """It is well again."""

    finding: FindingKind
    subject: str
