"""Each route of the document and whose it is: a route that nobody has thought about fails here."""

import json
import re
from pathlib import Path

import httpx
from web_site import running

from minesafe.model.mine import Role
from minesafe.web.openapi import document

MAY = {
    "GET /api/v1/alarms/history": "VDLEAI",
    "GET /api/v1/alarms/kpi": "VDLEAI",
    "GET /api/v1/alarms/records": "VDLEAI",
    "POST /api/v1/alarms/{episode}/acknowledge": "DL",
    "POST /api/v1/alarms/{episode}/close": "DL",
    "POST /api/v1/alarms/{episode}/handling": "DLE",
    "POST /api/v1/alarms/{episode}/shelve": "DL",
    "POST /api/v1/alarms/{episode}/unshelve": "DL",
    "GET /api/v1/at": "VDLEAI",
    "GET /api/v1/attendance": "DLEAI",
    "GET /api/v1/audit": "AI",
    "GET /api/v1/audit/chain": "AI",
    "GET /api/v1/backlog": "VDLEAI",
    "GET /api/v1/contacts": "DLEAI",
    "GET /api/v1/devices": "VDLEAI",
    "POST /api/v1/devices/test-calls": "DLE",
    "POST /api/v1/devices/{device}/test": "DLE",
    "POST /api/v1/drills": "DLE",
    "GET /api/v1/duty": "VDLEAI",
    "POST /api/v1/duty/corrections": "DLEA",
    "POST /api/v1/duty/hand-over": "DL",
    "GET /api/v1/duty/months/{month}": "VDLEAI",
    "GET /api/v1/duty/months/{month}/csv": "VDLEAI",
    "POST /api/v1/duty/nightly": "VDLEAI",
    "POST /api/v1/duty/substitutes": "DLA",
    "POST /api/v1/duty/substitutes/{substitute}/confirm": "DLEA",
    "POST /api/v1/duty/swaps": "DLA",
    "POST /api/v1/duty/swaps/{swap}/confirm": "DLEA",
    "POST /api/v1/duty/swaps/{swap}/withdraw": "DLA",
    "GET /api/v1/events": "VDLEAI",
    "GET /api/v1/export/{what}": "DLEAI",
    "GET /api/v1/health": "VDLEAI",
    "GET /api/v1/mine": "VDLEAI",
    "GET /api/v1/near": "DLEAI",
    "GET /api/v1/notifications": "DLEAI",
    "POST /api/v1/notifications/tests": "DLEA",
    "POST /api/v1/orders": "VDLEAI",
    "POST /api/v1/orders/{order}/acknowledge": "DL",
    "POST /api/v1/orders/{order}/all-clear": "DLE",
    "POST /api/v1/orders/{order}/decision": "DL",
    "POST /api/v1/orders/{order}/muster/{person}": "D",
    "POST /api/v1/orders/{order}/reentry": "DLE",
    "GET /api/v1/orders/{order}/report": "DLEAI",
    "POST /api/v1/orders/{order}/visitors": "D",
    "GET /api/v1/outputs": "VDLEAI",
    "POST /api/v1/outputs/requests/{request}/confirm": "DLE",
    "POST /api/v1/outputs/requests/{request}/drop": "DLE",
    "POST /api/v1/outputs/{output}/requests": "DLE",
    "GET /api/v1/people/{person}/reach": "VDLEAI",
    "GET /api/v1/people/{person}/stays": "DLEAI",
    "GET /api/v1/people/{person}/track": "DLEAI",
    "GET /api/v1/people/{person}/visits": "DLEAI",
    "GET /api/v1/people/{person}/way": "VDLEAI",
    "POST /api/v1/permits": "VDLEAI",
    "POST /api/v1/permits/{permit}/confirm": "DLE",
    "POST /api/v1/permits/{permit}/end": "VDLEAI",
    "GET /api/v1/points/{point}": "VDLEAI",
    "GET /api/v1/points/{point}/limits": "VDLEAI",
    "GET /api/v1/points/{point}/trend": "VDLEAI",
    "GET /api/v1/points/{point}/values": "VDLEAI",
    "GET /api/v1/replay": "DLEAI",
    "GET /api/v1/replay/mine": "DLEAI",
    "GET /api/v1/replay/play": "DLEAI",
    "GET /api/v1/replay/recorded": "DLEAI",
    "GET /api/v1/reports": "DLEAI",
    "POST /api/v1/reports": "DLE",
    "GET /api/v1/reports/{report}": "DLEAI",
    "POST /api/v1/reports/{report}/signatures": "DLE",
    "GET /api/v1/revisions": "DLEAI",
    "POST /api/v1/revisions/{revision}/approve": "LEA",
    "POST /api/v1/revisions/{revision}/back": "LEA",
    "GET /api/v1/revisions/{revision}/difference": "DLEAI",
    "POST /api/v1/revisions/{revision}/drop": "LEA",
    "POST /api/v1/roadways/{roadway}": "DLE",
    "DELETE /api/v1/session": "VDLEAI",
    "GET /api/v1/session": "VDLEAI",
    "POST /api/v1/session": "VDLEAI",
    "POST /api/v1/session/password": "VDLEAI",
    "GET /api/v1/shadows": "VDLEAI",
    "GET /api/v1/snapshot": "VDLEAI",
    "GET /api/v1/sound-tests": "VDLEAI",
    "POST /api/v1/sound-tests": "VDLEAI",
    "GET /api/v1/users": "AI",
    "POST /api/v1/users/{user}/bar": "A",
    "POST /api/v1/users/{user}/end-sessions": "A",
    "POST /api/v1/users/{user}/let-in": "A",
    "POST /api/v1/users/{user}/password": "A",
    "GET /api/v1/zones/{zone}/occupancy": "DLEAI",
    "GET /healthz": "VDLEAI",
    "GET /metrics": "VDLEAI",
    "GET /readyz": "VDLEAI",
}
"""By the first letters of viewer, dispatcher, leader, engineer, admin and inspector.

Written out here so that a change of the rights is a change of this. Of a permit the route asks
further, by its kind, and of an order's end by the policy; their own tests hold that.
"""

DEMO = "/api/v1/demo/"
"""A real mine has no such routes: nobody is told more than that there is nothing."""

LAST = ("DELETE /api/v1/session", "POST /api/v1/session")
"""They end the session of whoever asks."""


def routes() -> list[str]:
    """Method and path of every route."""
    paths = json.loads(document())["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def test_every_route_has_been_given_to_somebody() -> None:
    assert {route for route in routes() if DEMO not in route} == set(MAY)


async def test_each_role_is_refused_at_every_route_that_is_not_its_own(tmp_path: Path) -> None:
    async with running(tmp_path) as site:
        for role in Role:
            async with site.user(role) as user:
                asked = [route for route in MAY if route not in LAST]
                refused = {route for route in asked if await _refuses(user, route)}
            own = {route for route, letters in MAY.items() if role.value[0].upper() in letters}
            assert refused == set(MAY) - own, role


async def _refuses(user: httpx.AsyncClient, route: str) -> bool:
    return "role_not_allowed" in (await _ask(user, route)).text


async def _ask(user: httpx.AsyncClient, route: str) -> httpx.Response:
    """With nothing in it: who may not is told so before he is told what is lacking."""
    method, path = route.split()
    body: dict[str, str] | None = None if method == "GET" else {}
    return await user.request(method, re.sub(r"\{\w+\}", "x", path), json=body)
