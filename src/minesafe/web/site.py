"""The web application: routes, their OpenAPI document, and what stands around them."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import Field, TypeAdapter

from minesafe.model.backlog import Backlog
from minesafe.ports import Desk, History, Memory, Office, Replays, Reporter, Scenarios
from minesafe.vitals import Vital
from minesafe.web import (
    about,
    acting,
    alarming,
    asking,
    auditing,
    devices,
    drills,
    duties,
    exporting,
    health,
    metrics,
    notifying,
    outputs,
    past,
    phone,
    phone_acts,
    reading,
    refusals,
    replaying,
    reports,
    revising,
    scenarios,
    session,
    shadowing,
    sounds,
    users,
    wire,
)
from minesafe.web.accounts import Accounts
from minesafe.web.context import Around, Context
from minesafe.web.headers import Rim
from minesafe.web.live import Hub
from minesafe.web.looks import Looks
from minesafe.web.models import LiveMessage, RefusalOut, ReplayLine
from minesafe.web.pages import mount_pages
from minesafe.web.turns import Turns
from minesafe.web.turnstile import Turnstile

SAYS_NO: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": RefusalOut},
    "503": {"model": RefusalOut},
}

LOGINS = (30, 60.0)
"""Tries to log in from one address, and within how many seconds."""
BREAK_GLASS = (10, 60.0)
"""Orders without a log-in from one address: far above what a hand needs."""
QUESTIONS = (2, 14)
"""About people and zones: answered at once, and waiting for their turn."""
ANSWER_S = 30.0
"""Real seconds one of them may take."""
EXPORTS = (2, 2)
EXPORT_S = 900.0
"""A quarter of an hour: a month of one sensor is half a minute."""


class Site(FastAPI):
    """FastAPI with the live wire's messages in its OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        """The document, live messages merged into `components.schemas`."""
        document = super().openapi()
        schemas = document["components"]["schemas"]
        live: TypeAdapter[Any] = TypeAdapter(Annotated[LiveMessage, Field(discriminator="kind")])
        played: TypeAdapter[Any] = TypeAdapter(Annotated[ReplayLine, Field(discriminator="kind")])
        for name, told in {"LiveMessage": live, "ReplayLine": played}.items():
            one = told.json_schema(
                mode="serialization", ref_template="#/components/schemas/{model}"
            )
            schemas.update(one.pop("$defs"), **{name: one})
        return document


def bare_site(*, demo: bool) -> Site:
    """The routes alone, enough for the OpenAPI document; those of a demo only where it is one."""
    site = Site(
        title="minesafe",
        version="1",
        summary="What pages see and do. Codes and parameters; times are microseconds UTC.",
        docs_url=None,
        redoc_url=None,
        responses=SAYS_NO,
        generate_unique_id_function=lambda route: route.name,
    )
    own = (scenarios,) if demo else ()
    acted = (users, acting, drills, duties, devices, sounds, outputs, revising)
    site.include_router(asking.limits_router)
    read = (
        session,
        reading,
        about,
        asking,
        exporting,
        past,
        replaying,
        shadowing,
        alarming,
    )
    for room in (
        *read,
        *acted,
        auditing,
        notifying,
        reports,
        wire,
        health,
        phone,
        phone_acts,
        *own,
    ):
        site.include_router(room.router)
    refusals.install(site)
    return site


def create_app(
    desk: Desk,
    accounts: Accounts,
    history: History | None,
    memory: Memory,
    secret: bytes,
    static: Path,
    *,
    reporter: Reporter,
    vital: Callable[[], Vital],
    backlog: Callable[[], Backlog],
    around: Around,
    playing: Scenarios | None = None,
    replays: Replays | None = None,
    office: Office | None = None,
    recheck_s: float = 60.0,
    hub: Hub | None = None,
) -> Site:
    """The web application over one desk.

    Args:
        desk: what people see and do.
        accounts: users and sessions.
        history: the long memory, None where there is no database.
        memory: what the journal says, of now and of the past.
        secret: signs phone links and CSRF tokens; `notify` makes the links with the same.
        static: the built pages.
        reporter: writes the records of orders.
        vital: the server's vital signs of this moment.
        backlog: how far the history is behind.
        around: what else is known of the server itself.
        replays: any moment of the past on a screen; without them nobody is shown one.
        office: looks after the mine's files; without it no revision is approved on the page.
        playing: what the simulators of a demo can play; without it there is no route about it.
        recheck_s: how often an open page's session is looked up again.
        hub: tells the open pages; None makes one.

    `app.state.context.hub.run()` must run beside it; `WebServer` does that.
    """
    site = bare_site(demo=playing is not None)
    site.state.context = context = Context(
        desk=desk,
        accounts=accounts,
        history=history,
        memory=memory,
        reporter=reporter,
        secret=secret,
        hub=hub or Hub(desk),
        vital=vital,
        backlog=backlog,
        around=around,
        logins=Turnstile(*LOGINS),
        break_glass=Turnstile(*BREAK_GLASS),
        questions=Turns(*QUESTIONS, within_s=ANSWER_S),
        exports=Turns(*EXPORTS, within_s=EXPORT_S),
        scenarios=playing,
        replays=replays,
        looks=Looks(),
        office=office,
        recheck_s=recheck_s,
    )
    context.hub.cannot = lambda: [why.code for why in health.cannot_now(context)]
    site.state.metrics = metrics.registry(context)
    mount_pages(site, static)
    site.add_middleware(Rim, https=context.https)
    return site
