"""Passwords: in a real mine they come from the environment, never from a file of the revision."""

from collections.abc import Mapping
from dataclasses import dataclass

from minesafe.config.row import Row

FROM = "env:"


@dataclass(frozen=True, slots=True)
class Secrets:
    """How passwords may be given."""

    demo: bool
    environ: Mapping[str, str]

    def take(self, row: Row, key: str, default: str | None = None) -> str:
        """A password: `env:NAME`, or plain text in a demo configuration only."""
        value = row.text(key, default)
        if value.startswith(FROM):
            return self._from_environment(row, key, value.removeprefix(FROM))
        if value and not self.demo:
            what = f"{key!r} is a plain password; only a demo may hold one"
            row.fault(key, what, f'write {key} = "{FROM}NAME" and set NAME in the environment')
        return value

    def _from_environment(self, row: Row, key: str, name: str) -> str:
        if name not in self.environ:
            row.fault(key, f"the environment has no {name!r}", "set it before the server starts")
        return self.environ.get(name, "")
