"""Back-test: the same engine and the same alarm book over what was recorded, with other limits."""

from minesafe.backtest.asked import Asked
from minesafe.backtest.report import Report, compared
from minesafe.backtest.run import Past, back_test
from minesafe.backtest.shadowed import Shadowed, Standing

__all__ = ["Asked", "Past", "Report", "Shadowed", "Standing", "back_test", "compared"]
