"""`minesafe devices`: the device register, and how each device is."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from minesafe.cli.columns import aligned
from minesafe.cli.life import Config, Data, default_data, failed
from minesafe.model.errors import MinesafeError

if TYPE_CHECKING:
    from minesafe.model.device import Device
    from minesafe.model.time import Micros

app = typer.Typer(help="The device register.")

HEADS = (
    *("device", "what", "driver", "state", "heard", "errors", "open"),
    *("model", "certificate", "until", "calibrate by", "test by"),
)


@app.command("devices")
def list_devices(
    config: Config,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print every device: its papers, whether it is heard, what is due (设备台账).

    Beside a running server it is ten seconds old at most.
    """
    from minesafe import config as configuration
    from minesafe.afterwards import device_list

    try:
        mine = configuration.load(config)
        known, now = device_list(mine, data or default_data(mine.id))
    except MinesafeError as error:
        raise failed(error) from error
    if as_json:
        told = {"now": now, "devices": [asdict(device) for device in known]}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        zone = ZoneInfo(mine.server.timezone)
        for line in aligned([HEADS, *(_cells(d, now, zone) for d in known)]):
            typer.echo(line)


@app.command("test-call")
def call_devices(
    config: Config,
    name: Annotated[str, typer.Argument(help="Your log-in: dispatcher, leader or engineer.")],
    devices: Annotated[
        list[str] | None,
        typer.Argument(help="Loudspeakers, telephones, horns; none: all but horns."),
    ] = None,
) -> None:
    """Call loudspeakers and telephones now, at the mine's running server (试呼).

    Which does not answer is the finding test_call_failed; `minesafe devices` shows both.
    """
    from minesafe import config as configuration
    from minesafe.drill import Console

    try:
        console = Console(configuration.load(config).server.public_url)
        console.log_in(name, typer.prompt("password", hide_input=True, err=True))
        console.post("/devices/test-calls", {"devices": devices or []})
    except MinesafeError as error:
        raise failed(error) from error
    typer.echo("called")


def _cells(device: "Device", now: "Micros", zone: ZoneInfo) -> tuple[str, ...]:
    papers = device.papers
    return (
        device.id,
        device.what,
        device.driver,
        device.standing,
        f"{(now - device.heard) / 1e6:.0f} s ago" if device.heard else "-",
        str(device.errors or ""),
        " ".join(device.troubles),
        papers.model if papers else "",
        papers.certificate if papers else "",
        _last_day(device, now),
        _day(device.calibration.due, now, zone),
        _day(device.test.due, now, zone),
    )


def _last_day(device: "Device", now: "Micros") -> str:
    """Of its certificate; marked once it is over."""
    if device.papers is None or device.expires is None:
        return ""
    return f"{device.papers.valid_until}{' !' if now >= device.expires else ''}"


def _day(at: "Micros | None", now: "Micros", zone: ZoneInfo) -> str:
    """A day by the mine's wall clock; marked once it is over."""
    if at is None:
        return ""
    day = datetime.fromtimestamp(at / 1e6, zone).date().isoformat() if at else "never done"
    return f"{day} !" if now >= at else day
