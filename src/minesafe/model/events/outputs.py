"""Outputs that people ask to be switched: horns by hand, and cuts of an interlock (断电请求)."""

from minesafe.model.events.body import Body, Origin


class OutputAsked(Body, frozen=True, kw_only=True, tag="output_asked"):
    """Somebody asks for a listed output to be switched. Nothing is written yet."""

    request: str
    """`output#<n>`."""
    output: str
    on: bool
    """Of a cut: on is without power."""
    reason: str
    by: str
    origin: Origin


class OutputConfirmed(Body, frozen=True, kw_only=True, tag="output_confirmed"):
    """A second person stands for it: it is written with this."""

    request: str
    by: str
    origin: Origin


class OutputDropped(Body, frozen=True, kw_only=True, tag="output_dropped"):
    """It comes to nothing."""

    request: str
    by: str | None
    """None where nobody confirmed it in time."""
    reason: str
    """withdrawn · lapsed"""


class CutProven(Body, frozen=True, kw_only=True, tag="cut_proven"):
    """Every point behind the feeder shows no power since the cut was asked of the interlock."""

    output: str
    after_s: float
