"""People and the log-ins of the pages."""

import re
from collections.abc import Collection

from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Person, Role, User

_PHONE = re.compile(r"\+?[0-9]{5,15}")
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
    )
    if person.phone and not _PHONE.fullmatch(person.phone):
        row.fault(
            "phone", f"{person.phone!r} is no phone number", "digits only, + in front at most"
        )
    if person.tag and not _TAG.fullmatch(person.tag):
        row.fault("tag", f"{person.tag!r} is no card number")
    return person


def _check_unique(people: Named[Person], key: str) -> None:
    seen: dict[str, str] = {}
    for person, row in people.pairs():
        value = getattr(person, key)
        if value and seen.setdefault(value, person.id) != person.id:
            row.fault(key, f"{key} {value!r} is also that of {seen[value]!r}")


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
