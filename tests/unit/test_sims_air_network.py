"""Air in a network of roadways agrees with what is worked out by hand."""

import numpy as np
import pytest

from device_sims.world.network import Branch, Network, friction, solve, unbalanced


def test_two_parallel_branches_share_the_air_as_by_hand() -> None:
    """A fan of 1000 Pa draws through a trunk (R 0.2) and two parallel splits (R 0.5 and 2.0).

    By hand: splits in parallel, 1/√R = 1/√0.5 + 1/√2 = 1.5·√2, so R = 1/4.5 = 2/9. Together
    R = 0.2 + 2/9 = 19/45, Q = √(1000 · 45/19) = 48.6664…; the splits carry 2/3 and 1/3 of it.
    """
    network = Network.of([Branch(0, 1, 0.2), Branch(1, 0, 0.5), Branch(1, 0, 2.0)])
    flow = solve(network, np.array([1000.0, 0.0, 0.0]))
    whole = (1000 * 45 / 19) ** 0.5
    assert flow == pytest.approx([whole, whole * 2 / 3, whole / 3], abs=1e-6)
    assert unbalanced(network, flow) < 1e-9


def test_a_bridge_carries_what_was_worked_out_by_hand() -> None:
    """A diagonal branch, built backwards from chosen flows so that the answer is exact.

    Nodes: 0 in, 1 and 2 either side, 3 out. Chosen: 0→1 30, 0→2 20, 1→2 10 (the diagonal), 1→3
    20, 2→3 30 m³/s, trunk 3→0 50. Chosen losses: p0 = 0, p1 = -90, p2 = -100, p3 = -340 Pa, so
    R = Δp / Q²: 0→1 90/900 = 0.1; 0→2 100/400 = 0.25; 1→2 10/100 = 0.1; 1→3 250/400 = 0.625;
    2→3 240/900 = 4/15; trunk R 0.04 loses 100 Pa, so its fan gives 340 + 100 = 440 Pa.
    """
    branches = [
        Branch(0, 1, 0.1),
        Branch(0, 2, 0.25),
        Branch(1, 2, 0.1),
        Branch(1, 3, 0.625),
        Branch(2, 3, 4 / 15),
        Branch(3, 0, 0.04),
    ]
    network = Network.of(branches)
    flow = solve(network, np.array([0, 0, 0, 0, 0, 440.0]))
    assert flow == pytest.approx([30, 20, 10, 20, 30, 50], abs=1e-6)
    assert unbalanced(network, flow) < 1e-9


def test_the_diagonal_of_a_balanced_bridge_carries_nothing() -> None:
    """R 0.1 : 0.4 = 0.2 : 0.8, so both ends of the diagonal are at one pressure."""
    pairs = [(0, 1, 0.1), (0, 2, 0.2), (1, 3, 0.4), (2, 3, 0.8), (1, 2, 0.3), (3, 0, 0.05)]
    network = Network.of([Branch(*p) for p in pairs])
    flow = solve(network, np.array([0, 0, 0, 0, 0, 500.0]))
    assert flow[4] == pytest.approx(0.0, abs=1e-6)


def test_a_weaker_split_makes_the_air_in_the_diagonal_turn_round() -> None:
    def diagonal(r: float) -> float:
        pairs = [(0, 1, 0.1), (0, 2, r), (1, 3, 0.4), (2, 3, 0.8), (1, 2, 0.3), (3, 0, 0.05)]
        gain = np.array([0, 0, 0, 0, 0, 500.0])
        return float(solve(Network.of([Branch(*p) for p in pairs]), gain)[4])

    assert diagonal(0.1) < -0.1
    assert diagonal(0.4) > 0.1


def test_a_fan_that_weakens_with_flow_meets_the_mine_at_their_common_point() -> None:
    """Curve p = 1200 - 0.3·Q² against a mine of 0.5: Q² = 1200/0.8 = 1500."""
    network = Network.of([Branch(0, 1, 0.5), Branch(1, 0, 0.3)])
    flow = solve(network, np.array([0.0, 1200.0]))
    assert flow == pytest.approx([1500**0.5] * 2, abs=1e-6)


def test_a_shut_door_lets_a_breath_through_and_no_more() -> None:
    branches = [Branch(0, 1, 0.1), Branch(1, 2, 0.4), Branch(1, 2, 5000.0), Branch(2, 0, 0.1)]
    flow = solve(Network.of(branches), np.array([0, 0, 0, 900.0]))
    assert 0 < flow[2] < 0.01 * flow[1]


def test_a_local_fan_draws_more_than_comes_and_the_air_goes_round() -> None:
    """Trunk 0→1 and back 2→0, cross-cut 1→2, and 8 m³/s blown past it from 1 to 2."""
    branches = [Branch(0, 1, 1.0), Branch(1, 2, 0.1), Branch(2, 0, 1.0), Branch(1, 2, 0, True)]
    network = Network.of(branches)
    strong = solve(network, np.array([200.0, 0, 0, 0]), [8.0])
    weak = solve(network, np.array([2.0, 0, 0, 0]), [8.0])
    assert strong[3] == weak[3] == 8.0
    assert strong[1] > 0
    assert weak[1] < 0, "recirculation through the cross-cut"
    assert max(unbalanced(network, f) for f in (strong, weak)) < 1e-9


def test_without_anything_that_drives_it_the_air_stands_still() -> None:
    network = Network.of([Branch(0, 1, 0.2), Branch(1, 0, 0.5), Branch(1, 0, 2.0)])
    was = solve(network, np.array([1000.0, 0, 0]))
    assert solve(network, np.zeros(3), (), was) == pytest.approx([0, 0, 0], abs=2e-4)


def test_a_hundred_random_networks_lose_no_air_and_close_every_loop() -> None:
    rng = np.random.default_rng(3)
    for _ in range(100):
        nodes = int(rng.integers(3, 40))
        spine = [(n, n + 1) for n in range(nodes - 1)] + [(nodes - 1, 0)]
        extra = [tuple(rng.choice(nodes, 2, replace=False)) for _ in range(nodes)]
        branches = [
            Branch(int(a), int(b), float(10 ** rng.uniform(-3, 3))) for a, b in (*spine, *extra)
        ]
        network = Network.of(branches)
        gain = np.where(rng.random(len(branches)) < 0.2, rng.uniform(-50, 2000, len(branches)), 0)
        flow = solve(network, gain)
        assert unbalanced(network, flow) < 1e-9 * (1 + np.abs(flow).max())
        lost = network.resistance * flow * np.abs(flow) - gain
        assert np.abs(network.loops @ lost).max() <= 1e-5


def test_a_second_look_from_the_last_flow_gives_the_same_answer() -> None:
    branches = [Branch(0, 1, 0.2), Branch(1, 0, 0.5), Branch(1, 0, 2.0)]
    network = Network.of(branches)
    cold = solve(network, np.array([900.0, 0, 0]))
    warm = solve(network, np.array([900.0, 0, 0]), (), cold * 1.05)
    assert warm == pytest.approx(cold, abs=1e-6)


def test_a_duct_to_a_part_that_nothing_else_joins_is_refused() -> None:
    with pytest.raises(ValueError, match="join parts"):
        Network.of([Branch(0, 1, 0.1), Branch(1, 0, 0.1), Branch(1, 2, 0.0, True)])


def test_friction_is_atkinsons() -> None:
    """α 0.01, 400 m, 16 m²: perimeter 4.16 · 4 = 16.64 m; 0.01 · 400 · 16.64 / 4096 = 0.01625."""
    assert friction(0.01, 400.0, 16.0) == pytest.approx(0.01625)
