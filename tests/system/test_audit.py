"""The audit: every act of the web and the commands is an event, and an inspector reads it."""

from pathlib import Path
from typing import get_args

import pytest
import typer
from desk_on_paper import DeskOnPaper, staffed_mine
from web_site import running

from minesafe.cli import app
from minesafe.model.events import AnyBody, LoggedIn, RoadwayBlocked
from minesafe.model.mine import Role
from minesafe.web.auditing import ACTS
from minesafe.web.site import bare_site

EVENT_OF = {
    "POST /api/v1/session": "logged_in",
    "DELETE /api/v1/session": "logged_out",
    "POST /api/v1/session/password": "password_set",
    "POST /api/v1/users/{user}/password": "password_set",
    "POST /api/v1/users/{user}/bar": "user_barred",
    "POST /api/v1/users/{user}/let-in": "user_let_in",
    "POST /api/v1/users/{user}/end-sessions": "sessions_ended",
    "POST /api/v1/alarms/{episode}/handling": "alarm_handled",
    "POST /api/v1/alarms/{episode}/close": "alarm_record_closed",
    "POST /api/v1/alarms/{episode}/acknowledge": "alarm_moved",
    "POST /api/v1/alarms/{episode}/shelve": "alarm_moved",
    "POST /api/v1/alarms/{episode}/unshelve": "alarm_moved",
    "POST /api/v1/permits": "permit_asked",
    "POST /api/v1/permits/{permit}/confirm": "permit_confirmed",
    "POST /api/v1/permits/{permit}/end": "permit_ended",
    "POST /api/v1/orders": "order_issued",
    "POST /api/v1/orders/{order}/acknowledge": "order_acknowledged",
    "POST /api/v1/orders/{order}/decision": "order_decided",
    "POST /api/v1/orders/{order}/muster/{person}": "person_moved",
    "POST /api/v1/orders/{order}/all-clear": "all_clear_signed",
    "POST /api/v1/orders/{order}/visitors": "person_moved",
    "POST /api/v1/orders/{order}/reentry": "reentry_permitted",
    "POST /api/v1/drills": "order_issued",
    "POST /api/v1/roadways/{roadway}": "roadway_blocked",
    "POST /api/v1/duty/swaps": "swap_proposed",
    "POST /api/v1/duty/swaps/{swap}/confirm": "swap_confirmed",
    "POST /api/v1/duty/swaps/{swap}/withdraw": "swap_ended",
    "POST /api/v1/duty/substitutes": "substitute_named",
    "POST /api/v1/duty/substitutes/{substitute}/confirm": "substitute_confirmed",
    "POST /api/v1/duty/corrections": "roster_corrected",
    "POST /api/v1/duty/hand-over": "duty_handed_over",
    "POST /api/v1/duty/nightly": "reach_answered",
    "POST /api/v1/devices/{device}/test": "device_tested",
    "POST /api/v1/devices/test-calls": "devices_called",
    "POST /api/v1/outputs/{output}/requests": "output_asked",
    "POST /api/v1/outputs/requests/{request}/confirm": "output_confirmed",
    "POST /api/v1/outputs/requests/{request}/drop": "output_dropped",
    "POST /api/v1/revisions/{revision}/approve": "revision_stood_for",
    "POST /api/v1/revisions/{revision}/back": "revision_proposed",
    "POST /api/v1/revisions/{revision}/drop": "revision_dropped",
    "POST /api/v1/reports": "report_filed",
    "POST /api/v1/reports/{report}/signatures": "report_signed",
    "POST /api/v1/notifications/tests": "test_sent",
    "POST /api/v1/sound-tests": "sound_tested",
    "POST /api/v1/demo/scenario": "scenario_started",
}
"""What the journal holds of each route that changes something."""

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}

COMMANDS = {
    "approve": "revision_stood_for",
    "import": "revision_proposed",
    "user password": "password_set",
    "user once": "password_set",
    "user disable": "user_barred",
    "user enable": "user_let_in",
    "user end-sessions": "sessions_ended",
    "output request": "output_asked",
    "output confirm": "output_confirmed",
    "drill start": "order_issued",
    "test-call": "devices_called",
    "export": "exported",
}
"""What the journal holds of each command that does something in a mine's name."""

