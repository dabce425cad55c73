"""Few requests cover a substation, and none tears a value apart."""

from field import on_register
from hypothesis import given
from hypothesis import strategies as st

from minesafe.sources.modbus.plan import Block, plan, spans

BLOCKS = st.lists(st.builds(Block, st.integers(0, 600), st.integers(1, 2)), max_size=60)


def test_a_float_needs_two_registers_and_its_status_one() -> None:
    assert spans([on_register("CH4", 100, 300)]) == [Block(100, 2), Block(300, 1)]


def test_neighbours_are_read_together_and_far_ones_apart() -> None:
    assert plan([Block(0, 2), Block(18, 1), Block(36, 2)], gap=16) == (Block(0, 19), Block(36, 2))


def test_no_block_is_longer_than_the_device_takes() -> None:
    blocks = plan([Block(n, 2) for n in range(0, 500, 2)], longest=120)
    assert blocks == tuple(Block(n, 120 if n < 480 else 20) for n in range(0, 500, 120))


def test_nothing_is_read_for_no_points() -> None:
    assert plan([]) == ()


@given(BLOCKS, st.integers(0, 20), st.integers(2, 30))
def test_every_span_lies_whole_in_one_block(wanted: list[Block], gap: int, longest: int) -> None:
    blocks = plan(wanted, gap=gap, longest=longest)
    assert all(b.count <= longest for b in blocks)
    for span in wanted:
        assert any(b.address <= span.address and span.end <= b.end for b in blocks)


@given(BLOCKS)
def test_without_limits_one_block_does(wanted: list[Block]) -> None:
    assert len(plan(wanted, gap=10_000, longest=10_000)) <= 1
