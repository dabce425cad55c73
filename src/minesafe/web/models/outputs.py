"""Outputs of the field: what may be asked of them, and what was."""

from minesafe.web.models.wire import Wire


class FeedOut(Wire):
    """A point that tells whether there is power behind a feeder."""

    point: str
    value: float | None
    """0 no power; None where nothing that is believed is heard."""


class OutputRequestOut(Wire):
    """A request that waits for a second person."""

    request: str
    on: bool
    reason: str
    by: str
    asked: int


class OutputOut(Wire):
    """A listed output: nothing else is ever written."""

    id: str
    zh: str
    en: str
    output_kind: str
    """horn · cut"""
    device: str
    function: int
    """Modbus function that writes it."""
    address: int
    zones: list[str]
    shows: list[FeedOut]
    """Of a cut."""
    requests: list[OutputRequestOut]
    cut_since: int | None
    """When a cut that stands was confirmed."""
    proven: bool
    """Of a cut that stands: every feed has shown no power."""


class OutputIn(Wire):
    """POST /api/v1/outputs/{output}/requests: a dry run, unless `write` says otherwise."""

    on: bool
    reason: str
    write: bool = False


class OutputAskedOut(Wire):
    """What would be written; with `write`, what will be once a second person confirms it."""

    dry_run: bool
    request: str | None
    output: str
    device: str
    function: int
    address: int
    value: int
    zones: list[str]
    shows: list[FeedOut]
