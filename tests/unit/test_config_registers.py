"""How points lie in the registers of real devices, written down and read back."""

import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from first_mine import FIRST

from minesafe.config import load
from minesafe.config.registers import Wiring
from minesafe.model.errors import BadConfig
from minesafe.model.mine import Coding, Island, Mine, Output, Point, Serial
from minesafe.model.quality import Quality

HEAD = (
    "id,zh,en,kind,place,roadway,chainage_m,device,address,encoding,scale,status_address,功能码,位,"
    "字序,小数位,偏移,状态功能码,巡检周期s\n"
)
SUBSTATION = """
[[substation]]
id = "{id}"
zh = "分站"
en = "Substation"
unit = {unit}
period_s = 5.0
timeout_s = 0.5
{more}
"""
SERIAL = 'serial = "/dev/ttyS1"\nbaud = 19200\nparity = "E"\n'
TCP = 'host = "127.0.0.1"\nport = 15020\nretries = 1\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / "mine"))


def read(home: Path, devices: str, *points: str) -> Mine:
    """The first mine with these devices besides, and these points in place of its own."""
    with (home / "devices.toml").open("a", encoding="utf-8") as out:
        out.write(devices)
    (home / "points.csv").write_text(HEAD + "\n".join(points) + "\n", "utf-8")
    return load(home)


def faults(home: Path, devices: str, *points: str) -> list[str]:
    with pytest.raises(BadConfig) as refused:
        read(home, devices, *points)
    return [f"{fault.what} ({fault.hint})" for fault in refused.value.faults]


def at(name: str, kind: str, wiring: str) -> str:
    return f"{name},{name},{name},{kind},{'fan' if 'fan' in kind else 'face'},G01,10,S9,{wiring}"


def wired(point: Point) -> Wiring:
    """Only what is about registers."""
    return Wiring(**{f.name: getattr(point, f.name) for f in fields(Wiring)})


def test_every_column_of_a_point_s_registers_arrives(home: Path) -> None:
    mine = read(
        home,
        SUBSTATION.format(id="S9", unit=9, more=TCP),
        at("T", "temperature", "7,int32,0.5,40,4,,CDAB,1,-273.15,4,10"),
        at("F1", "fan_local", "20,uint16,,,3,4,,,,,"),
        at("F2", "fan_local", "20,uint16,,,3,5-7,,,,,"),
        at("F3", "fan_local", "3,,-1,,2,,,,1,,"),
    )
    temperature, one, three, contact = (wired(p) for p in mine.points)
    assert temperature == Wiring(
        7, "int32", 0.5, 40, function=4, order="CDAB", decimals=1, offset=-273.15,
        status_function=4, period_s=10.0,
    )  # fmt: skip
    assert one == Wiring(20, "uint16", bits=(4, 1))
    assert three == Wiring(20, "uint16", bits=(5, 3))
    assert contact == Wiring(3, "uint16", -1.0, function=2, offset=1.0)


def test_a_serial_line_and_the_quirks_of_a_device(home: Path) -> None:
    quirks = SERIAL + 'longest = 32\ngap = 0\nstatus = "OURS"\n'
    islands = "[[substation.island]]\nfunction = 4\nfirst = 0\nlast = 99\n"
    table = '[[status]]\nid = "OURS"\n' + "".join(
        f'[[status.code]]\ncode = {code}\nmeans = "{word}"\n'
        for code, word in ((0, "good"), (7, "out_of_range"))
    )
    mine = read(
        home,
        SUBSTATION.format(id="S9", unit=9, more=quirks + islands) + table,
        at("T", "temperature", "7,int16,,,4,,,,,,"),
    )
    unit = mine.substations[-1]
    assert unit.serial == Serial("/dev/ttyS1", 19200, "E", 1)
    assert (unit.framing, unit.retries, unit.host, unit.line) == ("rtu", 0, "", ("/dev/ttyS1", 0))
    assert (unit.longest, unit.gap, unit.islands) == (32, 0, (Island(4, 0, 99),))
    assert unit.coding == Coding(codes={0: Quality.GOOD, 7: Quality.OUT_OF_RANGE})


