"""Where the things that the server needs are reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom we believe, and what we show; files of the machine, not of the revision."""

    ca: str = ""
    """The certificates of those who may vouch for the broker; empty: those the machine knows."""
    certificate: str = ""
    """Ours, where the broker asks for one; `key` is that of it."""
    key: str = ""
    name: str = ""
    """Whose certificate the broker shows; empty: that of the host."""


@dataclass(frozen=True, slots=True)
class Broker:
    """An MQTT broker. An empty host: the embedded one is started."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls | None = None
    """None: in the clear."""


@dataclass(frozen=True, slots=True)
class Database:
    """PostgreSQL. An empty dsn: the embedded one is started."""

    dsn: str
    archive: str = ""
    """Folder the embedded one's write-ahead log is copied to; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """An SMPP peer that takes SMS."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str


@dataclass(frozen=True, slots=True)
class Modem:
    """A 4G modem with a SIM of its own, on a serial port of its own."""

    port: str
    """A device file, such as /dev/ttyUSB2."""
    baud: int


@dataclass(frozen=True, slots=True)
class Mail:
    """Where e-mail is handed over."""

    url: str
    """An apprise address without a recipient: mailtos://user:password@host?from=…"""


@dataclass(frozen=True, slots=True)
class Chat:
    """A group chat's robot, or a webhook."""

    id: str
    url: str
    """An apprise address: dingtalk:// · wecombot:// · feishu:// · json://."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Who keeps the signed heads of our journal."""

    to: str
    """A folder of another machine, or a web address that takes POSTs."""
    every_s: float


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server listens and keeps its data."""

    host: str
    port: int
    public_url: str
    """What goes into SMS links, without a trailing slash."""
    stations_host: str
    stations_port: int
    """TCP base stations connect here."""
    spool_mb: int
    """The spool's cap on disk."""
    timezone: str
    report_font: str = ""
    """Family that PDF reports are set in; empty: the first with Chinese that is there."""
    report_fonts: str = ""
    """A folder with fonts besides the system's own."""
