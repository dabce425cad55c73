"""`python -m device_sims`: run the simulated mine, list its scenarios, or measure it."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from device_sims.bench import measured
from device_sims.clock import MineClock
from device_sims.diary import Diary, to_stdout
from device_sims.errors import SimulationRefused
from device_sims.listing import LISTINGS
from device_sims.mine import load
from device_sims.run import run
from device_sims.scenario import find, shipped
from device_sims.survey.pages import write
from device_sims.survey.survey import Size, survey
from device_sims.tape import recorded

OK, REFUSED = 0, 2


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m device_sims",
        description="The simulated mine: its devices on the wire, its people, its accidents.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    play = commands.add_parser(
        "run",
        help="play a scenario until SIGTERM or Ctrl-C",
        description="Play a scenario. Prints one JSON line when every listener is open and every "
        "link is being tried, then one JSON line for each notable happening.",
    )
    play.add_argument("mine", type=Path, help="what `minesafe check CONFIG --emit` wrote")
    play.add_argument(
        "--scenario",
        default="quiet-shift",
        help="a name (see `scenarios`) or the path of a .toml file; default: %(default)s",
    )
    play.add_argument(
        "--clock",
        type=MineClock.parse,
        metavar="START_MICROS:SPEED[:REAL_MICROS]",
        help="mine time leaves from START (µs since 1970 UTC) when the wall shows REAL (default: "
        "START) and runs SPEED times as fast; the server must be given the same; default: now, "
        "at speed 1",
    )
    play.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same mine; default: 1"
    )
    play.add_argument(
        "--tied",
        action="store_true",
        help="end also when standard input ends: with whoever holds its other end, even if killed",
    )
    listed = commands.add_parser("scenarios", help="list the scenarios, a line each")
    listed.add_argument("--as", dest="form", choices=LISTINGS, default="lines")
    bench = commands.add_parser(
        "bench",
        help="measure how fast the world runs without wires; prints one JSON object",
        description="Measure how fast physics and people run on one core, without devices.",
    )
    bench.add_argument("mine", type=Path, help="what `minesafe check CONFIG --emit` wrote")
    bench.add_argument("--seed", type=int, default=1, help="default: 1")
    make = commands.add_parser(
        "generate",
        help="write a mine's directory, made from a seed",
        description="Write the directory of a simulated coal mine that `minesafe check` accepts.",
    )
    usual = Size()
    make.add_argument("directory", type=Path, help="new, or empty")
    make.add_argument("--seed", type=int, default=1, help="default: 1")
    for name, what in (
        ("levels", "one below the other"),
        ("districts", "on each level"),
        ("people", "with a card and a crew"),
        ("slaves", "Modbus substations; 0: one to each district, level and the surface"),
    ):
        least = 0 if name == "slaves" else 1
        default = getattr(usual, name)
        make.add_argument(
            f"--{name}", type=at_least(least), default=default, help=f"{what}; default: {default}"
        )
    make.add_argument(
        "--one-shift",
        action="store_true",
        help="nobody belongs to a shift: all may be underground at once",
    )
    tape = commands.add_parser(
        "record",
        help="print what the devices would say, a JSON line each mine second",
        description="Play a scenario as fast as it goes, without wires and with nobody acting.",
    )
    tape.add_argument("mine", type=Path, help="what `minesafe check CONFIG --emit` wrote")
    tape.add_argument("--scenario", default="quiet-shift", help="default: %(default)s")
    tape.add_argument("--began", type=int, required=True, help="mine time it begins at, µs")
    tape.add_argument("--seconds", type=int, required=True, help="how long, mine seconds")
    tape.add_argument("--seed", type=int, default=1, help="default: 1")
    return parser.parse_args(argv)


def at_least(least: int) -> Callable[[str], int]:
    """A whole number that is not less, for the command line."""

    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, was {value}")
        return value

    return number


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns the exit code."""
    asked = arguments(argv)
    try:
        if asked.command == "scenarios":
            to_stdout(LISTINGS[asked.form](shipped()))
        elif asked.command == "bench":
            to_stdout(json.dumps(measured(asked.seed, load(asked.mine))))
        elif asked.command == "record":
            scenario, mine = find(asked.scenario), load(asked.mine)
            for line in recorded(mine, scenario, asked.began, asked.seconds, asked.seed):
                to_stdout(line)
        elif asked.command == "generate":
            parts = asked.levels, asked.districts, asked.people, asked.slaves
            write(survey(asked.seed, Size(*parts, shifts=not asked.one_shift)), asked.directory)
        else:
            uvloop.run(_play(asked))
    except SimulationRefused as refused:
        sys.stderr.write(f"device_sims: {refused}\n")
        return REFUSED
    return OK


class Tie(asyncio.Protocol):
    """Sets an event when the other end of a pipe is gone: no process dies without closing it."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop

    def eof_received(self) -> None:
        """The other end was closed."""
        self._stop.set()


async def _play(asked: argparse.Namespace) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, stop.set)
    clock = asked.clock or MineClock.from_now()
    scenario = find(asked.scenario)
    async with AsyncExitStack() as held:
        if asked.tied:
            tie, _ = await loop.connect_read_pipe(lambda: Tie(stop), sys.stdin)
            held.callback(tie.close)
        await run(load(asked.mine), scenario, Diary(clock), clock, asked.seed, stop)


if __name__ == "__main__":
    sys.exit(main())
