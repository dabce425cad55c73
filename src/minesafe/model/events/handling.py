"""处理记录: what was found and done about an alarm."""

from minesafe.model.events.body import Body, Origin


class AlarmHandled(Body, frozen=True, kw_only=True, tag="alarm_handled"):
    """Somebody writes down what it was. Written anew, the newest counts."""

    episode: str
    cause: str
    planned: bool
    """Somebody meant it: calibration, blasting, a fan stopped for work."""
    measure: str
    bearer: str = ""
    """Of cards that may not be with their man: the person id of who was with them, or both, or
    nobody (`model.alarm`); empty where that is not said."""
    by: str
    origin: Origin


class AlarmRecordClosed(Body, frozen=True, kw_only=True, tag="alarm_record_closed"):
    """销号: nothing more is asked about it."""

    episode: str
    by: str
    origin: Origin
