"""The bench of an evacuation in its short form: a grid of 84 roadways, a hundred people."""

from minesafe.bench.order import leaving

KEYS = {
    "order_ms", "routes_ms", "routes_vs_networkx", "muster_tick_ms", "reroute_ms", "rerouted",
}  # fmt: skip


def test_a_whole_mine_is_ordered_out_and_sent_round_the_gas() -> None:
    figures = leaving.run(seed=1, side=6, people=100)
    assert figures.keys() == KEYS
    assert figures["rerouted"] > 0
