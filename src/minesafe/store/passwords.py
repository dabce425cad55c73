"""Passwords: kept as argon2id hashes only, made up where somebody gives one to another.

Hashing takes tens of milliseconds and 19 MiB, and is done two at a time.
"""

import secrets
import threading

import argon2

from minesafe.model.errors import Refused

LEAST = 10
"""Characters of a password somebody chooses (NIST SP 800-63B asks for 8, and for no mixture)."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nobody takes one of them for another when a password is read out."""

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the least parameters OWASP's password storage sheet allows."""

_HASHING = threading.BoundedSemaphore(2)

NOBODY = _HASHER.hash(secrets.token_hex())
"""Checked for unknown users, so that the time taken does not tell who is known."""


def long_enough(password: str) -> str:
    """It, where somebody may choose it.

    Raises:
        Refused: password_too_short (params: least).
    """
    if len(password) < LEAST:
        raise Refused("password_too_short", least=LEAST)
    return password


def hashed(password: str) -> str:
    """What is kept of it."""
    with _HASHING:
        return _HASHER.hash(password)


def matches(digest: str, password: str) -> bool:
    """Whether it is the one."""
    with _HASHING:
        try:
            return _HASHER.verify(digest, password)
        except argon2.exceptions.VerifyMismatchError:
            return False


def made_up() -> str:
    """One to be told to somebody: 79 bits, in groups."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
