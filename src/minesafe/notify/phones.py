"""Telephone numbers, as people write them and as carriers do."""

import re

from minesafe.model.mine import Mine

_DIALLED = re.compile(r"\+?[0-9]{3,20}")
_SPACING = re.compile(r"[\s()-]")

NATIONAL = 11
"""Digits of a mobile number; what carriers put before them is the country."""


def dialled(phone: str) -> str:
    """What is given to the carrier; empty where it is no number.

    >>> dialled("138 0000-0001"), dialled("+86 13800000001"), dialled("ask Zhang")
    ('13800000001', '+8613800000001', '')
    """
    bare = _SPACING.sub("", phone)
    return bare if _DIALLED.fullmatch(bare) else ""


def same(one: str, other: str) -> bool:
    """Tell whether two spellings reach one phone.

    >>> same("+86 138 0000 0001", "13800000001"), same("008613800000001", "13800000001")
    (True, True)
    >>> same("", "")
    False
    """
    a, b = (dialled(n).removeprefix("+")[-NATIONAL:] for n in (one, other))
    return a == b != ""


def people_at(mine: Mine, phone: str) -> tuple[str, ...]:
    """Person ids that are called at this number."""
    return tuple(p.id for p in mine.people if same(p.phone, phone))
