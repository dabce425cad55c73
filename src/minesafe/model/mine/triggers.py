"""What an alarm's condition orders: the statutory level of each, and how a mine may sharpen it.

A mine's policy may make a level graver or its scope the whole mine, never the reverse. Levels of
conditions of points stand in the rule pack, row by row; those of zones and people stand here.
Sources: 煤矿井下单班作业人数限员规定 (head-counts), 煤矿领导带班下井规定 art. 9 (leaders),
安全生产法 art. 55 (a call for help); none read in its own text, so each is unverified.
"""

from dataclasses import dataclass

from minesafe.model.mine.names import Severity

_L = Severity

OF_PLACES_AND_PEOPLE: dict[str, Severity] = {
    "grossly_overcrowded": _L.II,
    "leader_absent": _L.II,
    "sos": _L.II,
    "overcrowded": _L.III,
    "count_unknown": _L.III,
    "post_absent": _L.III,
    "trespassing": _L.III,
    "uncertified": _L.III,
    "overtime": _L.III,
    "standing_still": _L.III,
    "moving_as_one": _L.III,
    "lost_contact": _L.III,
}
"""Condition → the level it has at the least."""

OF_POINTS = ("alarm_high", "alarm_low", "cut_high", "cut_low")
"""Conditions whose level the rule pack says; a trigger of them names a kind."""

ACTIONS: dict[Severity, str] = {
    _L.I: "evacuate 停产撤人",
    _L.II: "stop work 停产, undecided: evacuate",
    _L.III: "attend 处置",
    _L.IV: "note 记录",
}
"""What each level orders."""

USUAL, WHOLE_MINE = "usual", "mine"
SCOPES = (USUAL, WHOLE_MINE)
"""The zones of the cause and down-wind · everybody underground."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One `[[trigger]]` row of policy.toml."""

    on: str
    """Name of a condition."""
    kind: str
    """Kind of point; empty for conditions of zones and people."""
    level: Severity
    """At the least."""
    scope: str
    """usual · mine"""

    def answers(self, condition: str, kind: str) -> bool:
        """Whether it is about this condition, of a point of this kind."""
        return self.on == condition and self.kind in ("", kind)


def printed() -> str:
    """The statutory triggers as docs/evacuation.md shows them."""
    rows = [
        ("cut-off (断电值) of a point whose rule withdraws people", _L.I, "its zones, down-wind"),
        (
            "alarm limit (报警值) of such a point, or its `alarm_level`",
            None,
            "its zones, down-wind",
        ),
        ("a rule about several points (`logic.toml`)", None, "the zones of the point it is about"),
        *((f"`{on}`", level, "its zones") for on, level in OF_PLACES_AND_PEOPLE.items()),
    ]
    head = "| trigger | level at the least | orders | scope |\n|---|---|---|---|\n"
    return head + "".join(
        f"| {on} | {level or 'as the rule says'} | {ACTIONS[level] if level else 'by its level'} "
        f"| {scope} |\n"
        for on, level, scope in rows
    )
