"""Can this system raise an alarm now? One judgement: of `/readyz`, the pages and the doctor.

An alarm is raised when something is heard, judged, recorded in time, and somebody can be told. What
shows in the status row is judged by the watchdog's own rule (`watchdog.status.late`), so the page
and the siren can never disagree. Besides, what only the server knows: that nothing is heard of the
mine any more, and that there is no way left to tell anybody. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minesafe.model.events import FindingBegan, FindingKind
from minesafe.model.mine import Mine, System
from minesafe.model.time import Micros
from minesafe.vitals import Vital
from minesafe.watchdog.settings import Settings
from minesafe.watchdog.status import AGES, late

LIMITS = Settings(status="", mine="")
"""The watchdog's, as it is shipped: a mine that widens them there still hears it here first."""

LINK_OF = {"sms": "smpp", "modem": "modem"}
"""Whose link a channel goes by, as findings name it."""

CODES = ("starting", *AGES, "spool", "deaf", "nobody")
"""Why it cannot: nothing was judged since the start · an age of the status row · the spool is
full · nothing of the monitoring system is heard · nobody can be told."""

Findings = Sequence[tuple[FindingBegan, Micros]]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why it cannot."""

    code: str
    """One of `CODES`."""
    seconds: float | None = None
    """How old the sign is; of `spool`, and of what has no age, None."""


def cannot(vital: Vital, ways: Sequence[str], findings: Findings, *, judged: bool) -> list[Why]:
    """Why no alarm can be raised now, worst first; nothing where one can.

    Args:
        vital: the signs of this moment.
        ways: by what somebody can be told, see `ways`.
        findings: what is wrong now.
        judged: whether a frame was judged since the start.
    """
    ages = {name: getattr(vital, f"{name}_age_s") for name in AGES}
    why = [] if judged else [Why("starting")]
    why += [Why(code, ages.get(code)) for code in late(ages, vital.spool_fill, LIMITS)]
    if any(_is_deaf(found) for found, _ in findings):
        why.append(Why("deaf"))
    return why if ways else [*why, Why("nobody")]


def _is_deaf(found: FindingBegan) -> bool:
    return found.finding is FindingKind.SYSTEM_DEAD and found.subject == System.MONITORING


def ways(mine: Mine, findings: Findings, pages: int) -> list[str]:
    """The channels of the policy by which somebody can be told now.

    A channel whose last message failed, or whose link is down, counts for nobody.

    Args:
        mine: the revision in force.
        findings: what is wrong now.
        pages: how many screens are open.
    """
    kinds = (FindingKind.CHANNEL_DOWN, FindingKind.LINK_DOWN)
    down = {found.subject for found, _ in findings if found.finding in kinds}
    there = {**_there(mine, down), "console": pages > 0}
    return [
        name
        for name in dict.fromkeys(_named(mine))
        if there.get(name) and not {name, LINK_OF.get(name, name)} & down
    ]


def _named(mine: Mine) -> Iterator[str]:
    yield from mine.policy.scope_channels
    for rung in mine.policy.ladder:
        yield from rung.channels


def _there(mine: Mine, down: set[str]) -> dict[str, bool]:
    """Whether the mine has what a channel needs."""
    horns = [o for o in mine.outputs if o.kind == "horn"]
    return {
        "sms": mine.carrier is not None,
        "modem": mine.modem is not None,
        "mail": mine.mail is not None,
        "chat": bool(mine.chats),
        "call": mine.modem is not None or bool(mine.telephones),
        "horn": any(horn.device not in down for horn in horns),
        "broadcast": bool(mine.broadcasters) and "broker" not in down,
        "telephone": bool(mine.telephones) and "broker" not in down,
        "tag": mine.paging is not None and "broker" not in down,
    }
