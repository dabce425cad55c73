"""mine.json for simulators (docs/wire.md), and moving a demo's doors to free ports."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from minesafe.model.mine import Gateway, Mine, Name, Substation
from minesafe.model.units import between

Json = dict[str, object]

_SHOWN = {
    "levels": "id name elevation_m",
    "nodes": "id kind level x y z",
    "roadways": (
        "id name start end level path length_m kind air walkable section_m2 main_return door grade"
    ),
    "zones": "id name kind limit permitted intervals",
    "kinds": "id name unit low high decimals period_s system states",
    "points": (
        "id name kind place roadway chainage_m device address encoding scale status_address limits"
        " code function order decimals offset bits status_function"
    ),
    "substations": "id host port unit framing map serial",
    "kj_hosts": "id folder mine_code period_s",
    "stations": (
        "id transport topic user password dialect length time port peer origin turn_deg floors"
    ),
    "readers": "id station roadway chainage_m range_m error_m period_s code",
    "terminals": "id name kind zone topic user password",
    "broadcasters": "id name roadway chainage_m topic user password zones",
    "telephones": "id name roadway chainage_m number topic user password",
    "people": "id name tag trade crew phone counts certificates shift",
    "shifts": "start end name posts",
}
"""Fields simulators are shown, as docs/wire.md lists them; `name` becomes zh and en."""


def emit(mine: Mine) -> Json:
    """The approved revision as docs/wire.md writes it; plain JSON values only.

    Derived points are left out: no device reports them.
    """
    server = {"host": mine.server.stations_host, "port": mine.server.stations_port}
    out: Json = {
        "mine": mine.id,
        "revision": mine.revision,
        "timezone": mine.server.timezone,
        "server": {"url": mine.server.public_url, "stations": server},
        "broker": {"host": mine.broker.host, "port": mine.broker.port},
        "carrier": _carrier(mine),
        "modem": {"port": mine.modem.port} if mine.modem is not None else None,
        "paging": asdict(mine.paging) if mine.paging else None,
    }
    out |= {key: _table(getattr(mine, key), names.split()) for key, names in _SHOWN.items()}
    out["outputs"] = [_output(mine, row) for row in range(len(mine.outputs))]
    out["points"] = _table([p for p in mine.points if p.formula is None], _SHOWN["points"].split())
    out["gateways"] = [_gateway(mine, gateway) for gateway in mine.gateways]
    out["users"] = [_user(mine, i) for i in range(len(mine.users))]
    out["policy"] = {"walking_m_s": mine.policy.walking_m_s}
    return out


def _table(things: Sequence[object], names: Sequence[str]) -> list[Json]:
    return [_object({n: getattr(thing, n) for n in names}) for thing in things]


def _object(fields: Mapping[str, object]) -> Json:
    out: Json = {}
    for key, value in fields.items():
        out |= {"zh": value.zh, "en": value.en} if isinstance(value, Name) else {key: _plain(value)}
    return out


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        pair = len(value) == 2 and isinstance(value[1], Name)
        return [value[0], value[1].zh, value[1].en] if pair else [_plain(v) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value) if isinstance(value, str) else value


def _gateway(mine: Mine, gateway: Gateway) -> Json:
    """With its units as lines, so that whoever plays it needs no table of units."""
    out = _object({n: getattr(gateway, n) for n in ("id", "topic", "user", "password")})
    out |= {"dialect": str(gateway.dialect), "names": _plain(gateway.names)}
    if gateway.shape is not None:
        out["shape"] = asdict(gateway.shape)
    if gateway.presence is not None:
        out["presence"] = gateway.presence.topic
    if gateway.edge is not None:
        out |= asdict(gateway.edge)
    lines = {kind: between(unit, mine.kind[kind].unit) for kind, unit in gateway.units}
    out["units"] = [[kind, *line] for kind, line in lines.items() if line is not None]
    return out


def _output(mine: Mine, row: int) -> Json:
    output = mine.outputs[row]
    wanted = ("id", "kind", "device", "coil", "zones", "function", "on")
    shows = next((f.shows for f in mine.feeders if f.id == output.feeder), ())
    return _object({n: getattr(output, n) for n in wanted} | {"shows": shows})


def _carrier(mine: Mine) -> Json | None:
    carrier = mine.carrier
    if carrier is None:
        return None
    wanted = ("host", "port", "system_id", "password")
    return {key: getattr(carrier, key) for key in wanted}


def _user(mine: Mine, row: int) -> Json:
    user = mine.users[row]
    out: Json = {"name": user.name, "person": user.person, "roles": [str(r) for r in user.roles]}
    return out | ({"password": user.demo_password} if mine.demo else {})


def with_ports(
    mine: Mine,
    *,
    web: int | None = None,
    stations: int | None = None,
    substations: Mapping[str, int] | None = None,
    carrier: int | None = None,
    broker: tuple[str, int] | None = None,
    lines: Mapping[str, str] | None = None,
) -> Mine:
    """The same revision behind other doors: where the demo found its own ports taken.

    Args:
        mine: what the files say.
        web: port of the pages; the public URL follows.
        stations: port TCP base stations connect to.
        substations: port by substation id.
        carrier: port of the SMPP peer.
        broker: host and port of the broker that was started.
        lines: where a serial port is instead, by its own name.
    """
    server = mine.server
    if web is not None:
        server = replace(server, port=web, public_url=_url_at(server.public_url, web))
    if stations is not None:
        server = replace(server, stations_port=stations)
    moved = substations or {}
    subs = tuple(_at(s, moved, lines or {}) for s in mine.substations)
    peer = replace(mine.carrier, port=carrier) if mine.carrier and carrier else mine.carrier
    host, port = broker or (mine.broker.host, mine.broker.port)
    at = replace(mine.broker, host=host, port=port)
    return replace(mine, server=server, substations=subs, carrier=peer, broker=at)


def _at(sub: Substation, ports: Mapping[str, int], lines: Mapping[str, str]) -> Substation:
    if sub.serial is None:
        return replace(sub, port=ports.get(sub.id, sub.port))
    port = lines.get(sub.serial.port, sub.serial.port)
    return replace(sub, serial=replace(sub.serial, port=port))


def _url_at(url: str, port: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.hostname}:{port}"))
