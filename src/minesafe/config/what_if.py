"""A mine with other limits: what would be if a file of changed limits were in force."""

from collections.abc import Mapping
from pathlib import Path

from minesafe.config.changes import Changes, check_statutory, overlay
from minesafe.config.files import gather_files, list_of, pack_of
from minesafe.config.lists import LISTS
from minesafe.config.load import Checked, check_files
from minesafe.config.row import Findings
from minesafe.config.text import decode, read_toml
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.mine import Mine
from minesafe.model.time import Micros


def what_if(
    path: Path,
    changes: Path,
    *,
    now: Micros | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Mine, Mine]:
    """The mine of a directory, as it is and with changed limits; row numbers are the same.

    Args:
        path: the mine's directory.
        changes: a TOML file of `[[point]]`, `[[rule]]` and `[[window]]`.
        now: as for `load`.
        environ: as for `load`.

    Raises:
        BadConfig: with every fault of either.
    """
    findings = Findings()
    files = gather_files(findings, path)
    mine = _whole(check_files(findings, files, now=now, environ=environ))
    said = Findings()
    try:
        text = decode(said, changes.name, changes.read_bytes())
    except OSError as error:
        raise BadConfig([Fault(str(changes), 0, f"cannot be read: {error.strerror}")]) from error
    table = read_toml(said, changes.name, text)
    changed = Changes.read(table)
    table.done()
    file = list_of("points", files)
    over = overlay(said, files, LISTS["points"].read(said, file, files[file]), changed)
    lists, tomls = {"points": over.points}, {pack_of(files): over.pack}
    new = _whole(check_files(said, files, lists=lists, tomls=tomls, now=now, environ=environ))
    check_statutory(changed, mine, new)
    if said.faults:
        raise BadConfig(said.faults)
    return mine, new


def _whole(checked: Checked) -> Mine:
    if checked.mine is None:
        raise BadConfig(list(checked.faults))
    return checked.mine
