"""How the count at the doors and the count by tag differ."""

from dataclasses import dataclass

from minesafe.model.mine import TerminalKind


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One kind of terminal beside the tags."""

    kind: TerminalKind
    below: int
    """Heads below by the cards it has read."""
    unread: int
    """People it has counted in this shift and read no card of: behind another's, or without one."""
    only_by_tag: tuple[str, ...]
    """Person ids the tags see and it does not: went past it, or it has not told yet."""
    only_here: tuple[str, ...]
    """Person ids it has below and no tag is seen of: card dead, left above, or never carried."""
