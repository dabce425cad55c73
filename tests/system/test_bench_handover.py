"""The bench of handing over in its short form: real journal, broker and links, thirty people."""

from minesafe.bench.order import handover


def test_everybody_is_told_together_and_every_loudspeaker_speaks() -> None:
    figures = handover.run(1, people=30)
    assert figures["broadcasters"] == 20
    assert figures["handover_vs_one_by_one"] > 1.5
