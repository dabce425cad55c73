"""What a screen shows, as messages of the live wire: of now, or of a moment of the past."""

from minesafe.ports import Shown
from minesafe.web import views
from minesafe.web.alarm_views import alarm_out, groups_out, permits_out
from minesafe.web.changes import Rows, inside
from minesafe.web.duty_views import duty_out, nightly_out
from minesafe.web.models import LiveReadings, LiveState, SnapshotOut


def state_out(shown: Shown) -> LiveState:
    """What is told whole when any of it changed."""
    findings, groups = shown.findings(), shown.groups()
    return LiveState(
        n=0,
        position=shown.position,
        findings=views.findings_out(findings),
        duty=duty_out(shown.on_duty()),
        systems=views.systems_out(shown.systems()),
        permits=permits_out(shown.permits()),
        flood=groups.flood,
        groups=groups_out(groups),
        refuges=views.refuges_out(shown.refuges()),
        blocked=views.blocked_out(shown.blocked()),
        impacts=views.impacts_out(shown.impacts()),
        legs=views.legs_out(shown.legs()),
        reckoned=views.reckoned_out(shown.reckoned()),
        nightly=nightly_out(shown.nightly()),
    )


def readings_out(shown: Shown, rows: Rows) -> LiveReadings:
    """Values, places and counts of some rows."""
    mine, picture = shown.mine, shown.picture()
    return LiveReadings(
        n=0,
        now=shown.now(),
        values=views.values(mine, picture, rows.points),
        places=views.places(mine, picture, rows.people),
        counts=views.counts(mine, picture, rows.zones),
        underground=picture.underground,
    )


def snapshot_out(shown: Shown) -> SnapshotOut:
    """Everything that changes."""
    state, mine, now = state_out(shown), shown.mine, shown.now()
    heard = readings_out(shown, inside(shown.picture()))
    return SnapshotOut(
        position=shown.position,
        now=now,
        epoch=shown.epoch,
        values=heard.values,
        places=heard.places,
        counts=heard.counts,
        alarms=[alarm_out(mine, alarm) for alarm in shown.alarms()],
        orders=[views.order_out(mine, order, now) for order in shown.orders()],
        findings=state.findings,
        duty=state.duty,
        systems=state.systems,
        refuges=state.refuges,
        blocked=state.blocked,
        impacts=state.impacts,
        legs=state.legs,
        reckoned=state.reckoned,
        nightly=state.nightly,
        permits=state.permits,
        flood=state.flood,
        groups=state.groups,
        underground=heard.underground,
    )
