"""The nightly proof from its hour to an answer and a finding, over a real carrier and journal."""

import asyncio
from dataclasses import replace
from datetime import time
from pathlib import Path

from fakes import FindingBook
from line_on_disk import line
from notify_mine import SECRET
from smsc import Smsc
from story import START, story_mine

from minesafe.links.smpp import SmppLink, Timings
from minesafe.model.events import FindingKind, ReachAnswered, ReachAsked
from minesafe.model.mine import ReachPolicy
from minesafe.notify.deliver import Courier
from minesafe.notify.replies import Replies
from minesafe.notify.sms import SmsChannel

PHONES = {"P4": "13800000000", "LEADER2": "13900000000", "HEAD": "13900000001"}


def time_at(after_s: int) -> time:
    moment = START // 1_000_000 + after_s
    return time(moment // 3600 % 24, moment // 60 % 60)


async def test_who_answers_is_proven_and_who_does_not_is_found_in_the_morning(
    tmp_path: Path,
) -> None:
    base = story_mine()
    policy = replace(base.policy, proof=ReachPolicy(time_at(60), time_at(180)))
    mine = replace(base, policy=policy, server=replace(base.server, timezone="UTC"))
    async with Smsc() as smsc, line(tmp_path, mine=mine) as here:
        findings, note = FindingBook(), here.outbox.receipt
        link = SmppLink(smsc.carrier, findings, Timings(first_pause_s=0.05))
        sms = SmsChannel(lambda: mine, link, here.outbox, note, here.clock, SECRET)
        replies = Replies(here.desk, findings, note)
        orders = here.pipeline.watch.evacuation.orders
        courier = Courier(here.outbox, [sms], here.clock, here.pipeline, orders.get)
        works = (link.run(sms.received, replies.take), courier.run())
        tasks = [asyncio.create_task(work) for work in works]
        await here.passes(130)
        sent = await smsc.until(10)
        asked = [m for m in sent if "测试 TEST" in m.text]
        assert {m.phone for m in asked} == {m.phone for m in sent if "/a/" in m.text}
        for person in ("P4", "HEAD"):
            assert await smsc.reply(PHONES[person], "0") == 0
        await here.passes(120)
        await here.written()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        watch = here.pipeline.watch
        unreached = {found.subject for found in watch.findings.of(FindingKind.UNREACHED)}
        unproven = {found.subject for found in watch.findings.of(FindingKind.UNPROVEN)}
        answered = {body.person for body in here.bodies(ReachAnswered)}
        assert len(here.bodies(ReachAsked)) == 1
    assert answered == {"P4", "HEAD"}
    assert unreached == {"LEADER2", "DESK", "ENGINEER"}
    assert unproven == set(), "one alarm a person"
    assert len(smsc.inbox) == 10, "one each, and its link"
