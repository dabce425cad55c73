"""docs/kinds.md prints the table of kinds; this holds the page to kinds.toml."""

import tomllib
from pathlib import Path

from minesafe.config import shipped
from minesafe.config.kinds import read_kinds
from minesafe.config.row import Findings
from minesafe.config.text import read_toml
from minesafe.model.mine import Form, Icon, Kind, System

PAGE = Path(__file__).parents[2] / "docs/kinds.md"
HEAD = "kind|名称|name|form|unit or states|range|period, stale s|quality rules|calibration d|sign"


def kinds() -> list[Kind]:
    findings = Findings()
    text = shipped("kinds.toml").read_text("utf-8")
    read = read_kinds(read_toml(findings, "kinds.toml", text)).values
    assert not findings.faults
    return list(read)


def quality(kind: Kind) -> str:
    """What makes a value of it news besides its limits."""
    rules = {
        "stuck after {:g} s": kind.stuck_s,
        "still is honest up to {:g}": kind.quiet,
        "settles for {:g} s": kind.debounce_s or None,
        "at most {:g} an hour": kind.most_per_h or None,
        "begins anew at {:g}": kind.wrap,
    }
    said = [words.format(value) for words, value in rules.items() if value is not None]
    said += ["never without noise"] if kind.noisy else []
    said += [f"{kind.states[0][1].en}: the device is dead"] if kind.heartbeat else []
    return "; ".join(said) or "—"


def cells(kind: Kind) -> list[str]:
    states = ", ".join(f"{value} {name.zh} {name.en}" for value, name in kind.states)
    days = "—" if kind.calibration_days is None else f"{kind.calibration_days:g}"
    reach = "—" if kind.states else f"{kind.low:g} … {kind.high:g}"
    times = f"{kind.period_s:g}, {kind.stale_s:g}"
    return [
        f"`{kind.id}`", kind.name.zh, kind.name.en, kind.form, states or kind.unit,
        reach, times, quality(kind), days, kind.icon,
    ]  # fmt: skip


def printed(system: System) -> str:
    heads = HEAD.split("|")
    rows = [cells(kind) for kind in kinds() if kind.system is system]
    return "".join(f"| {' | '.join(row)} |\n" for row in [heads, ["---"] * len(heads), *rows])


def test_the_page_prints_the_kinds_of_each_system() -> None:
    page = PAGE.read_text("utf-8")
    for system in System:
        shown = page.partition(f"<!-- {system} -->\n")[2].partition(f"<!-- /{system} -->")[0]
        assert shown == printed(system), f"put this between the marks:\n{printed(system)}"


def test_every_form_and_every_sign_is_used_and_every_system_but_positioning_has_several() -> None:
    known = kinds()
    assert {kind.form for kind in known} == set(Form)
    assert {kind.icon for kind in known} == set(Icon)
    count = {system: sum(k.system is system for k in known) for system in System}
    assert count.pop(System.POSITIONING) >= 1
    assert all(many >= 3 for many in count.values())


def test_both_packs_have_a_row_for_every_kind_their_mines_can_measure() -> None:
    """Gases of coal alone are not in the metal pack, nor radon in that of coal."""
    has = {}
    for pack in ("coal-cn", "metal-cn"):
        rows = tomllib.loads(shipped(f"rules/{pack}.toml").read_text("utf-8"))["rule"]
        has[pack] = {row["kind"] for row in rows}
    every = {kind.id for kind in kinds()}
    assert every - has["coal-cn"] == {"radon"}
    coal = {"methane", "gas_emission", "h2", "duct", "air_direction"}
    drainage = {k for k in every if k.startswith("drainage_")}
    assert every - has["metal-cn"] == coal | drainage
