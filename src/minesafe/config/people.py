"""People and the log-ins of the pages."""

import re
from collections.abc import Collection
from datetime import date

from minesafe.config.moments import as_date, split
from minesafe.config.row import Named, Row, gather
from minesafe.config.words import half_width
from minesafe.model.mine import Duty, Person, Role, User

HEADINGS = {
    "序号": "no",
    "编号": "id",
    "工号": "id",
    "人员编号": "id",
    "姓名": "name",
    "卡号": "tag",
    "标识卡号": "tag",
    "工种": "trade",
    "班组": "crew",
    "部门": "crew",
    "电话": "phone",
    "手机": "phone",
    "联系电话": "phone",
    "计入限员": "counts",
    "证书": "certificates",
    "证件": "certificates",
    "班次": "shift",
    "邮箱": "email",
    "聊天群": "chat",
    "备注": "note",
}
"""Chinese headings of a list of people → our keys."""

FOR_READERS = ("no", "note")
"""Columns that are there for people: a running number, a remark."""

_PHONE = re.compile(r"\+?[0-9]{5,15}")
_EMAIL = re.compile(r"[^@\s?&=]+@[^@\s?&=]+\.[^@\s?&=]+")
_TAG = re.compile(r"[0-9A-Za-z]{1,20}")


def read_people(rows: list[Row]) -> Named[Person]:
    """people.csv; two people never share a tag or a phone."""
    people = gather(rows, _person)
    for key in ("tag", "phone"):
        _check_unique(people, key)
    return people


def _person(row: Row, ident: str) -> Person:
    person = Person(
        ident,
        row.text("name"),
        row.text("tag", ""),
        row.text("trade"),
        row.text("crew"),
        row.text("phone", ""),
        row.flag("counts", default=True),
        _certificates(row),
        row.text("shift", ""),
        row.text("email", ""),
        row.text("chat", ""),
    )
    row.taken.update(FOR_READERS)
    if person.phone and not _PHONE.fullmatch(person.phone):
        hint = half_width(person.phone) or "digits only, + in front at most"
        row.fault("phone", f"{person.phone!r} is no phone number", hint)
    if person.email and not _EMAIL.fullmatch(person.email):
        row.fault("email", f"{person.email!r} is no e-mail address", "name@host")
    if person.tag and not _TAG.fullmatch(person.tag):
        hint = half_width(person.tag) or "letters and digits, at most 20"
        row.fault("tag", f"{person.tag!r} is no card number", hint)
    return person


def _certificates(row: Row) -> tuple[tuple[str, str], ...]:
    """瓦斯检查:2027-05-01;爆破:2026-12-31. One that has run out is news for the shift, no fault."""
    held: dict[str, str] = {}
    for word in split(row.text("certificates", "")):
        name, _, day = word.replace("：", ":").partition(":")
        until = as_date(day)
        if not name or not isinstance(until, date):
            what = f"{word!r} is no certificate with its last day"
            row.fault("certificates", what, "瓦斯检查:2027-05-01; several are parted by ;")
        elif held.setdefault(name, f"{until}") != f"{until}":
            row.fault("certificates", f"certificate {name!r} has two last days", "keep the later")
    return tuple(held.items())


def check_shifts(people: Named[Person], shifts: Collection[str]) -> None:
    """Whoever works on a shift works on one the roster has."""
    for person, row in people.pairs():
        if person.shift:
            row.reference("shift", shifts, "shift")


def check_chats(people: Named[Person], chats: Collection[str]) -> None:
    """Whoever reads a group's chat reads one that server.toml has."""
    for person, row in people.pairs():
        if person.chat:
            row.reference("chat", chats, "chat")


def _check_unique(people: Named[Person], key: str) -> None:
    seen: dict[str, str] = {}
    for person, row in people.pairs():
        value = getattr(person, key)
        if value and seen.setdefault(value, person.id) != person.id:
            row.fault(key, f"{key} {value!r} is also that of {seen[value]!r}")


def by_any_name(roster: Row, people: Named[Person]) -> dict[str, Person]:
    """People by id, and by each name that only one of them has; a roster may use either.

    Which of two namesakes leads a shift is not guessed.
    """
    ids: dict[str, list[Person]] = {}
    for person in people.values:
        ids.setdefault(person.name, []).append(person)
    for row in roster.parts.get("shift", ()):
        for duty in Duty:
            for word in _texts(row.values.get(str(duty))):
                if len(same := ids.get(word, ())) > 1 and word not in people:
                    known = " or ".join(p.id for p in same)
                    row.fault(
                        str(duty), f"{len(same)} people are called {word!r}", f"write {known}"
                    )
    return {name: same[0] for name, same in ids.items()} | dict(people.items)


def _texts(value: object) -> list[str]:
    words = value if isinstance(value, list) else [value]
    return [word for word in words if isinstance(word, str)]


def read_users(file: Row, people: Collection[str], demo: bool) -> Named[User]:
    """users.toml; passwords of a real mine are set with `minesafe user`, never here."""
    users = gather(file.take_parts("user"), lambda r, i: _user(r, i, people, demo), key="name")
    file.done()
    held = {role for user in users.values for role in user.roles}
    if Role.DISPATCHER not in held:
        file.fault("", "nobody has the role dispatcher", 'give one user roles = ["dispatcher"]')
    return users


def _user(row: Row, name: str, people: Collection[str], demo: bool) -> User:
    person = row.reference("person", people, "person") if row.has("person") else ""
    roles = row.members("roles", Role)
    password = row.text("demo_password", "")
    if password and not demo:
        what = f"user {name!r} has a password in a file; only a demo may"
        row.fault("demo_password", what, f"remove it and run: minesafe user password {name}")
    if not row.has("person") and set(roles) & {Role.DISPATCHER, Role.LEADER, Role.ENGINEER}:
        row.fault("person", f"user {name!r} acts in orders and must be a person", 'person = "…"')
    return User(name, person, roles, password)
