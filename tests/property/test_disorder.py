"""Samples older than one before them, against a plain dictionary."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minesafe.store.disorder import Newest

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(-50, 50)), max_size=30)


@given(st.lists(ROWS, max_size=4))
def test_older_ones_are_those_a_dictionary_finds(writes: list[list[tuple[int, int]]]) -> None:
    newest, plain = Newest(), dict[int, int]()
    for rows in writes:
        expected = []
        for key, time in rows:
            expected.append(time < plain.get(key, time))
            plain[key] = max(time, plain.get(key, time))
        key, sampled = (np.array([row[n] for row in rows], np.int64) for n in (0, 1))
        assert newest.older(key, sampled).tolist() == expected


def test_times_as_wild_as_devices_are_break_nothing() -> None:
    wild = np.array([0, 1 << 62, -(1 << 63), (1 << 63) - 1, 5])
    newest = Newest()
    assert newest.older(np.zeros(5, np.int64), wild).tolist() == [False, False, True, False, True]
