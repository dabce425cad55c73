"""The signed link of the phone page: a MAC and nothing else, so it is short enough for an SMS.

Whoever checks it knows the few (order, person) pairs it can stand for and recomputes them.
"""

import base64
import hashlib
import hmac

from minesafe.model.commands import SendText


def link_token(secret: bytes, order: str, person: str) -> str:
    """The token of one person's link to one order: 128 bits, 22 characters of URL.

    >>> link_token(b"secret", "o1", "P01")
    'tLnwwhHuvAvmRqHPM7stNg'
    """
    mac = hmac.digest(secret, f"order-link\0{order}\0{person}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def link_of(secret: bytes, command: SendText) -> str:
    """The token of the link in one message.

    That of the nightly test is one for each channel: whoever opens it proves by which one it came.
    """
    about = command.order
    if command.about == "proof":
        about = proof_link(command.order, command.channel)
    return link_token(secret, about, command.recipient)


def proof_link(proof: str, channel: str) -> str:
    """What the link of a nightly test stands for, in place of an order."""
    return f"{proof}/{channel}"


def same_token(one: str, other: str) -> bool:
    """Compare without telling by the time it takes where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
