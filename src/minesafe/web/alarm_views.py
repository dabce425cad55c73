"""Alarms as pages are told them: pure functions from the desk's state to the models."""

from collections.abc import Sequence

from minesafe.alarms import evacuates
from minesafe.alarms.courses import Course
from minesafe.alarms.kpi import AIM
from minesafe.model.alarm import Alarm, Groups, Kpi, Ledger, Often, Permit, Record
from minesafe.model.events import ASIDE, AlarmMoved, Event
from minesafe.model.mine import Mine
from minesafe.web.models import (
    AlarmOut,
    CourseOut,
    GroupOut,
    KpiOut,
    OftenOut,
    PermitOut,
    RecordOut,
    RecordsOut,
)


def alarm_out(mine: Mine, alarm: Alarm) -> AlarmOut:
    """An alarm as the book holds it."""
    return AlarmOut(
        episode=alarm.episode,
        state=alarm.state,
        severity=alarm.severity,
        source=alarm.source,
        subject=alarm.subject,
        condition=alarm.condition,
        zones=list(alarm.zones),
        value=alarm.value,
        limit=alarm.limit,
        rule=alarm.rule,
        reason=alarm.reason,
        began=alarm.began,
        changed=alarm.changed,
        valued=alarm.valued,
        active=alarm.active,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_from=alarm.acknowledged_from,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_note=alarm.acknowledged_note,
        shelved_by=alarm.shelved_by,
        note=alarm.note,
        until=alarm.until,
        root=alarm.root,
        permit=alarm.permit,
        other=alarm.other,
        shelvable=alarm.state not in ASIDE and not evacuates(mine, alarm),
    )


def permits_out(permits: Sequence[Permit]) -> list[PermitOut]:
    """What is being worked on, and who waits for a second."""
    return [
        PermitOut(
            permit=p.permit,
            permit_kind=p.kind,
            source=p.source,
            subject=p.subject,
            reason=p.reason,
            until=p.until,
            asked=p.asked,
            asked_by=p.asked_by,
            confirmed_by=p.confirmed_by,
            granted=p.granted,
        )
        for p in permits
    ]


def gone_alarm(event: Event, moved: AlarmMoved) -> AlarmOut:
    """An alarm the book has let go of: all that is left of it is its last move."""
    return AlarmOut(
        episode=moved.episode,
        state=moved.state,
        severity=moved.severity,
        source=moved.source,
        subject=moved.subject,
        condition=moved.condition,
        zones=list(moved.zones),
        value=moved.value,
        limit=moved.limit,
        rule=moved.rule,
        reason=moved.reason,
        began=event.valid,
        changed=event.valid,
        valued=event.valid,
        active=False,
        acknowledged_by=moved.by,
        other=moved.other,
    )


def groups_out(groups: Groups) -> list[GroupOut]:
    """Which alarms another one explains."""
    return [GroupOut(root=g.root, why=g.why, members=list(g.members)) for g in groups.groups]


def records_out(ledger: Ledger) -> RecordsOut:
    """What is still to be written down."""
    return RecordsOut(records=[_record(r) for r in ledger.records], more=ledger.beyond)


def _record(record: Record) -> RecordOut:
    handled = record.handled
    return RecordOut(
        episode=record.episode,
        severity=record.severity,
        source=record.source,
        subject=record.subject,
        condition=record.condition,
        zones=list(record.zones),
        began=record.began,
        ended=record.ended,
        other=record.other,
        bearers=list(record.bearers),
        bearer=handled.bearer if handled else "",
        cause=handled.cause if handled else "",
        planned=handled.planned if handled else False,
        measure=handled.measure if handled else "",
        by=handled.by if handled else None,
        at=record.handled_at,
    )


def course_out(course: Course) -> CourseOut:
    """What became of an alarm, and what was written of it."""
    handled = course.handled
    return CourseOut(
        episode=course.episode,
        severity=course.severity,
        source=course.source,
        subject=course.subject,
        condition=course.condition,
        zones=list(course.zones),
        value=course.value,
        limit=course.limit,
        rule=course.rule,
        other=course.other,
        state=course.state,
        began=course.began,
        ended=course.ended,
        times=course.times,
        acknowledged_by=course.acknowledged_by,
        acknowledged_from=course.acknowledged_from,
        acknowledged_at=course.acknowledged_at,
        acknowledged_note=course.acknowledged_note,
        handled_by=handled.by if handled else None,
        cause=handled.cause if handled else "",
        planned=handled.planned if handled else False,
        measure=handled.measure if handled else "",
        closed_by=course.closed_by,
    )


def kpi_out(kpi: Kpi) -> KpiOut:
    """How good the mine's alarms are."""
    return KpiOut(
        heard=kpi.heard,
        last_10_min=kpi.last_10_min,
        mean_10_min=round(kpi.mean_10_min, 3),
        peak_10_min=kpi.peak_10_min,
        flooded=round(kpi.flooded, 4),
        chattering=[_often(o) for o in kpi.chattering],
        standing=list(kpi.standing),
        top=[_often(o) for o in kpi.top],
        top_share=round(kpi.top_share, 4),
        mix={priority: round(share, 4) for priority, share in kpi.mix.items()},
        aim=AIM,
    )


def _often(often: Often) -> OftenOut:
    return OftenOut(subject=often.subject, condition=often.condition, times=often.times)