def test_a_table_of_bits_is_read_worst_first(home: Path) -> None:
    table = '[[status]]\nid = "BITS"\ntypes = ["1", "2"]\n' + "".join(
        f'[[status.bit]]\nbit = {bit}\nmeans = "{word}"\n'
        for bit, word in ((7, "fault"), (3, "calibrating"))
    )
    unit = SUBSTATION.format(id="S9", unit=9, more=TCP + 'status = "BITS"\n')
    coding = read(home, unit + table, at("T", "temperature", "7,int16,,8,,,,,,,")).substations[-1]
    assert coding.coding == Coding(
        types=frozenset({1, 2}), bits=((7, Quality.FAULT), (3, Quality.CALIBRATING))
    )


CUT = """
[[feeder]]
id = "KQ1"
zh = "馈电开关"
en = "Feeder"
zones = ["FACE-1201"]
shows = ["FEED"]
[[output]]
id = "CUT-1"
zh = "断电"
en = "Cut"
kind = "cut"
device = "FZ01"
register = 40
function = 16
on = 2
feeder = "KQ1"
"""


def test_a_cut_belongs_to_a_feeder_and_may_be_a_register(home: Path) -> None:
    points = "FEED,FEED,FEED,feed,feed,G01,250,FZ01,22,uint16,,,,,,,,,"
    mine = read(home, CUT, points)
    assert mine.outputs[-1] == Output(
        "CUT-1", mine.outputs[-1].name, "cut", "FZ01", 40, ("FACE-1201",), 16, 2, 0, "KQ1"
    )


UNIT = SUBSTATION.format(id="S9", unit=9, more=TCP)


@pytest.mark.parametrize(
    ("devices", "points", "told"),
    [
        (UNIT, ["7,int16,,,5,,,,,,"], "'function' is 5, outside 1 … 4"),
        (UNIT, ["7,int16,,,,,,,,,900"], "asked every 900 s, 'temperature' is silent after"),
        (UNIT, ["7,uint16,,,,9-4,,,,,"], "'9-4' is no bit field"),
        (UNIT, ["7,int16,,,,4,,,,,"], "a bit field lies in a uint16, not in int16"),
        (UNIT, ["7,float32,,,2,,,,,,"], "a coil or contact is one bit already"),
        (UNIT, ["7,int16,,,,,ACBD,,,,"], "'word_order' is 'ACBD', which is not known"),
        (UNIT, ["7,uint16,,,,4,,,,,", "7,uint16,,,,3-5,,,,,"], "register 7 is taken by 'P0'"),
        (UNIT + SUBSTATION.format(id="S8", unit=9, more=TCP), [], "is substation 'S9'"),
        (
            SUBSTATION.format(id="S9", unit=9, more=SERIAL)
            + SUBSTATION.format(id="S8", unit=8, more='serial = "/dev/ttyS1"\n'),
            [],
            "speaks 19200 E1 with 'S9', 9600 N1 here",
        ),
        (SUBSTATION.format(id="S9", unit=9, more=SERIAL + "port = 502\n"), [], "has no port"),
        (
            UNIT + "[[substation.island]]\nfirst = 0\nlast = 7\n",
            ["7,float32,,,,,,,,,"],
            "'S9' has no island that holds function 3 at 7",
        ),
        (
            SUBSTATION.format(id="S9", unit=9, more=TCP + 'status = "OUR"\n')
            + '[[status]]\nid = "OURS"\n[[status.code]]\ncode = 0\nmeans = "god"\n',
            [],
            "'means' is 'god', which is not known",
        ),
        ('[[status]]\nid = "OURS"\n', [], "tells by whole codes, or by types and bits"),
        (CUT.replace("register = 40", "coil = 40"), [], "function 16 does not write a coil"),
        (CUT.replace("on = 2", "on = 0"), [], "0 is written for on and for off"),
        (CUT.replace('feeder = "KQ1"', 'feeder = "KQ2"'), [], "names feeder 'KQ2'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_why(
    home: Path, devices: str, points: list[str], told: str
) -> None:
    rows = [at(f"P{i}", "temperature", wiring) for i, wiring in enumerate(points)]
    assert any(told in fault for fault in faults(home, devices, *rows))
