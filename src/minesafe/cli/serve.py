"""The servers: of a mine, and of the simulated one."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from minesafe.cli.life import (
    Config,
    Data,
    default_data,
    first_login,
    follow,
    greet,
    log_to_stderr,
    order_closed,
    run_loop,
    say,
    until_told,
    when_asked,
)

app = typer.Typer()


@app.command()
def demo(
    config: Annotated[
        Path | None, typer.Argument(help="A demo mine; the shipped one by default.")
    ] = None,
    scenario: Annotated[str, typer.Option(help="What happens; see --list.")] = "quiet-shift",
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="Mine seconds a second.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same mine.")] = 1,
    data: Data = None,
    until_closed: Annotated[
        bool, typer.Option(help="End by itself when an order was issued and all-clear given.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the scenarios and end.")] = False,
) -> None:
    """Run the simulated mine and a server that watches it, on this machine alone."""
    if list_:
        os.execv(sys.executable, [sys.executable, "-m", "device_sims", "scenarios"])  # noqa: S606  our own interpreter, no shell
    log_to_stderr()
    from minesafe import config as configuration
    from minesafe.demo import demo as run_demo

    async def work() -> None:
        mine = configuration.load(config or configuration.shipped("demo"))
        files = configuration.files_of(config or configuration.shipped("demo"))
        folder = data or default_data("demo")
        typer.echo(f"{mine.name.zh} · {mine.name.en}: starting, data in {folder}")
        async with run_demo(
            mine, folder, files=files, scenario=scenario, speed=speed, seed=seed, say=say
        ) as server:
            greet(server.mine.server.public_url, mine.users)
            await (order_closed(server) if until_closed else until_told())
        typer.echo("ended in order")

    run_loop(work())


@app.command()
def run(config: Config, data: Data = None) -> None:
    """Run the server of a mine until SIGTERM or Ctrl-C; SIGHUP takes over its approved files."""
    log_to_stderr()
    from minesafe import config as configuration
    from minesafe.app import running
    from minesafe.clock import WallClock, wall
    from minesafe.office import home_of

    async def work() -> None:
        asked, home = when_asked(), home_of(config, configuration.load, configuration.files_of)
        mine, files = home.read()
        folder = data or default_data(mine.id)
        async with running(mine, folder, WallClock(), files=files, wall=wall, home=home) as server:
            typer.echo(f"{mine.name.zh} · {server.mine.server.public_url} · data in {folder}")
            if server.first_login is not None:
                typer.echo(first_login(*server.first_login))
            following = asyncio.create_task(follow(server, asked, home.read))
            await until_told()
            following.cancel()

    run_loop(work())
