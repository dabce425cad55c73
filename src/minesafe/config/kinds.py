"""kinds.toml: what a point measures, how it speaks, and when it is not believed."""

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Danger, Form, Icon, Kind, Name, Point, Rule, System

SAID_OF = {
    "heartbeat": Form.SWITCH,
    "debounce_s": Form.SWITCH,
    "most_per_h": Form.CUMULATIVE,
    "wrap": Form.CUMULATIVE,
}
"""Keys that mean something for one form only."""


def read_kinds(file: Row) -> Named[Kind]:
    """Rows of kinds.toml."""
    kinds = gather(file.take_parts("kind"), _kind)
    file.done()
    for row in kinds.rows.values():
        row.words("carries", kinds, required=False, what="kind")
    return kinds


def _kind(row: Row, ident: str) -> Kind:
    low, high = row.number("low"), row.number("high")
    period, stale = row.number("period_s", low=0.1, high=3600), row.number("stale_s", low=0.1)
    if low >= high:
        row.fault("high", f"the range ends at {high:g}, not above its start {low:g}")
    if stale < 2 * period:
        row.fault("stale_s", f"{stale:g} s is less than two periods", f"at least {2 * period:g}")
    states = tuple(_state(part) for part in row.take_parts("state"))
    form = _form(row, bool(states))
    steady = {key: row.number_or_none(key) for key in ("stuck_s", "quiet")}
    noisy = row.flag("noisy", False)
    band, every = _thinned(row, period)
    _check_steady(row, steady["stuck_s"], steady["quiet"], form, period, noisy)
    return Kind(
        ident,
        row.name(),
        row.member("system", System),
        row.text("unit", ""),
        low,
        high,
        row.whole("decimals", low=0, high=6),
        period,
        stale,
        states,
        Name(row.text("guidance_zh"), row.text("guidance_en")),
        self_test=row.flag("self_test", False),
        noisy=noisy,
        power=row.flag("power", False),
        danger=row.member("danger", Danger) if row.has("danger") else None,
        latch=row.flag("latch", True),
        carries=row.texts("carries", required=False),
        stuck_s=steady["stuck_s"],
        quiet=steady["quiet"],
        form=form,
        icon=row.member("icon", Icon) if row.has("icon") else Icon.GAUGE,
        heartbeat=row.flag("heartbeat", False),
        debounce_s=row.number("debounce_s", 0.0, low=0, high=3600),
        calibration_days=row.number_or_none("calibration_days", low=1, high=3650),
        # Without a fastest rate no wrap could be told from a counter that began anew.
        most_per_h=row.number("most_per_h", low=1e-6) if form is Form.CUMULATIVE else 0.0,
        wrap=row.number_or_none("wrap", low=1),
        store_band=band,
        store_every_s=every,
    )


def _thinned(row: Row, period: float) -> tuple[float | None, float]:
    """Together or not at all: without a heartbeat nobody could tell standing still from silence."""
    band = row.number_or_none("store_band", low=0)
    if band is None:
        if row.has("store_every_s"):
            row.fault("store_every_s", "without store_band every sample is stored", "leave it out")
        return None, 0.0
    return band, row.number("store_every_s", low=2 * period, high=3600)


def check_thinned(kinds: Named[Kind], points: Named[Point], rules: Named[Rule]) -> None:
    """What the law asks to be kept is kept whole: the kind of a statutory point has no band."""
    law = {rule.id for rule in rules.values if rule.statutory}
    held = {point.kind: point for point in points.values if point.rule in law}
    for kind, row in kinds.pairs():
        point = held.get(kind.id)
        if point is not None and kind.store_band is not None:
            what = f"{point.id!r} is statutory (rule {point.rule!r}): all its samples are kept"
            row.fault("store_band", what, "leave store_band out")


def _form(row: Row, has_states: bool) -> Form:
    """As it says; else by whether its values have words. What one form alone has is refused."""
    spoken = Form.SWITCH if has_states else Form.ANALOGUE
    form = row.member("form", Form) if row.has("form") else spoken
    if has_states != (form is Form.SWITCH):
        row.fault("form", "the values of a switch have words, and of nothing else", str(spoken))
    for key, of in SAID_OF.items():
        if row.has(key) and form is not of:
            row.fault(key, f"{key!r} is said of a {of} point; this is {form}", "leave it out")
    return form


def _check_steady(
    row: Row, stuck_s: float | None, quiet: float | None, form: Form, period: float, noisy: bool
) -> None:
    """A switch that stays as it is tells nothing by it; ten samples tell more than two."""
    key = "noisy" if noisy else "stuck_s"
    if form is not Form.ANALOGUE and (noisy or stuck_s is not None):
        row.fault(key, f"a {form} point may stay as it is for ever", f"leave {key} out")
    if stuck_s is not None and stuck_s < 10 * period:
        row.fault("stuck_s", f"{stuck_s:g} s is less than ten periods", f"at least {10 * period:g}")
    if quiet is not None and stuck_s is None and not noisy:
        row.fault("quiet", "quiet says where stuck_s and noisy do not hold; neither is given")


def _state(row: Row) -> tuple[int, Name]:
    state = (row.whole("value", low=0, high=65_535), row.name())
    row.done()
    return state
