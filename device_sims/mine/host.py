"""Where the server and its outside are reached."""

from device_sims.mine.part import Part


class Address(Part, frozen=True):
    """Where something listens."""

    host: str
    port: int


class Carrier(Part, frozen=True):
    """Where the SMS peer listens, and who may bind."""

    host: str
    port: int
    system_id: str
    password: str


class Modem(Part, frozen=True):
    """The file by which the host finds its modem."""

    port: str


class Server(Part, frozen=True):
    """Where pages and TCP base stations reach the server."""

    url: str
    stations: Address


class Policy(Part, frozen=True):
    """How fast people are thought to walk."""

    walking_m_s: float = 1.1
