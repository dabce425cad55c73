"""[[trigger]] of policy.toml: what this mine answers more gravely than the statute, never less."""

from collections.abc import Iterable, Sequence

from minesafe.config.row import Named, Row
from minesafe.model.mine import Kind, Rule, Severity
from minesafe.model.mine.triggers import OF_PLACES_AND_PEOPLE, OF_POINTS, SCOPES, USUAL, Trigger


def read_triggers(
    rows: Sequence[Row], kinds: Named[Kind], rules: Named[Rule]
) -> tuple[Trigger, ...]:
    """All rows; one that is weaker than the statute or the rule pack is a fault."""
    return tuple(_trigger(row, kinds, rules) for row in rows)


def _trigger(row: Row, kinds: Named[Kind], rules: Named[Rule]) -> Trigger:
    on = row.word("on", (*OF_POINTS, *OF_PLACES_AND_PEOPLE))
    kind = row.reference("kind", kinds, "kind") if on in OF_POINTS else ""
    level = row.member("level", Severity)
    trigger = Trigger(on, kind, level, row.word("scope", SCOPES, USUAL))
    row.done()
    statute = _statute(on, kind, rules.values)
    if level.rank > statute.rank:
        what = f"{on!r} is level {statute} by the statute; {level} would be weaker"
        row.fault("level", what, f'level = "{statute}" or graver')
    return trigger


def _statute(on: str, kind: str, rules: Iterable[Rule]) -> Severity:
    """The level it has at the least; of points that of their least grave rule.

    The others keep what their own rule says: a trigger is never weaker than an alarm.
    """
    if on in OF_PLACES_AND_PEOPLE:
        return OF_PLACES_AND_PEOPLE[on]
    own = [r for r in rules if r.kind == kind and getattr(r.limits, on) is not None]
    return max((_level(on, r) for r in own), key=lambda level: level.rank, default=Severity.IV)


def _level(on: str, rule: Rule) -> Severity:
    if not on.startswith("cut"):
        return rule.alarm_level
    return Severity.I if rule.withdraw else rule.cut_level
