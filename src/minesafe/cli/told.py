"""A moment of the past, and a record, as lines for a terminal."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

from minesafe.model.events import Event
from minesafe.model.past import Past
from minesafe.model.time import MINUTE
from minesafe.reports.document import Teller
from minesafe.wording import Sayer, word_of


def moment(past: Past, teller: Teller, point: str, person: str) -> Iterator[str]:
    """What was true; with the limits of a point, and the papers of a person."""
    late = f", {past.late} 条事后补记 entered later" if past.late else ""
    yield f"{teller.at(past.valid)}: 记录 records 1 … {past.position}{late}"
    yield from _revision(past, teller)
    yield from _alarms(past, teller)
    yield from _orders(past, teller)
    yield from _findings(past, teller)
    yield from _duty(past, teller)
    yield from _asked(past, point, person)


def _revision(past: Past, teller: Teller) -> Iterator[str]:
    if past.approved is None:
        yield "配置 files   尚未生效 none was in force"
        return
    by = ", ".join(map(teller.name, past.approved.by))
    yield f"配置 files   {past.approved.revision} · {teller.at(past.since)} · {by}"
    if past.lacking:
        yield f"             按版本 {past.mine.revision} 显示 shown by that one: {past.lacking}"


def _alarms(past: Past, teller: Teller) -> Iterator[str]:
    say = partial(word_of, teller.lang)
    for alarm in past.alarms:
        what = f"{teller.alarm(alarm.subject, alarm.rule)} {say('condition', alarm.condition)}"
        state = f"{say('state', alarm.state)} · {teller.at(alarm.began)}"
        yield f"报警 alarm   {alarm.severity} {what} · {state}"


def _orders(past: Past, teller: Teller) -> Iterator[str]:
    for order in past.orders:
        kind = word_of(teller.lang, "order_kind", order.order_kind)
        people = f"{len(order.muster)} ({len(order.unaccounted)} 未清点 unaccounted)"
        by = teller.name(order.acknowledged_by or "") or "未确认 unacknowledged"
        yield f"命令 order   {order.number:03d} {kind} · {people} · {by}"


def _findings(past: Past, teller: Teller) -> Iterator[str]:
    for finding, since in past.findings:
        what = word_of(teller.lang, "finding", finding.finding)
        subject = word_of(teller.lang, "subject", teller.name(finding.subject))
        yield f"问题 finding {what} {subject} · {teller.at(since)}"


def _duty(past: Past, teller: Teller) -> Iterator[str]:
    if past.shift is None:
        yield "值班 duty    带班表空缺 nobody is on the roster"
        return
    for duty, holder in past.shift.posts:
        yield f"值班 duty    {word_of(teller.lang, 'duty', duty)} {teller.name(holder)}"


def _asked(past: Past, point: str, person: str) -> Iterator[str]:
    row, who = past.mine.point_row.get(point), past.mine.person_row.get(person)
    if row is not None:
        limits = asdict(past.mine.points[row].limits)
        yield f"限值 limits  {point} " + ", ".join(f"{k} {v:g}" for k, v in limits.items() if v)
    if who is not None:
        papers = past.mine.people[who].certificates
        yield f"证件 papers  {person} " + (", ".join(" ".join(one) for one in papers) or "-")
    for asked, found in ((point, row), (person, who)):
        if asked and found is None:
            yield f"{asked}: 当时没有 was not there then"


TOLD = ("move", "condition", "finding", "whereabouts", "decision", "told", "status", "order_kind")
"""Codes of a record that say what happened."""


def record(event: Event, teller: Teller) -> str:
    """A record in one line."""
    said = Sayer(teller.mine).said(event.body)
    about = " ".join(dict.fromkeys(map(teller.name, said.about)))[:200]
    late = event.recorded - event.valid > MINUTE
    entered = f"  (补记 entered {teller.at(event.recorded)})" if late else ""
    kind = word_of(teller.lang, "kind", said.kind)
    codes = ((field, getattr(event.body, field, "")) for field in TOLD)
    what = " ".join(word_of(teller.lang, field, code) for field, code in codes if code)
    at = f"{teller.at(event.valid)}  {event.position:>8}"
    return f"{at}  {said.severity:3} {kind} {what}  {about}{entered}"
