"""Asking for a cut over the pages' own wire: a dry run first, then two people."""

from dataclasses import replace
from pathlib import Path

from cut_mine import mine_with_cut
from desk_on_paper import DeskOnPaper, staffed_mine
from web_site import running

from minesafe.model.mine import Mine, Role
from minesafe.model.switching import AskOutput, ConfirmOutput


def mine() -> Mine:
    """Log-ins of the staffed mine over a feeder that can be cut."""
    cut, staffed = mine_with_cut(), staffed_mine()
    return replace(cut, users=staffed.users, people=staffed.people, shifts=staffed.shifts)


async def test_a_request_is_a_dry_run_unless_it_says_write(tmp_path: Path) -> None:
    desk = DeskOnPaper(mine())
    async with running(tmp_path, desk) as site, site.user(Role.DISPATCHER) as user:
        asked: dict[str, object] = {"on": True, "reason": "gas beside the motor"}
        dry = (await user.post("/api/v1/outputs/CUT/requests", json=asked)).json()
        assert (dry["dry_run"], dry["request"], dry["function"], dry["address"], dry["value"]) == (
            True, None, 5, 7, 1,
        )  # fmt: skip
        assert [feed["point"] for feed in dry["shows"]] == ["FEED-1", "FEED-2"]
        assert desk.acts == []

        told = (
            await user.post("/api/v1/outputs/CUT/requests", json=asked | {"write": True})
        ).json()
        assert (told["dry_run"], told["request"]) == (False, "output#1")
        [(_, act)] = desk.acts
        assert isinstance(act, AskOutput)
        assert (act.output, act.on, act.reason) == ("CUT", True, "gas beside the motor")

        listed = {o["id"]: o for o in (await user.get("/api/v1/outputs")).json()}
        assert listed.keys() == {"HORN", "CUT"}
        assert (listed["CUT"]["output_kind"], listed["CUT"]["cut_since"]) == ("cut", None)


async def test_what_is_not_listed_cannot_be_asked_for(tmp_path: Path) -> None:
    desk = DeskOnPaper(mine())
    async with running(tmp_path, desk) as site, site.user(Role.ENGINEER) as user:
        answer = await user.post("/api/v1/outputs/FAN/requests", json={"on": True, "reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (409, "unknown_output")


async def test_the_second_person_gives_the_password_again(tmp_path: Path) -> None:
    desk = DeskOnPaper(mine())
    path = "/api/v1/outputs/requests/output%231/confirm"
    async with running(tmp_path, desk) as site, site.user(Role.ENGINEER) as user:
        wrong = await user.post(path, json={"password": "guessed"})
        assert wrong.json()["code"] == "wrong_password"
        assert desk.acts == []
        assert (await user.post(path, json={"password": "engineer-pw"})).status_code == 204
        [(_, act)] = desk.acts
        assert isinstance(act, ConfirmOutput)
        assert act.request == "output#1"
