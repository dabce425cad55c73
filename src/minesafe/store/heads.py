"""Signed heads of the chain: what leaves the machine, so that a rewritten journal is found out.

A head says how many records there were and the last one's hash, and so holds every record before
it. Signed (Ed25519, RFC 8032) and kept by somebody else, it proves a change or a gap even against
whoever holds the machine and its key: a chain made anew does not go through what was signed before.
"""

import base64
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from minesafe.model.errors import BrokenJournal, StoreUnavailable
from minesafe.model.time import Micros
from minesafe.store.chain import Head


class SignedHead(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what a witness keeps."""

    mine: str
    journal: str
    """The journal's identity: of one data directory for ever."""
    epoch: int
    position: int
    hash: str
    at: Micros
    """When it was signed, by the machine's wall clock."""
    signature: str
    """Base64, over the line's JSON with this field empty."""

    @property
    def head(self) -> Head:
        """As `chain.verify` takes it."""
        return self.position, self.hash

    def message(self) -> bytes:
        """What is signed."""
        return msgspec.json.encode(msgspec.structs.replace(self, signature=""))


class HeadKey:
    """The key pair of a data directory: `head.key` for us alone, `head.pub` for everybody."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def of(cls, data: Path) -> "HeadKey":
        """Read the pair, or make it at the first start.

        Raises:
            StoreUnavailable: it can be neither read nor made.
        """
        path = data / "head.key"
        try:
            if not path.exists():
                _make(path)
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError) as error:
            raise StoreUnavailable(f"{path}: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreUnavailable(f"{path}: not an Ed25519 key")
        return cls(key)

    def signed(self, head: SignedHead) -> SignedHead:
        """The head with its signature."""
        signature = base64.b64encode(self._key.sign(head.message())).decode()
        return msgspec.structs.replace(head, signature=signature)


def _make(path: Path) -> None:
    """A new pair. The public half first: a private one alone would prove nothing to anybody."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pub").write_bytes(public)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(private)


def line_of(head: SignedHead) -> bytes:
    """The line a witness keeps."""
    return msgspec.json.encode(head) + b"\n"


def kept(lines: Iterable[bytes], public: bytes, journal: str) -> list[Head]:
    """Heads of one journal that a witness kept, each with its signature checked.

    Args:
        lines: what the witness holds, of any number of journals.
        public: the PEM of `head.pub`.
        journal: identity of the journal in question.

    Raises:
        BrokenJournal: a line cannot be read or its signature does not hold; says which line.
        StoreUnavailable: the key is none.
    """
    try:
        key = load_pem_public_key(public)
    except ValueError as error:
        raise StoreUnavailable(f"not a public key: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise StoreUnavailable("not an Ed25519 key")
    heads = (_checked(number, line, key) for number, line in enumerate(lines, 1) if line.strip())
    return [head.head for head in heads if head.journal == journal]


def _checked(number: int, line: bytes, key: Ed25519PublicKey) -> SignedHead:
    try:
        head = msgspec.json.decode(line, type=SignedHead)
        key.verify(base64.b64decode(head.signature), head.message())
    except (msgspec.DecodeError, ValueError) as error:
        raise BrokenJournal(0, f"line {number} of the witness is unreadable: {error}") from error
    except InvalidSignature as error:
        what = f"line {number} of the witness is not signed by this key"
        raise BrokenJournal(head.position, what) from error
    return head
