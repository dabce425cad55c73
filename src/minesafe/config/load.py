"""Load a mine's directory: read, check, freeze."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from minesafe.config.armed import read_armed
from minesafe.config.changes import Changes, overlay
from minesafe.config.channels import check_addresses, check_channels
from minesafe.config.covering import check_covering
from minesafe.config.devices import check_feeders, read_devices
from minesafe.config.files import gather_files, list_of, pack_of, revision_of
from minesafe.config.formulas import with_formulas
from minesafe.config.gateways import check_names
from minesafe.config.kinds import check_thinned, read_kinds
from minesafe.config.lists import LISTS
from minesafe.config.logic import read_logic
from minesafe.config.pack_logic import Ground, read_pack_logic
from minesafe.config.papers import check_papers, days_before, read_papers
from minesafe.config.people import (
    by_any_name,
    check_chats,
    check_shifts,
    read_people,
    read_users,
)
from minesafe.config.place import read_ground
from minesafe.config.points import read_points
from minesafe.config.policy import read_policy
from minesafe.config.roster import check_cards, check_phones, from_cells, read_roster
from minesafe.config.row import Findings, Row
from minesafe.config.rules import read_rules
from minesafe.config.server import read_server
from minesafe.config.shadows import SHADOWS, read_shadows
from minesafe.config.stations import check_doors
from minesafe.config.suppress import read_suppressions
from minesafe.config.text import decode, read_geojson, read_toml
from minesafe.config.ways import check_air, check_ways_out
from minesafe.config.windows import check_windows, read_windows
from minesafe.config.zones import read_zones
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.mine import Mine, Shadow
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
    return check_files(findings, gather_files(findings, path), now=now, environ=environ)


def check_files(
    findings: Findings,
    files: Mapping[str, bytes],
    *,
    lists: Mapping[str, list[Row]] | None = None,
    tomls: Mapping[str, Row] | None = None,
    now: Micros | None = None,
    environ: Mapping[str, str] | None = None,
) -> Checked:
    """As `check`, of files that need not lie in any directory.

    Args:
        findings: what was found while they were gathered; what is found now goes there too.
        files: content by name, as `gather_files` gives them.
        lists: rows of a list of `LISTS` that stand before those of its file.
        tomls: TOML files that have been read, and perhaps changed, already.
        now: as for `load`.
        environ: as for `load`.
    """
    moment = time.time_ns() // 1000 if now is None else now
    known = os.environ if environ is None else environ
    sheets = Sheets(findings, files, lists or {}, tomls or {})
    mine = _mine(sheets, moment, known) if files else None
    if mine is not None and SHADOWS in files and not tomls:
        mine = replace(mine, shadows=_shadows(sheets, mine, moment, known))
    faults = _in_order(findings.faults)
    return Checked(None if faults else mine, faults, _in_order(findings.warnings))


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(dict.fromkeys(faults), key=lambda f: (f.file, f.line)))


def _shadows(
    sheets: "Sheets", mine: Mine, now: Micros, environ: Mapping[str, str]
) -> tuple[Shadow, ...]:
    """Each shadow is a mine of its own: these files with other limits laid over them."""

    def shadowed(changes: Changes) -> Mine | None:
        over = overlay(sheets.findings, sheets.files, sheets.table("points"), changes)
        lists, tomls = {**sheets.lists, "points": over.points}, {pack_of(sheets.files): over.pack}
        return _mine(Sheets(sheets.findings, sheets.files, lists, tomls), now, environ)

    return read_shadows(sheets.toml(SHADOWS), mine, shadowed)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The files as rows."""

    findings: Findings
    files: Mapping[str, bytes]
    lists: Mapping[str, list[Row]]
    """Rows that stand before those of their file."""
    tomls: Mapping[str, Row]
    """Files that are read already."""

    def text(self, name: str) -> str:
        """The text of a file; empty where it is missing."""
        return decode(self.findings, name, self.files.get(name, b""))

    def toml(self, name: str) -> Row:
        """A TOML file."""
        return self.tomls.get(name) or read_toml(self.findings, name, self.text(name))

    def table(self, name: str) -> list[Row]:
        """A list of the mine, in whichever file it stands."""
        if name in self.lists:
            return self.lists[name]
        file = list_of(name, self.files)
        return LISTS[name].read(self.findings, file, self.files.get(file, b""))

    def may(self, name: str) -> list[Row]:
        """As `table`; no rows where the mine keeps no such list."""
        there = name in self.lists or list_of(name, self.files) in self.files
        return self.table(name) if there else []

    def roster(self) -> Row:
        """roster.toml, or a Row of the same shape made of the list in its place."""
        file = list_of("roster", self.files)
        if file.endswith(".toml") and "roster" not in self.lists:
            return self.toml(file)
        shifts = from_cells(self.table("roster"))
        return Row(self.findings, file, 1, {}, parts={"shift": shifts})

    def geojson(self, name: str) -> list[Row]:
        """A GeoJSON file."""
        return read_geojson(self.findings, name, self.text(name))


