"""Bad input and trouble before a screen: hostile names, a flood, a mute wire, a wrong clock."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from control_room import console
from first_mine import first_mine
from near_room import near_room
from playwright.sync_api import Browser, expect

from minesafe.model.mine import Mine, Name, Person, Point, Role, User, Zone

P = TypeVar("P", Point, Zone)

FLOOD = 500

SCRIPT = "<script>window.hit=1</script>"
IMAGE = '<img src="x" onerror="window.hit=1">'
HAN, LATIN = "采" * 80, "W" * 80
"""Eighty characters, and none at which a line breaks."""

PEOPLE = {"P03": IMAGE, "P04": LATIN, "P07": SCRIPT, "P01": HAN}
POINTS = {"CH4-T0": SCRIPT, "CH4-T1": LATIN, "WIND-01": HAN, "CO-01": IMAGE}
ZONES = {"FACE-1201": IMAGE, "HEAD-1202": LATIN, "CORNER": SCRIPT, "D12": HAN}

PAGES = (
    *("/", "/alarms", "/people", "/people?q=P", "/zone/FACE-1201", "/roster", "/health"),
    *("/evac", "/outputs", "/reports"),
)

WIDTHS = (1920, 390)


def hostile_mine() -> Mine:
    """The first mine with names nobody should have, a second dispatcher and 500 points more."""
    mine = first_mine()
    warm = next(point for point in mine.points if point.id == "TEMP-01")
    more = tuple(
        replace(
            warm, id=f"TEMP-{n:03}", name=Name(f"{n} 号温度", f"Temperature {n}"), chainage_m=n / 8
        )
        for n in range(100, 100 + FLOOD)
    )
    return replace(
        mine,
        people=tuple(renamed_person(one) for one in mine.people),
        points=(*(renamed(one, POINTS) for one in mine.points), *more),
        zones=tuple(renamed(one, ZONES) for one in mine.zones),
        users=(*mine.users, User("second", "P02", (Role.DISPATCHER,), "demo-second")),
    )


def renamed_person(one: Person) -> Person:
    return replace(one, name=PEOPLE.get(one.id, one.name))


def renamed(one: P, names: dict[str, str]) -> P:
    given = names.get(one.id)
    return replace(one, name=Name(given, given)) if given else one


CUT = """() => {
    const cut = [];
    for (const one of document.querySelectorAll("button, a, input, select")) {
        const { width, left, right } = one.getBoundingClientRect();
        const hidden = [...ancestors(one)].some((above) => {
            const edge = above.getBoundingClientRect();
            const clips = getComputedStyle(above).overflowX !== "visible";
            return clips && (right > edge.right + 1 || left < edge.left - 1);
        });
        if (width && (hidden || right > innerWidth + 1)) cut.push(one.outerHTML);
    }
    function* ancestors(one) {
        for (let above = one.parentElement; above; above = above.parentElement) yield above;
    }
    return cut;
}"""
"""What can be pressed and is not wholly on the screen, however far it is scrolled down."""


def test_a_script_in_a_name_is_text_and_eighty_characters_push_nothing_off_the_screen(
    browser: Browser, tmp_path: Path
) -> None:
    with near_room(hostile_mine(), tmp_path) as room, console(browser, room) as seen:
        room.shows(CH4_T0=1.7)
        page = seen.page
        expect(page.locator("section.banner")).to_contain_text(SCRIPT)
        for path in PAGES:
            seen.turn_to(path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 1080})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert page.evaluate(CUT) == [], (path, width)
        page.goto(room.link("P01"))
        expect(page.locator("body")).to_contain_text(IMAGE)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[-1]
        assert page.evaluate("window.hit") is None
        assert seen.complaints == []
