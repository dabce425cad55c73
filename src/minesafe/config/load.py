"""Load a mine's directory: read, check, freeze."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from minesafe.config.devices import read_devices
from minesafe.config.files import gather_files, revision_of
from minesafe.config.people import read_people, read_users
from minesafe.config.place import read_ground, read_zones
from minesafe.config.points import HEADINGS, read_points
from minesafe.config.policy import read_policy
from minesafe.config.roster import check_phones, read_roster
from minesafe.config.row import Findings, Row
from minesafe.config.rules import read_kinds, read_rules
from minesafe.config.server import read_server
from minesafe.config.text import decode, read_csv, read_geojson, read_toml
from minesafe.config.ways import check_air, check_ways_out
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.mine import Mine
from minesafe.model.time import Micros

ROADS = "roadways.geojson"


class Checked(NamedTuple):
    """What a check found."""

    mine: Mine | None
    """None while there is any fault."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def load(
    path: Path, *, now: Micros | None = None, environ: Mapping[str, str] | None = None
) -> Mine:
    """The mine of a directory.

    Args:
        path: the directory with server.toml and its neighbours.
        now: the moment repeated shifts are written out around; the wall clock by default.
        environ: where passwords given as `env:NAME` are found; the process's by default.

    Raises:
        BadConfig: with every fault of every file.
    """
    checked = check(path, now=now, environ=environ)
    if checked.mine is None:
        raise BadConfig(list(checked.faults))
    return checked.mine


def check(
    path: Path, *, now: Micros | None = None, environ: Mapping[str, str] | None = None
) -> Checked:
    """As `load`, but hand back what was found instead of raising."""
    findings = Findings()
    files = gather_files(findings, path)
    moment = time.time_ns() // 1000 if now is None else now
    known = os.environ if environ is None else environ
    mine = _mine(findings, files, moment, known) if files else None
    faults = _in_order(findings.faults)
    return Checked(None if faults else mine, faults, _in_order(findings.warnings))


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(dict.fromkeys(faults), key=lambda f: (f.file, f.line)))


@dataclass(frozen=True, slots=True)
class Sheets:
    """The files' texts as rows."""

    findings: Findings
    texts: Mapping[str, str]

    def toml(self, name: str) -> Row:
        """A TOML file."""
        return read_toml(self.findings, name, self.texts.get(name, ""))

    def csv(self, name: str, aliases: Mapping[str, str] | None = None) -> list[Row]:
        """A CSV file."""
        return read_csv(self.findings, name, self.texts.get(name, ""), aliases)

    def geojson(self, name: str) -> list[Row]:
        """A GeoJSON file."""
        return read_geojson(self.findings, name, self.texts.get(name, ""))


def _mine(
    findings: Findings, files: dict[str, bytes], now: Micros, environ: Mapping[str, str]
) -> Mine | None:
    """A straight line, each file after those it refers to."""
    sheets = Sheets(findings, {name: decode(findings, name, raw) for name, raw in files.items()})
    pack = next((name for name in files if name.startswith("rules/")), "")
    zones_file, roster_file = sheets.toml("zones.toml"), sheets.toml("roster.toml")

    head = read_server(sheets.toml("server.toml"), environ)
    ground = read_ground(zones_file, sheets.geojson(ROADS))
    people = read_people(sheets.csv("people.csv"))
    zones = read_zones(zones_file, ground, frozenset(p.trade for p in people.values))
    kinds = read_kinds(sheets.toml("kinds.toml"))
    rules = read_rules(sheets.toml(pack), kinds)
    devices = read_devices(sheets.toml("devices.toml"), ground, zones, head.secrets)
    points = read_points(sheets.csv("points.csv", HEADINGS), ground, kinds, rules, devices)
    shifts = read_roster(roster_file, people.items, head.zone, now)
    users = read_users(sheets.toml("users.toml"), people.items, head.demo)
    policy = read_policy(sheets.toml("policy.toml"))

    check_phones(roster_file, people.items, policy.ladder)
    check_ways_out(findings, ROADS, ground, zones)
    check_air(ground)
    if findings.faults:
        return None
    return Mine(
        id=head.id,
        name=head.name,
        revision=revision_of(files),
        demo=head.demo,
        levels=ground.levels.values,
        nodes=ground.nodes.values,
        roadways=ground.roadways.values,
        zones=zones.values,
        kinds=kinds.values,
        rules=rules.values,
        points=points.values,
        substations=devices.substations.values,
        gateways=devices.gateways.values,
        stations=devices.stations.values,
        readers=devices.readers.values,
        outputs=devices.outputs.values,
        people=people.values,
        shifts=shifts,
        users=users.values,
        policy=policy,
        server=head.server,
        broker=head.broker,
        database=head.database,
        carrier=head.carrier,
        warnings=tuple(str(w) for w in _in_order(findings.warnings)),
    )
