"""From a list to the running revision: an engineer and a second person, and back again."""

import os
from pathlib import Path

import pytest
from real_mine import ENVIRONMENT, LOG_INS, log_ins, real_mine
from typer.testing import CliRunner, Result

from minesafe import config
from minesafe.cli import app
from minesafe.model.errors import StoreUnavailable
from minesafe.store import proposals
from minesafe.store.proposals import Proposals, finish

NOW = 1_764_000_000_000_000

LIST = (
    "id,zh,en,kind,place,roadway,chainage_m,device\n"
    "CH4-N,1202 掘进甲烷,Methane at heading 1202,methane,T1,H01,200,GW1\n"
)


class House:
    """A mine's files, its data, and people at the console."""

    def __init__(self, folder: Path) -> None:
        self.config, self.data = real_mine(folder), folder / "data"
        self.data.mkdir()
        log_ins(self.config, self.data, NOW)
        self.list = folder / "new.csv"
        self.list.write_text(LIST, "utf-8")

    def says(self, *words: str, by: str = "") -> Result:
        command = ["import", str(self.config), "--data", str(self.data), *words]
        if by:
            command += ["--by", by]
        runner = CliRunner(env=os.environ | ENVIRONMENT)
        return runner.invoke(app, command, input=f"{LOG_INS[by]}\n" if by else None)

    def kept(self) -> str:
        """Bring the list; returns the proposal's revision."""
        told = self.says("--points", str(self.list), "--add", "--keep")
        assert told.exit_code == 0, told.output
        return told.output.split("proposal ")[1].split()[0]

    @property
    def revision(self) -> str:
        return config.load(self.config, environ=ENVIRONMENT).revision


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_dry_run_shows_what_would_change_and_writes_nothing(house: House) -> None:
    before = {path.name: path.read_bytes() for path in house.config.iterdir()}
    told = house.says("--points", str(house.list), "--add")
    assert told.exit_code == 0
    assert "points: +1\n  + points CH4-N: " in told.output
    assert "dry run: nothing was written" in told.output
    assert {path.name: path.read_bytes() for path in house.config.iterdir()} == before
    assert "no proposals" in house.says().output


def test_an_engineer_and_a_second_person_put_it_in_force_and_one_goes_back(house: House) -> None:
    first, points = house.revision, (house.config / "points.csv").read_bytes()
    new = house.kept()
    assert f"{new}  proposed" in house.says().output
    told = house.says("--approve", new[:6], by="leader")
    assert "approved by leader; an engineer must" in told.output
    assert house.revision == first
    told = house.says("--approve", new, by="engineer")
    assert "approved by leader, engineer; it may run" in told.output
    assert house.revision == new
    listed = house.says().output
    assert f"{new}  in place" in listed
    assert f"{first}  earlier" in listed
    assert "proposed" not in listed

    told = house.says("--back", first, by="engineer")
    assert told.exit_code == 1
    assert "was never approved by 2" in told.output, "the first revision ran before any approval"
    for name in ("leader", "engineer"):
        told = house.says("--approve", first, by=name)
    assert house.revision == first
    assert (house.config / "points.csv").read_bytes() == points
    told = house.says("--back", new, by="leader")
    assert "gone back to" in told.output
    assert house.revision == new


def test_two_without_an_engineer_are_not_enough(house: House) -> None:
    new, first = house.kept(), house.revision
    house.says("--approve", new, by="leader")
    told = house.says("--approve", new, by="admin")
    assert "approved by leader, admin; an engineer must" in told.output
    assert house.revision == first


@pytest.mark.parametrize(
    ("by", "password", "why"),
    [("dispatcher", "pass-dispatcher", "role_not_allowed"), ("engineer", "guess", "")],
)
def test_whoever_may_not_or_is_not_who_he_says_changes_nothing(
    house: House, by: str, password: str, why: str
) -> None:
    new, first = house.kept(), house.revision
    command = ["import", str(house.config), "--data", str(house.data), "--approve", new]
    runner = CliRunner(env=os.environ | ENVIRONMENT)
    told = runner.invoke(app, [*command, "--by", by], input=f"{password}\n")
    assert told.exit_code == 1
    assert why in told.output
    assert house.revision == first
    assert house.says("--approve", new).exit_code == 1, "nobody"


def test_files_that_changed_meanwhile_are_not_overwritten(house: House) -> None:
    new = house.kept()
    policy = house.config / "policy.toml"
    policy.write_text(policy.read_text("utf-8") + "# by hand\n", "utf-8")
    told = house.says("--approve", new, by="engineer")
    assert told.exit_code == 1
    assert "bring it in again" in told.output
    assert policy.read_text("utf-8").endswith("# by hand\n")


def test_a_proposal_with_a_fault_is_not_kept(house: House) -> None:
    house.list.write_text(LIST.replace("methane,T1", "metane,T1"), "utf-8")
    told = house.says("--points", str(house.list), "--add", "--keep")
    assert told.exit_code == 1
    assert "new.csv:2" in told.output
    assert "did you mean 'methane'?" in told.output
    assert "no proposals" in house.says().output


def test_a_proposal_nobody_wants_is_thrown_away(house: House) -> None:
    new = house.kept()
    assert "thrown away" in house.says("--drop", new, by="leader").output
    assert "no proposals" in house.says().output
    assert "unknown_revision" in house.says("--approve", new, by="engineer").output


def test_power_cut_between_two_files_leaves_the_old_or_the_new_revision_never_a_mixture(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every single write: whoever comes next ends what was begun."""
    new, first = house.kept(), house.revision
    shelf = Proposals(house.data, lambda: NOW)
    kept, real = shelf.find(new), proposals._write
    old = {path.name: path.read_bytes() for path in house.config.iterdir()}
    writes = 0

    def cut(path: Path, raw: bytes) -> None:
        nonlocal writes
        writes -= 1
        if writes < 0:
            raise OSError(5, "the power is gone")
        real(path, raw)

    for survived in range(100):
        writes = survived
        monkeypatch.setattr(proposals, "_write", cut)
        try:
            shelf.put_in_place(kept, house.config, old, first)
        except StoreUnavailable:
            monkeypatch.setattr(proposals, "_write", real)
            finish(house.config)
            assert house.revision in (first, new)
            for name, raw in old.items():
                (house.config / name).write_bytes(raw)
        else:
            break
    assert survived > len(old)
    assert house.revision == new
    assert sorted(p.name for p in house.config.iterdir()) == sorted(old)
