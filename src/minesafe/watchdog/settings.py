"""watchdog.toml."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from minesafe.watchdog.words import WORDS


class Refused(Exception):
    """The configuration cannot be used; its text says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """What sounds: a Modbus TCP coil, or a serial relay board that takes bytes."""

    host: str = ""
    port: int = 502
    unit: int = 1
    coil: int = 0
    serial: str = ""
    baud: int = 9600
    on: str = ""
    """Hex bytes that close the board's relay, such as "a00101a2" of an LCUS-1."""
    off: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modem:
    """A 4G modem of our own that takes AT commands."""

    serial: str
    numbers: tuple[str, ...]
    baud: int = 115_200


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """Where the server polls us: holding register 0 is 1 during a test, register 1 is 0 (good)."""

    host: str = "127.0.0.1"
    port: int = 1502
    every_s: float = 60.0
    lasts_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """watchdog.toml."""

    status: str
    """The server's status row: DATA/status."""
    mine: str
    """The mine's name, as the SMS says it."""
    language: str = "zh"
    limit_s: float = 10.0
    """How old what the status row tells may grow."""
    spool_fill: float = 0.95
    proofs_every_s: float = 60.0
    """How often the server must prove itself; two missing are a trouble."""
    restart_s: float = 60.0
    """After an orderly stop it may take so long until the server is back."""
    repeat_s: float = 600.0
    """While the trouble lasts the SMS is written again after so long."""
    relay: Relay | None = None
    modem: Modem | None = None
    self_test: SelfTest | None = None


def load(path: Path) -> Settings:
    """Read watchdog.toml.

    Raises:
        Refused: it cannot be read, has a word we do not know or a value of the wrong type, or
            names neither a relay nor a modem.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path}: {error}") from error
    settings: Settings = _made(Settings, table, str(path))
    if settings.relay is None and settings.modem is None:
        raise Refused(f"{path}: neither [relay] nor [modem]: nobody would hear the watchdog")
    if settings.language not in WORDS:
        raise Refused(f'{path}: language = "{settings.language}": one of {", ".join(WORDS)}')
    if settings.relay is not None and bool(settings.relay.host) == bool(settings.relay.serial):
        raise Refused(f"{path}: [relay] needs either host or serial")
    return settings


def _made(kind: Any, table: Mapping[str, Any], where: str) -> Any:
    """A dataclass of a table, refusing what it does not know."""
    known = {field.name: field for field in fields(kind)}
    for word in table:
        if word not in known:
            near = difflib.get_close_matches(word, known, 1)
            raise Refused(f"{where}: unknown word {word!r}" + (f", {near[0]!r}?" if near else ""))
    try:
        values = {w: _value(known[w].type, v, f"{where}: {w}") for w, v in table.items()}
        return kind(**values)
    except TypeError as error:
        raise Refused(f"{where}: {error}".replace("__init__() ", "")) from error


def _value(kind: Any, value: Any, where: str) -> Any:
    if isinstance(kind, UnionType):
        kind = get_args(kind)[0]
    if isinstance(value, dict):
        return _made(kind, value, where)
    if isinstance(value, list):
        return tuple(_value(get_args(kind)[0], item, where) for item in value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise Refused(f"{where} = {value!r}: wants {getattr(kind, '__name__', kind)}")
    return value
