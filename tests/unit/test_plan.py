"""Few requests cover a substation, and none tears a value apart."""

from collections.abc import Iterator, Sequence

from field import on_register
from hypothesis import given
from hypothesis import strategies as st

from minesafe.model.mine import Island
from minesafe.sources.modbus.plan import Block, Ways, plan, spans

BLOCKS = st.lists(
    st.builds(Block, st.sampled_from([1, 3, 4]), st.integers(0, 600), st.integers(1, 2)),
    max_size=60,
)


def test_a_float_needs_two_registers_and_its_status_one() -> None:
    assert spans([on_register("CH4", 100, 300)]) == [Block(3, 100, 2), Block(3, 300, 1)]


def test_a_contact_needs_one_whatever_its_encoding() -> None:
    point = on_register("DOOR", 100, 300, function=2, status_function=4)
    assert spans([point]) == [Block(2, 100, 1), Block(4, 300, 1)]


def test_neighbours_are_read_together_and_far_ones_apart() -> None:
    near = plan([Block(3, 0, 2), Block(3, 18, 1), Block(3, 36, 2)])
    assert near == (Block(3, 0, 19), Block(3, 36, 2))


def test_a_device_that_refuses_unused_registers_is_never_asked_for_them() -> None:
    wanted = [Block(3, 0, 2), Block(3, 2, 1), Block(3, 4, 2)]
    assert plan(wanted, Ways(gap=0)) == (Block(3, 0, 3), Block(3, 4, 2))


def test_no_block_is_longer_than_the_device_takes() -> None:
    blocks = plan([Block(3, n, 2) for n in range(0, 500, 2)], Ways(longest=120))
    assert blocks == tuple(Block(3, n, 120 if n < 480 else 20) for n in range(0, 500, 120))
    coils = plan([Block(1, n, 1) for n in range(3000)], Ways(longest=125))
    assert coils == (Block(1, 0, 2000), Block(1, 2000, 1000))


def test_no_block_reaches_over_the_edge_of_an_island() -> None:
    ways = Ways(islands=(Island(3, 0, 9), Island(3, 10, 40)))
    wanted = [Block(3, 8, 2), Block(3, 10, 2), Block(3, 12, 1)]
    assert plan(wanted, ways) == (Block(3, 8, 2), Block(3, 10, 3))


def test_nothing_is_read_for_no_points() -> None:
    assert plan([]) == ()


@given(BLOCKS, st.integers(0, 20), st.integers(2, 30))
def test_every_span_lies_whole_in_one_block(wanted: list[Block], gap: int, longest: int) -> None:
    ways = Ways(longest, gap)
    blocks = plan(wanted, ways)
    assert all(ways.allows(b) for b in blocks)
    for span in wanted:
        assert any(
            b.function == span.function and b.address <= span.address and span.end <= b.end
            for b in blocks
        )


# --- the fewest, beside every way there is ---------------------------------------------------

ISLANDS = st.sampled_from(
    [
        (),
        (Island(3, 0, 7), Island(3, 8, 40), Island(1, 0, 40)),
        (Island(3, 0, 40), Island(1, 0, 40)),
    ]
)
FEW = st.lists(
    st.builds(Block, st.sampled_from([1, 3]), st.integers(0, 20), st.integers(1, 2)),
    max_size=6,
    unique=True,
)


@given(FEW, st.integers(0, 5), st.integers(2, 9), ISLANDS)
def test_no_other_way_to_ask_needs_fewer_requests(
    wanted: list[Block], gap: int, longest: int, islands: tuple[Island, ...]
) -> None:
    ways = Ways(longest, gap, islands)
    wanted = [span for span in wanted if ways.allows(span)]
    fewest = min(len(p) for p in partings(wanted) if all(one_request(g, ways) for g in p))
    assert len(plan(wanted, ways)) == fewest


def partings(spans: Sequence[Block]) -> Iterator[list[list[Block]]]:
    """Every way to put spans into groups."""
    if not spans:
        yield []
        return
    for rest in partings(spans[1:]):
        yield [[spans[0]], *rest]
        for i, group in enumerate(rest):
            yield [*rest[:i], [spans[0], *group], *rest[i + 1 :]]


def one_request(group: Sequence[Block], ways: Ways) -> bool:
    """Whether one request may ask for all of them: no gap too wide, no block too long."""
    ordered = sorted(group)
    end = ordered[0].address
    for span in ordered:
        if span.function != ordered[0].function or span.address - end > ways.gap:
            return False
        end = max(end, span.end)
    return ways.allows(Block(ordered[0].function, ordered[0].address, end - ordered[0].address))
