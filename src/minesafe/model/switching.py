"""What people may ask of outputs, and what of it stands: acts and requests."""

from dataclasses import dataclass

from minesafe.model.events import Origin
from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class OutputAct:
    """Somebody does something."""

    by: str
    """Person id."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class AskOutput(OutputAct):
    """Ask for a listed output to be switched.

    Refused: unknown_output · reason_needed · output_asked (the same waits already).
    """

    output: str
    on: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmOutput(OutputAct):
    """Refused: unknown_request · same_person · unknown_output (no more in this revision)."""

    request: str


@dataclass(frozen=True, slots=True)
class DropOutput(OutputAct):
    """Refused: unknown_request."""

    request: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits for a second person."""

    request: str
    output: str
    on: bool
    reason: str
    by: str
    asked: Micros


@dataclass(frozen=True, slots=True)
class Switchboard:
    """What waits, and what stands."""

    requests: tuple["Request", ...]
    cuts: tuple["Cut", ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut that was confirmed and not taken back."""

    output: str
    request: str
    since: Micros
    proven: bool = False
    """Every point behind the feeder has shown no power."""
