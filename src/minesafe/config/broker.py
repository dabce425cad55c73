"""[broker] of server.toml: where the broker is, and whom it and we show our certificates to."""

from pathlib import PurePath
from urllib.parse import urlsplit

from minesafe.config.row import Row
from minesafe.config.secrets import Secrets
from minesafe.config.words import nearest
from minesafe.model.mine import Broker, Tls

SCHEMES = {"mqtt": 1883, "mqtts": 8883}
"""Kinds of address, and the port each has where none is named."""

FILES = ("ca", "certificate", "key")


def read_broker(row: Row, secrets: Secrets) -> Broker:
    """By `url`, or by `host` and `port`; an empty host is our own broker."""
    host, port, secure = _place(row)
    user, password = row.text("user", ""), secrets.take(row, "password", "")
    ca, certificate, own_key = (_file(row, key) for key in FILES)
    tls = Tls(ca, certificate, own_key, row.text("server_name", ""))
    given = next((key for key in (*FILES, "server_name") if row.values.get(key)), "")
    row.done()
    if given and not secure:
        row.fault(given, f"{given!r} without TLS", 'write url = "mqtts://host:8883"')
    if bool(tls.certificate) != bool(tls.key):
        row.fault("certificate", "a certificate and its key stand together or not at all")
    return Broker(host, port, user, password, tls if secure else None)


def _place(row: Row) -> tuple[str, int, bool]:
    if not row.has("url"):
        return row.text("host", ""), row.whole("port", low=1, high=65_535), False
    for key in ("host", "port"):
        if row.has(key):
            row.fault(key, f"{key!r} beside 'url'", "the url holds host and port")
    return _parted(row, row.text("url"))


def _parted(row: Row, url: str) -> tuple[str, int, bool]:
    """mqtt://host[:port], mqtts://host[:port], or host:port alone."""
    scheme, parted, _ = url.partition("://")
    scheme = scheme if parted else "mqtt"
    parts = urlsplit(url if parted else f"mqtt://{url}")
    try:
        port = parts.port or SCHEMES.get(scheme, 0)
    except ValueError:
        port = 0
    if url and scheme not in SCHEMES:
        row.fault("url", f"no kind of broker address: {scheme!r}", nearest(scheme, SCHEMES))
    elif url and (not parts.hostname or not port or parts.path.strip("/")):
        row.fault("url", f"{url!r} is no broker's address", "mqtts://host:8883")
    elif parts.username or parts.password:
        row.fault("url", "a log-in in the address", "write user and password on lines of their own")
    return parts.hostname or "", port or SCHEMES["mqtt"], scheme == "mqtts"


def _file(row: Row, key: str) -> str:
    path = row.text(key, "")
    if path and not PurePath(path).is_absolute():
        what = f"{key!r} is {path!r}, a path that depends on where the server is started"
        row.fault(key, what, f"/etc/minesafe/{PurePath(path).name}")
    return path
