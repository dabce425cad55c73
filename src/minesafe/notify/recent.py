"""What was asked of late, bounded: a mine that calls for weeks must not fill the memory."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 4096
"""More than an order to everybody underground asks at one time."""


class Recent(dict[K, V]):
    """A dictionary that forgets the oldest.

    >>> recent = Recent[int, str](2)
    >>> for n in range(3):
    ...     recent[n] = "x"
    >>> list(recent)
    [1, 2]
    """

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        while len(self) > self._most:
            del self[next(iter(self))]
