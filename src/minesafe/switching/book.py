"""The switch book: a fold over who asked for which output, and what came of each cut.

The server is not the interlock: it asks one (断电请求), and believes the feed sensor (馈电) alone.
What still shows power ten seconds after is the worst alarm there is (AQ 1029: 馈电异常; ten seconds
is the design value); what shows nothing is no proof either, and an alarm of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from minesafe.model.commands import Command, SetOutput
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AnyBody,
    CutProven,
    OutputAsked,
    OutputConfirmed,
    OutputDropped,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, Output
from minesafe.model.picture import Picture
from minesafe.model.quality import BELIEVED
from minesafe.model.switching import (
    AskOutput,
    ConfirmOutput,
    Cut,
    DropOutput,
    OutputAct,
    Request,
)
from minesafe.model.time import SECOND, Micros

PROVEN_WITHIN: Micros = 10 * SECOND
"""From the confirmation to the feed: so long a cut may take."""

CONFIRMED_WITHIN: Micros = 300 * SECOND
"""A request that nobody stands for by then is asked for anew: the mine is another by then."""

SwitchBody = OutputAsked | OutputConfirmed | OutputDropped | CutProven


@dataclass(frozen=True, slots=True)
class Shown:
    """What the points behind a feeder say of a cut."""

    live: tuple[str, ...]
    """Points that show power."""
    unknown: tuple[str, ...]
    """Points that say nothing that is believed."""

    @property
    def dead(self) -> bool:
        """Every one of them shows no power."""
        return not self.live and not self.unknown


class SwitchBook(Fold):
    """Requests that wait, and cuts that stand."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "requests": dict[str, Request],
        "cuts": dict[str, Cut],
        "_number": int,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_mine", "_outputs", "_shows"})

    def __init__(self, mine: Mine) -> None:
        self.requests: dict[str, Request] = {}
        self.cuts: dict[str, Cut] = {}
        """By output."""
        self._number = 0
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go by another revision; a cut of an output it does not list is looked at no more."""
        self._mine = mine
        self._outputs = {output.id: output for output in mine.outputs}
        shows = {feeder.id: feeder.shows for feeder in mine.feeders}
        self._shows = {o.id: shows.get(o.feeder, ()) for o in mine.outputs}

    def output(self, ident: str) -> Output:
        """A listed output.

        Raises:
            Refused: unknown_output.
        """
        if ident not in self._outputs:
            raise Refused("unknown_output", output=ident)
        return self._outputs[ident]

    def request(self, ident: str) -> Request:
        """One that waits.

        Raises:
            Refused: unknown_request.
        """
        if ident not in self.requests:
            raise Refused("unknown_request", request=ident)
        return self.requests[ident]

    @property
    def next_request(self) -> str:
        """What the next one is called."""
        return f"output#{self._number + 1}"

    # --- deciding -----------------------------------------------------------------------

    def on_time(self, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        """Requests nobody confirmed lapse; a cut that is seen to be made is proven."""
        for request in tuple(self.requests.values()):
            if now - request.asked >= CONFIRMED_WITHIN:
                yield OutputDropped(request=request.request, by=None, reason="lapsed")
        for cut in tuple(self.cuts.values()):
            shown = self.shown(cut.output, picture, cut.since)
            if not cut.proven and self._shows.get(cut.output) and shown.dead:
                after_s = round((now - cut.since) / SECOND, 1)
                yield CutProven(output=cut.output, after_s=after_s)

    def powered(self, picture: Picture, now: Micros) -> dict[str, str]:
        """Outputs whose cut stands and behind which there is power, with the points that say so."""
        return {
            output: ", ".join(shown.live)
            for output, shown in self._overdue(picture, now)
            if shown.live
        }

    def unproven(self, picture: Picture, now: Micros) -> dict[str, str]:
        """Outputs whose cut nobody can vouch for: no power is shown, and not everywhere none."""
        return {
            output: ", ".join(shown.unknown)
            for output, shown in self._overdue(picture, now)
            if shown.unknown and not shown.live
        }

    def _overdue(self, picture: Picture, now: Micros) -> Iterator[tuple[str, Shown]]:
        for cut in self.cuts.values():
            if now - cut.since >= PROVEN_WITHIN and cut.output in self._outputs:
                yield cut.output, self.shown(cut.output, picture, cut.since)

    def shown(self, output: str, picture: Picture, since: Micros) -> Shown:
        """What the points behind its feeder say now; what they said before the cut is no proof."""
        live, unknown = [], []
        for point in self._shows.get(output, ()):
            row = self._mine.point_row[point]
            heard = picture.sampled[row] > since and not picture.silent[row]
            if not heard or picture.quality[row] not in BELIEVED:
                unknown.append(point)
            elif picture.value[row] != 0:
                live.append(point)
        return Shown(tuple(live), tuple(unknown))

    # --- folding ------------------------------------------------------------------------

    def apply(self, body: SwitchBody, valid: Micros, now: Micros) -> list[Command]:
        """Take one journalled body; a confirmation asks for the output to be written."""
        if isinstance(body, OutputAsked):
            self._number += 1
            asked = Request(body.request, body.output, body.on, body.reason, body.by, valid)
            self.requests[body.request] = asked
        elif isinstance(body, CutProven):
            if body.output in self.cuts:
                self.cuts[body.output] = replace(self.cuts[body.output], proven=True)
        else:
            asked_for = self.requests.pop(body.request, None)
            if asked_for is not None and isinstance(body, OutputConfirmed):
                return self._confirmed(asked_for, valid, now)
        return []

    def _confirmed(self, request: Request, valid: Micros, now: Micros) -> list[Command]:
        output = self._outputs.get(request.output)
        if output is None:
            return []
        if output.kind == "cut":
            self.cuts.pop(output.id, None)
            if request.on:
                self.cuts[output.id] = Cut(output.id, request.request, valid)
        return [
            SetOutput(
                key=request.request,
                channel=output.kind,
                order="",
                step=0,
                recipient=output.id,
                on=request.on,
                issued=now,
            )
        ]


def request_of(body: SwitchBody) -> str:
    """Which request an act's record is about."""
    return "" if isinstance(body, CutProven) else body.request


def decide_act(book: SwitchBook, act: OutputAct) -> SwitchBody:
    """The body to journal for an act.

    Raises:
        Refused: as the act says.
    """
    if isinstance(act, AskOutput):
        return _ask(book, act)
    if isinstance(act, ConfirmOutput):
        return _confirm(book, act)
    assert isinstance(act, DropOutput)
    request = book.request(act.request).request
    return OutputDropped(request=request, by=act.by, reason="withdrawn")


def _ask(book: SwitchBook, act: AskOutput) -> OutputAsked:
    output = book.output(act.output)
    if not act.reason.strip():
        raise Refused("reason_needed")
    for waiting in book.requests.values():
        if (waiting.output, waiting.on) == (output.id, act.on):
            raise Refused("output_asked", request=waiting.request, by=waiting.by)
    return OutputAsked(
        request=book.next_request,
        output=output.id,
        on=act.on,
        reason=act.reason.strip(),
        by=act.by,
        origin=act.origin,
    )


def _confirm(book: SwitchBook, act: ConfirmOutput) -> OutputConfirmed:
    request = book.request(act.request)
    book.output(request.output)
    if request.by == act.by:
        raise Refused("same_person", by=act.by)
    return OutputConfirmed(request=request.request, by=act.by, origin=act.origin)
