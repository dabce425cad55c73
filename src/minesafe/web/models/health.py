"""System health: whether an alarm can be raised now, and what that stands on."""

from minesafe.model.device import Standing, What
from minesafe.web.models.wire import Wire, Words


class HealthOut(Wire):
    """Whether work is being done: the age of the last frame, in real seconds."""

    ok: bool
    frame_age_s: float
    position: int
    epoch: int
    why: list[str] = []  # noqa: RUF012  pydantic copies it for each
    """Of readyz: why no alarm can be raised now, as codes."""


class BacklogOut(Wire):
    """How far the history is behind what the mine has sent."""

    committed: int
    """The newest frame on the server's own disk."""
    stored: int | None
    """The newest one the database has; null where it has not answered since the start."""
    waiting_since: int | None
    """Of the oldest frame it has not."""
    behind_s: float
    spool_fill: float
    free_bytes: int
    late: int
    """Samples stored since the start that came more than a minute late."""
    disordered: int
    """Samples stored since the start that came after newer ones of their own."""
    repeats: int
    """Messages heard since the start that had been heard before, and were passed over."""
    days_left: float | None
    """How long the disk lasts as it fills now; null in the first hour, 3650 at most."""


class WhyOut(Wire):
    """One reason why no alarm can be raised now."""

    code: str
    """starting · frame · sample · message · proof · spool · deaf · nobody"""
    seconds: float | None
    """How old the sign is."""


class ProofOut(Wire):
    """The last test alarm that went from a wire to an acknowledgement on disk."""

    at: int
    took_s: float
    """The mine's seconds."""


class NightlyReachOut(Wire):
    """The newest nightly test that people can be reached."""

    asked: int
    answer_by: int
    people: int
    answered: int
    quickest_s: float | None
    """From the question to the first answer."""


class LinkOut(Wire):
    """A device that reports by itself: substation, gateway, base station."""

    id: str
    name: Words
    what: What
    driver: str
    standing: Standing
    heard: int | None
    errors: int
    troubles: list[str]
    rate: float | None
    """Samples, of base stations reports of readers, in the last minute; null in the first."""
    expected: float
    skew_s: float | None
    """Its clock beside ours; null where it has none, or nothing came."""


class ExpiryOut(Wire):
    """A certificate that a connection stands on."""

    what: str
    """broker · broker_ca · pages"""
    until: int | None
    """Null: it cannot be read."""


class CopiedOut(Wire):
    """The newest back-up."""

    at: int
    to: str


class ServerFactsOut(Wire):
    """What the server stands on. Wall times are the machine's, not a demo's."""

    wall: int
    """The machine's time now, that ages of these are told by."""
    messages: int
    """Waiting to be handed over, or to be tried again."""
    journal: int
    """Records."""
    journal_written: bool
    """False: the disk refuses, and people are told from memory."""
    starts: int
    pages: int
    synchronised: bool | None
    petted: bool
    copied: CopiedOut | None
    expiries: list[ExpiryOut]


class HealthReportOut(Wire):
    """The page's first line, and everything under it."""

    able: bool
    why: list[WhyOut]
    ways: list[str]
    """Channels of the policy by which somebody can be told now."""
    proof: ProofOut | None
    """Null: none since the start."""
    self_test: list[str]
    """Points that rise by themselves; without one nothing is proven."""
    nightly: NightlyReachOut | None
    links: list[LinkOut]
    backlog: BacklogOut
    server: ServerFactsOut
