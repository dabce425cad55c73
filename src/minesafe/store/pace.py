"""How many frames go to the database at once.

A backlog is taken over by large writes, but a write has a time it must be done in, and a frame may
hold fifty thousand rows as well as none: so what fits into that time is found out and not guessed.
Without it a slow database would be asked for ever for more than it can do, and nothing would move.
"""

FIRST = 50
"""At the beginning, when nothing is known of the database."""

MOST = 500

QUICK_S = 1.0
"""A write done in less may be twice as large next time."""

SLOW_S = 4.0
"""One that takes longer is halved: a fifth of the time a write may take (`history.WRITE_S`)."""


class Pace:
    """One feeder's, from write to write.

    >>> pace = Pace()
    >>> pace.took(0.2, 50), pace.failed()
    (100, 25)
    """

    def __init__(self) -> None:
        self.frames = FIRST

    def took(self, seconds: float, frames: int) -> int:
        """A write of so many frames was done; how many go next.

        Args:
            seconds: it took, in real time.
            frames: were in it: fewer than could have been say nothing about more.
        """
        if seconds > SLOW_S:
            self.frames = max(1, frames // 2)
        elif seconds < QUICK_S and frames >= self.frames:
            self.frames = min(MOST, 2 * self.frames)
        return self.frames

    def failed(self) -> int:
        """A write was not done, for what reason ever: it may have been too much."""
        self.frames = max(1, self.frames // 4)
        return self.frames
