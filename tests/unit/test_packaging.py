"""What a newcomer's machine is told, and what the wheel carries."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytest_plugins = ["pytester"]


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(c) for c in command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def machine(folder: Path, *programs: str) -> str:
    """A PATH on which there are these programs and the shell's few, and nothing else."""
    for name in ("bash", "env", "grep", *programs):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return str(folder)


def an_old_python(folder: Path) -> Path:
    python = folder / "python3.9"
    python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit\nexit 1\n')
    python.chmod(0o755)
    return python


def test_an_old_python_is_refused_with_its_version_and_a_way_out(tmp_path: Path) -> None:
    told = run(".ci/python-check", an_old_python(tmp_path))
    assert told.returncode == 1
    assert "3.11 or newer" in told.stderr
    assert "Python 3.9.2" in told.stderr
    assert "make PYTHON=" in told.stderr


def test_a_python_without_venv_names_the_package_that_brings_it(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    python.chmod(0o755)
    assert "apt install python3-venv" in run(".ci/python-check", python).stderr


def test_no_python_at_all_is_said_in_words() -> None:
    assert "apt install python3 python3-venv" in run(".ci/python-check", "no-such-python").stderr


def test_this_python_will_do() -> None:
    assert run(".ci/python-check", sys.executable).returncode == 0


def test_missing_programs_are_named_loudly_and_fail_only_under_ci(tmp_path: Path) -> None:
    path = machine(tmp_path)
    here = run(".ci/prepare", PATH=path, CI="")
    assert here.returncode == 0
    assert "MISSING: chromium" in here.stderr
    assert "apt install chromium" in here.stderr
    assert run(".ci/prepare", PATH=path, CI="true").returncode == 1


NEEDY = """
    import pytest

    @pytest.mark.needs("no-such-program")
    def test_needy() -> None:
        raise AssertionError("ran without its program")

    def test_modest() -> None:
        pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(ending=(ROOT / "tests/ending.py").read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = needs(program)\n")
    pytester.makepyfile(NEEDY)
    return pytester


def test_a_test_without_its_program_is_left_out_and_said_so(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "")
    told = project.runpytest_subprocess()
    told.assert_outcomes(passed=1, deselected=1)
    told.stdout.fnmatch_lines(["*NOT RUN: 1 tests need no-such-program*", "*1 passed*"])


def test_under_ci_nothing_is_left_out(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    told = project.runpytest_subprocess()
    assert told.ret == pytest.ExitCode.USAGE_ERROR
    told.stdout.fnmatch_lines(["*1 tests need no-such-program: CI leaves nothing out*"])


def test_help_lists_every_target_that_people_call() -> None:
    told = run("make", "help").stdout
    for target in ("demo", "test", "soak", "lint", "format", "clean", "help"):
        assert f"make {target} " in told


def test_the_wheel_carries_pages_demo_mine_and_simulators_and_no_sources_of_pages(
    tmp_path: Path,
) -> None:
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for carried in (
        "minesafe/web/static/index.html",
        "minesafe/shipped/demo/server.toml",
        "minesafe/shipped/kinds.toml",
        "minesafe/shipped/logic.toml",
        "minesafe/shipped/rules/coal-cn.toml",
        "device_sims/__main__.py",
        "device_sims/scenarios/gas-outburst.toml",
    ):
        assert carried in names
    assert not [n for n in names if n.startswith(("minesafe/web/ui/", "tests/", ".ci/"))]
    assert not [n for n in names if "node_modules" in n]
