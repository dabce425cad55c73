"""[[gateway]] and [broker]: devices of any dialect without programming, and every fault named."""

import shutil
from pathlib import Path

import pytest
from first_mine import FIRST

from minesafe import config
from minesafe.config.topics import filter_of, own_part
from minesafe.model.errors import BadConfig
from minesafe.model.mine import Dialect, EdgeNode, Presence, Shape, TimeUnit, Tls
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND

NOW = 1_764_000_000 * SECOND

JSON = """dialect = "json"
topic = "acme/7/{area}/{sensor}"

[gateway.mapping]
point = "{area}-{sensor}"
value = "data.v"
time = "ts"
time_unit = "s"
unit = "data.u"
quality = "q"

[gateway.mapping.qualities]
good = [0, "GOOD", ""]
fault = "BAD"

[gateway.mapping.numbers]
ON = 1

[gateway.presence]
topic = "acme/7/status"
path = "up"
offline = [false]

[gateway.names]
"F1-co" = "CO-01"

[gateway.units]
co = "ppb"
"""

EDGE = """dialect = "sparkplug"
group = "mine"
edge = "E1"

[gateway.names]
"S1/Gas/CO" = "CO-01"
"""

OWN = 'topic = "mine/demo/gateway/GW1"\n'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    home = tmp_path / "mine"
    shutil.copytree(FIRST, home)
    return home


def written(home: Path, text: str, file: str = "devices.toml", old: str = OWN) -> Path:
    """Keys of a table must stand before the tables in it."""
    path = home / file
    lines = path.read_text("utf-8")
    head, _, rest = lines.partition(old)
    begin, _, after = rest.partition("\n\n")
    path.write_text(f"{head}{begin}\n{text}\n{after}", "utf-8")
    return home


def test_a_gateway_of_any_json_is_connected_without_programming(mine: Path) -> None:
    gateway = config.load(written(mine, JSON), now=NOW, environ={}).gateways[0]
    assert gateway.dialect is Dialect.JSON
    assert gateway.shape == Shape(
        "{area}-{sensor}",
        "data.v",
        None,
        "ts",
        TimeUnit.S,
        "data.u",
        "q",
        (("0", Quality.GOOD), ("GOOD", Quality.GOOD), ("", Quality.GOOD), ("BAD", Quality.FAULT)),
        (("ON", 1.0),),
    )
    assert gateway.presence == Presence("acme/7/status", "up", ("false",))
    assert (gateway.names, gateway.units) == ((("F1-co", "CO-01"),), (("co", "ppb"),))
    assert (filter_of(gateway.topic), own_part(gateway)) == ("acme/7/+/+", "acme/7")


def test_an_edge_node_is_connected_by_its_names(mine: Path) -> None:
    gateway = config.load(written(mine, EDGE), now=NOW, environ={}).gateways[0]
    assert (gateway.edge, gateway.topic) == (EdgeNode("mine", "E1"), "")
    assert own_part(gateway) == "spBv1.0/mine/E1"


