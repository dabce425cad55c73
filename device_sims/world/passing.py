"""Who goes down the mine and who comes up, from one moment of the world to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from device_sims.clock import Micros
from device_sims.world.roadways import Spot
from device_sims.world.walkers import GONE, Walker


@dataclass(frozen=True, slots=True)
class Passing:
    """Somebody goes through a portal."""

    person: str
    card: str
    """What a terminal can read; empty for one who has left his card at the post."""
    inward: bool
    spot: Spot
    """In the portal."""
    at: Micros


def passings(before: Sequence[Walker], after: Sequence[Walker], now: Micros) -> Iterable[Passing]:
    """Everybody who went in or out between two moments, the second of which is `now`."""
    for was, is_ in zip(before, after, strict=True):
        if (was.doing in GONE) is not (is_.doing in GONE):
            inward = was.doing in GONE
            spot = is_.spot if inward else was.spot_at(min(was.until, now))
            card = "" if is_.miner.card_left else is_.tag
            yield Passing(is_.person, card, inward, spot, now)