def _mine(sheets: Sheets, now: Micros, environ: Mapping[str, str]) -> Mine | None:
    """A straight line, each file after those it refers to."""
    findings, files = sheets.findings, sheets.files
    pack = pack_of(files)
    zones_file, roster_file = sheets.toml("zones.toml"), sheets.roster()

    head = read_server(sheets.toml("server.toml"), environ)
    ground = read_ground(zones_file, sheets.geojson(ROADS))
    people = read_people(sheets.table("people"))
    zones = read_zones(zones_file, ground, people.values)
    kinds = read_kinds(sheets.toml("kinds.toml"))
    pack_file = sheets.toml(pack)
    windows, general = read_windows(pack_file, kinds), pack_file.take_parts("logic")
    demands = pack_file.take_parts("armed")
    rules = read_rules(pack_file, kinds)
    devices = read_devices(sheets.toml("devices.toml"), ground, zones, head.secrets)
    check_doors(devices.stations, head.doors)
    points_list = sheets.table("points")
    points = read_points(points_list, ground, kinds, rules, devices)
    named = by_any_name(roster_file, people)
    shifts = read_roster(roster_file, named, head.zone, now)
    users = read_users(sheets.toml("users.toml"), people.items, head.demo)
    policy_file = sheets.toml("policy.toml")
    policy = read_policy(policy_file, kinds, rules, {p.crew for p in people.values})

    check_names(devices.gateways, points, kinds)
    points = with_formulas(points, kinds, zones)
    check_thinned(kinds, points, rules)
    register = sheets.may("register")
    today = days_before(now, head.zone) if head.demo else None
    papers = read_papers(register, points, kinds, devices, today)
    check_papers(papers, points, register[0] if register else None)

    armed = read_armed(demands, kinds, points)
    check_windows(windows, points)
    check_feeders(devices.feeders, points, kinds)
    logic_file = sheets.toml("logic.toml")
    suppress = logic_file.take_parts("suppress")
    logic = read_logic(logic_file, points, zones, windows)
    held = read_pack_logic(general, kinds, Ground(points.values, zones.values, windows))
    suppressions = read_suppressions(
        suppress, points, kinds, rules, windows, logic, policy.triggers
    )
    check_channels(policy_file, policy, head, devices)
    check_addresses(roster_file, named, policy)
    check_phones(roster_file, named, policy.ladder)
    check_cards(roster_file, named)
    check_shifts(people, {shift.name for shift in shifts})
    check_chats(people, head.chats.items)
    check_ways_out(findings, ROADS, ground, zones)
    check_air(ground)
    check_covering(ground, zones, devices.readers)
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
        windows=windows.values,
        logic=(*held, *logic.values),
        suppressions=suppressions.values,
        points=points.values,
        substations=devices.substations.values,
        gateways=devices.gateways.values,
        kj_hosts=devices.kj_hosts.values,
        stations=devices.stations.values,
        readers=devices.readers.values,
        outputs=devices.outputs.values,
        feeders=devices.feeders.values,
        people=people.values,
        shifts=shifts,
        users=users.values,
        policy=policy,
        server=head.server,
        broker=head.broker,
        database=head.database,
        carrier=head.carrier,
        armed=armed.values,
        papers=papers.values,
        witness=head.witness,
        modem=head.modem,
        mail=head.mail,
        chats=head.chats.values,
        terminals=devices.reach.terminals.values,
        broadcasters=devices.reach.broadcasters.values,
        telephones=devices.reach.telephones.values,
        paging=devices.reach.paging,
        warnings=tuple(str(w) for w in _in_order(findings.warnings)),
    )
