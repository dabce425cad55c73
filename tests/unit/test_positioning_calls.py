"""A call for help that says no place is a call from where the wearer was seen last."""

from engine_bench import Bench

from minesafe.model.frame import TagFlag
from minesafe.model.picture import Placing
from minesafe.sources.positioning.spots import PLACELESS


def test_a_call_without_a_place_raises_sos_and_moves_nobody() -> None:
    bench = Bench()
    bench.frame(1, sightings=[bench.sighting("P1", "A", 50.0, 1)])
    at = bench.micros(2)
    who, reader = bench.mine.person_row["P1"], bench.mine.reader_row["R1"]
    told = bench.frame(2, sightings=[(who, reader, *PLACELESS, TagFlag.SOS, 0, at, at)])
    assert [(what, whom, on) for what, whom, on, *_ in told if what == "SOS"] == [
        ("SOS", "P1", True)
    ]
    seen = bench.picture()
    assert (seen.chainage[0], Placing(seen.placing[0])) == (50.0, Placing.NO_PLACE)
    ended = bench.frame(3, sightings=[bench.sighting("P1", "A", 51.0, 3)])
    assert ("SOS", "P1", False) in [told[:3] for told in ended]
