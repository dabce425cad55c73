"""What people pass, and what reaches them: terminals, broadcasters, telephones, tag paging."""

from dataclasses import dataclass

from minesafe.config.place import Ground
from minesafe.config.row import Named, Row, gather
from minesafe.config.secrets import Secrets
from minesafe.config.topics import take_topic
from minesafe.model.mine import Broadcaster, Paging, Telephone, Terminal, TerminalKind, Zone

_LONGEST_NUMBER = 16


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything between the host and a person underground that no point is measured by."""

    terminals: Named[Terminal]
    broadcasters: Named[Broadcaster]
    telephones: Named[Telephone]
    paging: Paging | None
    paging_row: Row | None


def read_reach(file: Row, ground: Ground, zones: Named[Zone], secrets: Secrets) -> Reach:
    """The tables of devices.toml about people."""
    terminals = gather(file.take_parts("terminal"), lambda r, i: _terminal(r, i, zones, secrets))
    broadcasters = gather(
        file.take_parts("broadcaster"), lambda r, i: _broadcaster(r, i, ground, zones, secrets)
    )
    telephones = gather(
        file.take_parts("telephone"), lambda r, i: _telephone(r, i, ground, secrets)
    )
    _check_numbers(telephones)
    pagings = file.take_parts("paging")
    for second in pagings[1:]:
        second.fault("", "a second [paging]", "one transmitter calls every tag")
    first = pagings[0] if pagings else None
    paging = _paging(first, secrets) if first else None
    return Reach(terminals, broadcasters, telephones, paging, first)


def _terminal(row: Row, ident: str, zones: Named[Zone], secrets: Secrets) -> Terminal:
    return Terminal(
        ident,
        row.name(),
        row.member("kind", TerminalKind),
        row.reference("zone", zones, "zone"),
        take_topic(row),
        row.text("user"),
        secrets.take(row, "password"),
    )


def _broadcaster(
    row: Row, ident: str, ground: Ground, zones: Named[Zone], secrets: Secrets
) -> Broadcaster:
    name, roadway = row.name(), row.reference("roadway", ground.roadways, "roadway")
    return Broadcaster(
        ident,
        name,
        roadway,
        ground.chainage(row, "chainage_m", roadway),
        take_topic(row),
        row.text("user"),
        secrets.take(row, "password"),
        row.words("zones", zones.items, what="zone"),
    )


def _telephone(row: Row, ident: str, ground: Ground, secrets: Secrets) -> Telephone:
    name, roadway = row.name(), row.reference("roadway", ground.roadways, "roadway")
    chainage = ground.chainage(row, "chainage_m", roadway)
    number = row.text("number")
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        row.fault("number", f"{number!r} is no telephone number", "digits only, in quotes")
    topic, user, password = take_topic(row), row.text("user"), secrets.take(row, "password")
    return Telephone(ident, name, roadway, chainage, number, topic, user, password)


def _paging(row: Row, secrets: Secrets) -> Paging:
    paging = Paging(take_topic(row), row.text("user"), secrets.take(row, "password"))
    row.done()
    return paging


def _check_numbers(telephones: Named[Telephone]) -> None:
    seen: dict[str, str] = {}
    for phone, row in telephones.pairs():
        other = seen.setdefault(phone.number, phone.id)
        if other != phone.id:
            row.fault("number", f"number {phone.number!r} is that of {other!r}")
