"""server.toml: the mine's name, and where everything is reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from minesafe.config.broker import read_broker
from minesafe.config.row import Named, Row, gather
from minesafe.config.secrets import Secrets
from minesafe.config.words import nearest
from minesafe.model.mine import (
    Broker,
    Carrier,
    Chat,
    Database,
    Mail,
    Modem,
    Name,
    Server,
    Witness,
)

PORT = {"low": 1, "high": 65_535}


@dataclass(frozen=True, slots=True)
class Head:
    """All of server.toml."""

    id: str
    name: Name
    demo: bool
    server: Server
    broker: Broker
    database: Database
    carrier: Carrier | None
    witness: Witness | None
    modem: Modem | None
    mail: Mail | None
    chats: Named[Chat]
    zone: ZoneInfo
    secrets: Secrets

    @property
    def doors(self) -> Mapping[int, str]:
        """TCP ports the server listens at, and what for."""
        return {self.server.port: "the pages", self.server.stations_port: "the base stations"}


def read_server(file: Row, environ: Mapping[str, str]) -> Head:
    """The head of the revision; `rules` was used to find the pack."""
    ident, name, demo = file.id(), file.name(), file.flag("demo", default=False)
    file.id("rules")
    secrets = Secrets(demo, environ)
    server = _server(_only(file, "server"))
    broker = read_broker(_only(file, "broker"), secrets)
    database = _database(_only(file, "database"), demo)
    carriers = file.take_parts("carrier")
    carrier = _carrier(carriers[0], secrets) if carriers else None
    witnesses = file.take_parts("witness")
    witness = _witness(witnesses[0]) if witnesses else None
    modems = file.take_parts("modem")
    modem = _modem(modems[0]) if modems else None
    mails = file.take_parts("mail")
    mail = _mail(mails[0], secrets) if mails else None
    chats = gather(file.take_parts("chat"), lambda r, i: _chat(r, i, secrets))
    file.done()
    if carrier is None and modem is None:
        file.warn("", "no [carrier] and no [modem]: orders reach nobody by SMS")
    zone = _zone(file, server.timezone)
    return Head(
        ident, name, demo, server, broker, database, carrier, witness, modem, mail, chats, zone,
        secrets,
    )  # fmt: skip


def _witness(row: Row) -> Witness:
    witness = Witness(row.text("to"), row.number("every_s", 600.0, low=1, high=86_400))
    row.done()
    if witness.to and not witness.to.startswith(("/", "http://", "https://")):
        what = f"{witness.to!r} is neither a folder nor a web address"
        row.fault("to", what, "/mnt/witness or https://host/path")
    return witness


def _only(file: Row, key: str) -> Row:
    parts: Sequence[Row] = file.take_parts(key)
    if not parts:
        file.fault("", f"[{key}] is missing")
    return parts[0] if parts else Row(type(file.findings)(), file.file, file.line, {})


def _server(row: Row) -> Server:
    server = Server(
        row.text("host"),
        row.whole("port", **PORT),
        row.text("public_url").rstrip("/"),
        row.text("stations_host"),
        row.whole("stations_port", **PORT),
        row.whole("spool_mb", low=16, high=1_000_000),
        row.text("timezone"),
        row.text("report_font", ""),
        row.text("report_fonts", ""),
    )
    row.done()
    url = urlsplit(server.public_url)
    if server.public_url and (url.scheme not in ("http", "https") or not url.hostname):
        row.fault("public_url", f"{server.public_url!r} is no web address", "https://host[:port]")
    if server.port == server.stations_port and server.host == server.stations_host:
        row.fault("stations_port", f"port {server.port} is that of the pages already")
    return server


def _zone(file: Row, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        for row in file.parts.get("server", ()):
            row.fault("timezone", f"no time zone {name!r}", nearest(name, available_timezones()))
    return ZoneInfo("UTC")


def _database(row: Row, demo: bool) -> Database:
    dsn, archive = row.text("dsn", ""), row.text("archive", "")
    row.done()
    if archive and (dsn or not archive.startswith("/") or set(archive) & set("'\"\\%\n")):
        hint = "an absolute path without quotes; a database of the mine's own archives by itself"
        row.fault("archive", "the archive is no folder of the database minesafe starts", hint)
    if dsn and not dsn.startswith(("postgresql://", "postgres://")):
        row.fault("dsn", "the dsn is no PostgreSQL address", "postgresql://user@host/database")
    elif dsn and urlsplit(dsn).password and not demo:
        hint = "take the password out and give it in PGPASSWORD or a passfile"
        row.fault("dsn", "the dsn holds a password; only a demo may", hint)
    return Database(dsn, archive)


def _carrier(row: Row, secrets: Secrets) -> Carrier:
    host, port = row.text("host"), row.whole("port", **PORT)
    system_id, password = row.text("system_id"), secrets.take(row, "password")
    carrier = Carrier(host, port, system_id, password, row.text("sender"))
    row.done()
    return carrier


MAIL = ("mailto", "mailtos")
CHATS = ("dingtalk", "wecombot", "feishu", "json", "jsons")
"""Kinds of address, as apprise calls them: what is tried against them in our tests."""


def _mail(row: Row, secrets: Secrets) -> Mail:
    mail = Mail(_address(row, MAIL, secrets))
    row.done()
    return mail


def _chat(row: Row, ident: str, secrets: Secrets) -> Chat:
    return Chat(ident, _address(row, CHATS, secrets))


def _address(row: Row, kinds: Sequence[str], secrets: Secrets) -> str:
    """An apprise address; it holds a token or a password, hence `env:NAME` in a real mine."""
    url = secrets.take(row, "url")
    kind, parted, _ = url.partition("://")
    if url and (not parted or kind not in kinds):
        row.fault("url", f"no kind of address: {kind!r}", nearest(kind, kinds))
    return url


def _modem(row: Row) -> Modem:
    modem = Modem(row.text("port"), row.whole("baud", 115_200, low=1200, high=4_000_000))
    row.done()
    return modem
