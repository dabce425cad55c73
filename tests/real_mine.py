"""The first mine as a real one: no passwords in its files, and log-ins that were given some."""

import re
from pathlib import Path
from shutil import copytree

from first_mine import FIRST

from minesafe import config
from minesafe.model.time import Micros
from minesafe.store.accounts import Accounts

SECRETS = {"demo-GW1": "GW1", "demo-BS1": "BS1", "demo-BS2": "BS2", "demosmpp": "SMSC"}
ENVIRONMENT = {name: secret for secret, name in SECRETS.items()}
LOG_INS = {name: f"pass-{name}" for name in ("engineer", "leader", "admin", "dispatcher")}


def real_mine(folder: Path) -> Path:
    """Its directory, as `mine`."""
    home = Path(copytree(FIRST, folder / "mine"))
    for name in ("server.toml", "devices.toml", "users.toml"):
        text = (home / name).read_text("utf-8").replace("demo = true", "demo = false")
        text = re.sub(r"(?m)^demo_password.*\n", "", text)
        for secret, variable in SECRETS.items():
            text = text.replace(f'"{secret}"', f'"env:{variable}"')
        (home / name).write_text(text, "utf-8")
    return home


def log_ins(home: Path, data: Path, now: Micros) -> None:
    """Give everybody of `LOG_INS` the password there."""
    accounts = Accounts(data / "accounts.db", lambda: now)
    accounts.seed(config.load(home, environ=ENVIRONMENT).users)
    for name, password in LOG_INS.items():
        accounts.set_password(name, password)