@pytest.mark.parametrize(
    ("text", "old", "new", "what", "hint"),
    [
        (JSON, '"json"', '"jsn"', "'jsn', which is not known", "'json'"),
        (JSON, "{area}/{sensor}", "+/{sensor}", "holds a wildcard", "name the level"),
        (JSON, "{area}/{sensor}", "{area}/{sensor}/#", "holds a wildcard", ""),
        (JSON, "{area}/{sensor}", "x{area}/{sensor}", "no {name} of a whole level", ""),
        (JSON, "acme/7/{area}", "{seven}/7/{area}", "first level", "acme/{point}"),
        (JSON, '"acme/7/{area}/{sensor}"', '"$SYS/{area}/{sensor}"', "broker's own", ""),
        (JSON, '"acme/7/{area}/{sensor}"', '"a\\u0000b/{area}/{sensor}"', "cannot be printed", ""),
        (JSON, "{area}/{sensor}", "{area}/{area}", "two {names} alike", ""),
        (JSON, '"{area}-{sensor}"', '"{area}-{senser}"', "{senser} is no part", "'sensor'"),
        (JSON, '"{area}-{sensor}"', '"{key}"', "{key} is no part", ""),
        (JSON, '"{area}-{sensor}"', '"CO"', "names no part", "{.id}"),
        (JSON, '"data.v"', '"data..v"', "is no path", "parted by dots"),
        (JSON, 'time_unit = "s"', 'time_unit = "sec"', "'sec', which is not known", ""),
        (JSON, "quality = ", "qualty = ", "unknown key 'qualty'", "'quality'"),
        (JSON, "fault =", "broken =", "unknown key 'broken'", "one of"),
        (JSON, '"BAD"', '"GOOD"', "'GOOD' means 'good' already", ""),
        (JSON, "good =", "warming_up =", "nothing would ever be good", "good = "),
        (JSON, "ON = 1", 'ON = "1"', "must be a number", ""),
        (JSON, "offline = [false]", "offline = []", "no word for gone", ""),
        (JSON, '"CO-01"', '"CO-10"', "is no point of this gateway", "did you mean"),
        (JSON, "co = ", "c0 = ", "no kind 'c0'", "'co'"),
        (JSON, '"ppb"', '"mg/m³"', "cannot be turned into 'ppm'", ""),
        (JSON, '"ppb"', '"pbb"', "cannot be turned into 'ppm'", "'ppb'"),
        (JSON, "[gateway.mapping]", "[gateway.mappings]", "unknown key 'mappings'", "'mapping'"),
        (EDGE, '"mine"', '"mi/ne"', "no level of a topic", ""),
        (EDGE, '"E1"', '"+"', "no level of a topic", ""),
        (EDGE, 'edge = "E1"\n', "", "'edge' is missing", ""),
        (EDGE, "[gateway.names]", "[gateway.mapping]", "is for dialect 'json'", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_the_right_word(
    mine: Path, text: str, old: str, new: str, what: str, hint: str
) -> None:
    assert old in text
    written(mine, text.replace(old, new, 1))
    with pytest.raises(BadConfig) as bad:
        config.load(mine, now=NOW, environ={})
    found = [f for f in bad.value.faults if what in f.what and hint in f.hint]
    assert found, "\n".join(map(str, bad.value.faults))
    lines = (mine / "devices.toml").read_text("utf-8").splitlines()
    assert found[0].file == "devices.toml"
    if new and "nothing would" not in what:
        assert new.split(" ")[0] in lines[found[0].line - 1]


BROKER = '[broker]\nurl = "mqtts://broker.mine:8884"\nca = "/etc/minesafe/ca.pem"\n'


def broker(home: Path, text: str) -> Path:
    path = home / "server.toml"
    lines = path.read_text("utf-8")
    begin, rest = lines.split("[broker]", 1)
    path.write_text(begin + text + "\n[" + rest.split("\n[", 1)[1], "utf-8")
    return home


def test_a_broker_is_named_by_its_address(mine: Path) -> None:
    text = BROKER + 'certificate = "/c.pem"\nkey = "/k.pem"\nserver_name = "b"\nuser = "minesafe"\n'
    there = config.load(broker(mine, text), now=NOW, environ={}).broker
    assert (there.host, there.port, there.user) == ("broker.mine", 8884, "minesafe")
    assert there.tls == Tls("/etc/minesafe/ca.pem", "/c.pem", "/k.pem", "b")


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("mqtt://b", "b", 1883, False),
        ("mqtts://b", "b", 8883, True),
        ("b:1884", "b", 1884, False),
        ("mqtts://[::1]:8883", "::1", 8883, True),
    ],
)
def test_every_way_of_writing_it(mine: Path, url: str, host: str, port: int, secure: bool) -> None:
    there = config.load(broker(mine, f'[broker]\nurl = "{url}"\n'), now=NOW, environ={}).broker
    assert (there.host, there.port, there.tls is not None) == (host, port, secure)


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ('url = "http://b"', "no kind of broker address: 'http'", "mqtt"),
        ('url = "mqtts://:8883"', "is no broker's address", "mqtts://host:8883"),
        ('url = "mqtts://b:99999"', "is no broker's address", ""),
        ('url = "mqtts://b/x"', "is no broker's address", ""),
        ('url = "mqtts://u:p@b"', "a log-in in the address", ""),
        ('url = "mqtts://b"\nhost = "b"', "'host' beside 'url'", ""),
        ('url = "mqtt://b"\nca = "/ca.pem"', "'ca' without TLS", "mqtts"),
        ('url = "mqtts://b"\nca = "ca.pem"', "depends on where the server", "/etc/minesafe/ca.pem"),
        ('url = "mqtts://b"\ncertificate = "/c"', "stand together", ""),
        ('url = "mqtts://b"\ncert = "/c"', "unknown key 'cert'", "certificate"),
    ],
)
def test_what_is_wrong_with_it(mine: Path, text: str, what: str, hint: str) -> None:
    with pytest.raises(BadConfig) as bad:
        config.load(broker(mine, f"[broker]\n{text}\n"), now=NOW, environ={})
    found = [f for f in bad.value.faults if what in f.what and hint in f.hint]
    assert found, "\n".join(map(str, bad.value.faults))
    assert found[0].file == "server.toml"
