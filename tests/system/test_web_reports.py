"""Statutory reports over a real socket: made, listed, opened, signed."""

from pathlib import Path

from web_site import running

from minesafe.model.mine import Role

DAY = {"series": "daily", "day": "2025-11-24"}
FIRST, SECOND = "daily-20251124-1", "daily-20251124-2"


async def test_a_report_has_one_number_for_what_it_says_and_the_next_for_what_has_changed(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as site, site.user(Role.ENGINEER) as user:
        made = [(await user.post("/api/v1/reports", json=DAY)).json() for _ in range(2)]
        assert [m["report"] for m in made] == [FIRST, FIRST]
        assert (made[0]["digest"], made[0]["position"]) == ("d" * 64, 7)
        site.reporter.digest = "e" * 64
        assert (await user.post("/api/v1/reports", json=DAY)).json()["number"] == 2
        listed = (await user.get("/api/v1/reports?series=daily")).json()
        assert [(r["report"], r["newest"]) for r in listed] == [(SECOND, True), (FIRST, False)]
        assert (await user.get("/api/v1/reports?series=leaders")).json() == []


async def test_a_report_opens_as_a_page_that_runs_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.DISPATCHER) as user:
        await user.post("/api/v1/reports", json=DAY)
        page = await user.get(f"/api/v1/reports/{FIRST}?language=en")
        assert page.text == f"{FIRST} en html "
        assert page.headers["content-disposition"].startswith("inline")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "script" not in policy
        assert (await user.get("/api/v1/reports/daily-1")).status_code == 404
        site.reporter.refuses = "report_changed"
        changed = await user.get(f"/api/v1/reports/{FIRST}")
        assert (changed.status_code, changed.json()["code"]) == (409, "report_changed")
        async with site.user(Role.VIEWER) as viewer:
            assert (await viewer.get("/api/v1/reports")).status_code == 403


async def test_each_line_is_signed_by_its_own_role_with_the_password_again(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as site,
        site.user(Role.DISPATCHER) as dispatcher,
        site.user(Role.LEADER) as leader,
    ):
        await dispatcher.post("/api/v1/reports", json=DAY)
        path = f"/api/v1/reports/{FIRST}/signatures"

        async def sign(who: object, post: str, password: str) -> tuple[int, str]:
            answer = await who.post(path, json={"post": post, "password": password})  # type: ignore[attr-defined]  # a log-in
            return answer.status_code, answer.json()["code"] if answer.content else ""

        assert await sign(dispatcher, "on_duty", "wrong") == (401, "wrong_password")
        assert await sign(dispatcher, "mine_head", "dispatcher-pw") == (409, "role_not_allowed")
        assert await sign(dispatcher, "on_duty", "dispatcher-pw") == (204, "")
        assert await sign(dispatcher, "on_duty", "dispatcher-pw") == (409, "line_signed")
        assert await sign(leader, "mine_head", "leader-pw") == (204, "")
        (listed,) = (await leader.get("/api/v1/reports")).json()
        signed = {line["post"]: line["by"] for line in listed["lines"]}
        assert signed["chief_engineer"] is None
        assert signed["on_duty"]
        assert signed["mine_head"]

        site.reporter.digest = "e" * 64
        again = (await dispatcher.post("/api/v1/reports", json=DAY)).json()
        assert [line["by"] for line in again["lines"]] == [None] * 4, "nobody has signed that"
        assert await sign(leader, "mine_head", "leader-pw") == (409, "superseded")


async def test_a_report_that_is_refused_to_a_browser_says_so_in_words(tmp_path: Path) -> None:
    async with running(tmp_path) as site, site.user(Role.DISPATCHER) as user:
        await user.post("/api/v1/reports", json=DAY)
        site.reporter.refuses = "report_busy"
        opened = await user.get(f"/api/v1/reports/{FIRST}", headers={"sec-fetch-mode": "navigate"})
        assert opened.status_code == 409
        assert opened.headers["content-type"].startswith("text/html")
        assert "另一份报告正在编制" in opened.text
        assert "try again in a moment" in opened.text
