"""What every route is handed: the rooms' ports and the web's own few long-lived things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from minesafe.model.backlog import Backlog
from minesafe.model.machine import Machine
from minesafe.model.time import Micros
from minesafe.ports import Desk, History, Memory, Office, Replays, Reporter, Scenarios
from minesafe.proof import Proven
from minesafe.traffic import Flow
from minesafe.vitals import Vital
from minesafe.web.accounts import Accounts
from minesafe.web.live import Hub
from minesafe.web.looks import Looks
from minesafe.web.turns import Turns
from minesafe.web.turnstile import Turnstile


@dataclass(frozen=True)
class Around:
    """What is known of the server itself, each asked when somebody looks."""

    proven: Callable[[], Proven | None]
    """The last test alarm that came through."""
    flows: Callable[[], Mapping[str, Flow]]
    """What comes from each device."""
    machine: Callable[[], Machine | None]
    """The last look at the machine, None before the first."""
    wall: Callable[[], Micros]


@dataclass(frozen=True)
class Context:
    """One web server's surroundings."""

    desk: Desk
    accounts: Accounts
    history: History | None
    memory: Memory
    reporter: Reporter
    secret: bytes
    hub: Hub
    vital: Callable[[], Vital]
    """Signs of whether this server can still raise an alarm, as the watchdog reads them."""
    backlog: Callable[[], Backlog]
    around: Around
    """What the page of health shows besides."""
    logins: Turnstile
    """Tries to log in, by address; the accounts count failures of each user besides."""
    break_glass: Turnstile
    """Orders without a log-in, by address."""
    scenarios: Scenarios | None
    """What the simulators of a demo can play."""
    questions: Turns
    """Of the long memory."""
    replays: Replays | None
    """Any moment of it on a screen."""
    exports: Turns
    """What is taken away of it."""
    looks: Looks
    """Who has been looking at whose way, written down once."""
    office: Office | None
    """Looks after the mine's files; a server that was handed none shows what ran, and no more."""
    recheck_s: float
    """How often an open page's session is looked up again."""

    @property
    def https(self) -> bool:
        """Whether browsers reach this server over TLS, so that cookies may demand it."""
        return self.desk.mine.server.public_url.startswith("https://")


def context_of(connection: HTTPConnection) -> Context:
    """The context `create_app` stored."""
    return cast("Context", connection.app.state.context)


Here = Annotated[Context, Depends(context_of)]
