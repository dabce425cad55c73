"""The machine: its clock, its disk, and what reports are printed with."""

from collections.abc import Iterator
from pathlib import Path

from minesafe.clock import synchronised, why_unknown
from minesafe.doctor.finding import Found, bad, look, well
from minesafe.model.mine import Mine
from minesafe.store.disk import free_bytes

MIB = 1 << 20

SPARE_MB = 2048
"""Room beside the spool's cap: a year of journal, snapshots, and what the log takes."""


def clock() -> Found:
    """Whether anything keeps the clock right: samples are judged by it (adjtimex(2))."""
    kept = synchronised()
    if kept is False:
        return look(
            "clock",
            "nothing keeps it right",
            "run chrony or systemd-timesyncd against the mine's time server",
        )
    if kept is None:
        return look("clock", why_unknown(), "ask the machine: timedatectl")
    return well("clock", "synchronised")


def disk(data: Path, mine: Mine) -> Iterator[Found]:
    """Room for what the alarm path writes; nobody else may read it."""
    if not data.is_dir():
        yield look("data", f"{data} is not there yet", "it is made at the first start")
        return
    free, needed = free_bytes(data) // MIB, mine.server.spool_mb + SPARE_MB
    if free < needed:
        yield bad("disk", f"{free} MB free", f"make room: {needed} MB with the spool's cap")
    else:
        yield well("disk", f"{free} MB free of {needed} needed")
    if data.stat().st_mode & 0o007:
        yield bad("data", f"everybody of the machine may look into {data}", f"chmod o= {data}")
    else:
        yield well("data", str(data))


def paper(mine: Mine) -> Found:
    """Whether a report can be printed with the mine's language in it."""
    from minesafe.reports.paper import NoPaper, family

    folders = [Path(mine.server.report_fonts)] if mine.server.report_fonts else []
    try:
        return well("reports", f"set in {family(mine.server.report_font, folders)}")
    except NoPaper as error:
        return look("reports", "cannot be printed as PDF", str(error))
