"""[[kj_host]] of devices.toml: installed systems that are heard by the files they write."""

import re
from dataclasses import replace
from pathlib import PurePath

from minesafe.config.row import Named, Row
from minesafe.model.mine import KjHost, Point

_CODE = re.compile(r"[0-9A-Za-z]{1,32}")


def read_host(row: Row, ident: str, demo: bool) -> KjHost:
    """One host."""
    host = KjHost(
        ident,
        row.name(),
        row.text("folder"),
        row.text("mine_code"),
        row.number("period_s", 30.0, low=1, high=600),
    )
    if host.folder and not demo and not PurePath(host.folder).is_absolute():
        row.fault("folder", f"{host.folder!r} is no whole path", "/mnt/kj/upload")
    if host.mine_code and not _CODE.fullmatch(host.mine_code):
        row.fault("mine_code", f"{host.mine_code!r} is no code", "letters and digits, at most 32")
    return host


def check_folders(hosts: Named[KjHost]) -> None:
    """No two hosts write files of one name into one folder."""
    seen: dict[tuple[str, str], str] = {}
    for host, row in hosts.pairs():
        other = seen.setdefault((host.folder, host.mine_code), host.id)
        if other != host.id:
            row.fault("mine_code", f"{host.mine_code!r} in {host.folder} is that of {other!r}")


def coded(row: Row, point: Point) -> Point:
    """The point with what its host calls it."""
    return replace(point, code=row.text("code", ""))


def check_codes(points: Named[Point]) -> None:
    """A host calls no two points the same."""
    seen: dict[tuple[str, str], str] = {}
    for point, row in points.pairs():
        other = seen.setdefault((point.device, point.code or point.id), point.id)
        if other != point.id and point.device:
            row.fault("code", f"{point.code!r} of {point.device!r} is point {other!r}")