READS = {
    *("check", "run", "demo", "doctor", "devices", "backtest", "shadows", "replay", "bench"),
    *("user list", "drill score", "alarms kpi", "report incident", "report daily"),
    *("report people", "report attendance", "report leaders", "report verify"),
    *("journal verify", "journal show", "journal at", "journal search", "journal project"),
    *("backup", "restore"),
}
"""Commands that read, or keep the machine."""

KINDS = {body.__struct_config__.tag for body in get_args(AnyBody)}


def test_every_route_that_changes_something_has_its_event_and_the_audit_shows_it() -> None:
    paths = bare_site(demo=True).openapi()["paths"]
    routes = {f"{m.upper()} {path}" for path, methods in paths.items() for m in methods}
    assert {r for r in routes if r.split()[0] in CHANGES} == set(EVENT_OF)
    assert set(EVENT_OF.values()) <= ACTS <= KINDS


def commands(at: typer.Typer, before: str = "") -> set[str]:
    own = {
        f"{before}{c.name or c.callback.__name__.replace('_', '-')}"
        for c in at.registered_commands
        if c.callback is not None
    }
    for group in at.registered_groups:
        assert group.typer_instance is not None
        own |= commands(group.typer_instance, f"{before}{group.name} " if group.name else before)
    return own


def test_every_command_that_acts_has_its_event() -> None:
    assert commands(app) == set(COMMANDS) | READS
    assert set(COMMANDS.values()) <= ACTS


async def test_an_inspector_reads_who_did_what_from_where_and_why(tmp_path: Path) -> None:
    desk = DeskOnPaper(staffed_mine())
    async with running(tmp_path, desk) as site:
        async with site.user(Role.DISPATCHER):
            pass
        blocked = RoadwayBlocked(roadway="FACE", by="P2", reason="roof fall")
        desk.write(blocked, LoggedIn(user="viewer", address="10.0.0.9"))
        async with site.user(Role.INSPECTOR) as inspector:
            told = (await inspector.get("/api/v1/audit")).json()
            acts = {act["act"]: act for act in told["acts"]}
            assert acts["roadway_blocked"]["by"] == "P2"
            assert acts["roadway_blocked"]["reason"] == "roof fall"
            assert acts["roadway_blocked"]["address"] == "127.0.0.1", "where he logged in from"
            assert "FACE" in dict(acts["roadway_blocked"]["said"]).values()
            newest = await desk.read(told["head"] - 1, 1)
            assert told["head_hash"] == newest[0].hash
            his = (await inspector.get("/api/v1/audit?who=dispatcher")).json()["acts"]
            assert {act["act"] for act in his} == {"logged_in", "roadway_blocked"}, "one person"
            only = (await inspector.get("/api/v1/audit?kind=roadway_blocked&about=P2")).json()
            assert [act["act"] for act in only["acts"]] == ["roadway_blocked"]
            one = (await inspector.get("/api/v1/audit?limit=1")).json()
            rest = (await inspector.get(f"/api/v1/audit?before={one['more']}")).json()["acts"]
            assert [a["position"] for a in rest] == [a["position"] for a in told["acts"][1:]]
            assert (await inspector.get("/api/v1/audit/chain")).json()["fault"] == ""


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.ADMIN, Role.INSPECTOR}])
async def test_the_audit_is_for_inspectors_and_admins(role: Role, tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(role) as user:
        for path in ("/api/v1/audit", "/api/v1/audit/chain"):
            assert (await user.get(path)).json()["code"] == "role_not_allowed"


async def test_a_wrong_password_at_an_act_is_in_the_audit_too(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.ADMIN) as admin:
        asked = {"password": "a guess"}
        answer = await admin.post("/api/v1/users/viewer/end-sessions", json=asked)
        assert answer.json()["code"] == "wrong_password"
        acts = (await admin.get("/api/v1/audit?kind=login_refused")).json()["acts"]
        assert [(act["by"], act["reason"]) for act in acts] == [("P1", "wrong_password")]
