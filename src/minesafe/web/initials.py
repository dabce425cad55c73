"""Pinyin initials, by which a dispatcher types a name: zw finds 张伟."""

from functools import lru_cache

from pypinyin import Style, pinyin


@lru_cache(maxsize=20_000)
def initials(name: str) -> tuple[str, ...]:
    """Of each character of a name the letters it may begin with.

    >>> initials("曾伟")
    ('cz', 'w')
    >>> initials("Li 3")
    ('l', 'i', '3')
    """
    return tuple(_letters(character) for character in name if character.isalnum())


def _letters(character: str) -> str:
    read = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return "".join(sorted(set(read[0]))) if read else character.lower()
