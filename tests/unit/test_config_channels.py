"""Channels and addresses that the files name: what is missing is said before anybody needs it."""

import json
import shutil
from pathlib import Path

import pytest
from first_mine import FIRST

from device_sims.mine import decode
from minesafe import config
from minesafe.model.errors import BadConfig
from minesafe.model.time import SECOND

NOW = 1_764_000_000 * SECOND


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    home = tmp_path / "mine"
    shutil.copytree(FIRST, home)
    return home


def change(home: Path, file: str, old: str, new: str) -> None:
    path = home / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def with_chat(home: Path, header: str = ",email,chat", leader: str = ",w@mine.cn,leaders") -> None:
    change(
        home, "server.toml", "[carrier]", '[[chat]]\nid = "leaders"\nurl = "feishu://t"\n[carrier]'
    )
    change(home, "people.csv", ",certificates,shift\n", f",certificates,shift{header}\n")
    lines = (home / "people.csv").read_text("utf-8").splitlines()
    rows = [f"{x}{leader if x.startswith('P01') else ',,'}" if x[:1] == "P" else x for x in lines]
    (home / "people.csv").write_text("\n".join(rows) + "\n", "utf-8")


def warned(home: Path) -> list[str]:
    return [str(w) for w in config.check(home, now=NOW, environ={}).warnings]


def test_a_person_has_an_address_for_mail_and_a_group(mine: Path) -> None:
    with_chat(mine)
    loaded = config.load(mine, now=NOW, environ={})
    leader = loaded.people[loaded.person_row["P01"]]
    assert (leader.email, leader.chat) == ("w@mine.cn", "leaders")
    assert [c.id for c in loaded.chats] == ["leaders"]


@pytest.mark.parametrize(
    ("leader", "told"),
    [
        (",w@mine.cn,leader", "names chat 'leader'.*'leaders'"),
        (",w at mine,leaders", "no e-mail address"),
        (",w@mine.cn?to=x@y.cn,leaders", "no e-mail address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_its_line(
    mine: Path, leader: str, told: str
) -> None:
    with_chat(mine, leader=leader)
    with pytest.raises(BadConfig, match=f"people.csv:.*{told}"):
        config.load(mine, now=NOW, environ={})


def test_a_channel_that_is_named_and_missing_is_warned_of(mine: Path) -> None:
    change(mine, "policy.toml", '"sms", "call"', '"sms", "modem", "mail"')
    told = warned(mine)
    for channel, where in (("modem", "[modem]"), ("mail", "[mail]")):
        assert any(f"channel {channel!r} is named" in w and where in w for w in told)
    assert any("is asked by mail and has no 'email'" in w for w in told)


def test_a_real_mine_without_a_nightly_proof_is_warned_of_and_a_token_in_the_file_refused(
    mine: Path,
) -> None:
    with_chat(mine)
    change(mine, "server.toml", "demo = true", "demo = false")
    checked = config.check(mine, now=NOW, environ={})
    assert any("plain password" in str(f) and "url" in str(f) for f in checked.faults)
    assert any("no [reach_proof]" in str(w) for w in checked.warnings)


def test_the_simulators_find_the_modem_where_the_host_looks_for_it(mine: Path) -> None:
    change(mine, "server.toml", "[carrier]", '[modem]\nport = "/dev/ttyUSB2"\n[carrier]')
    loaded = config.load(mine, now=NOW, environ={})
    theirs = decode(json.dumps(config.emit(loaded)).encode()).modem
    assert loaded.modem is not None
    assert (loaded.modem.baud, theirs and theirs.port) == (115_200, "/dev/ttyUSB2")
