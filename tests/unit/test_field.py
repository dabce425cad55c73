"""What stays when the mine's files change: the ways to substations that are as before."""

import os
from dataclasses import replace
from pathlib import Path

from small_mine import small_mine

from minesafe.embedded.child import alone, holder
from minesafe.links.modbus import devices_of
from minesafe.model.mine import Mine, Name, Substation


def substation(name: str, host: str, unit: int = 1, framing: str = "tcp") -> Substation:
    return replace(SUBSTATION, id=name, host=host, unit=unit, framing=framing)


SUBSTATION = Substation("S", Name("", ""), "127.0.0.1", 502, 1, 5.0, 1.0, 1)


def with_(*substations: Substation) -> Mine:
    return small_mine(substations=substations)


def test_a_client_is_kept_where_the_way_there_is_as_before() -> None:
    near, far = substation("NEAR", "10.0.0.1"), substation("FAR", "10.0.0.2")
    before = with_(near, far)
    clients = devices_of(before)
    moved = replace(far, host="10.0.0.3")
    after = devices_of(with_(moved, near, substation("NEW", "10.0.0.4")), before, clients)
    assert after["NEAR"] is clients["NEAR"]
    assert after["FAR"] is not clients["FAR"]
    assert set(after) == {"NEAR", "FAR", "NEW"}


def test_units_of_one_serial_line_stay_or_go_together() -> None:
    one, two = (substation(f"U{i}", "10.0.0.1", i, "rtu") for i in (1, 2))
    before = with_(one, two)
    clients = devices_of(before)
    same = devices_of(with_(two, one), before, clients)
    assert (same["U1"], same["U2"]) == (clients["U1"], clients["U2"])
    more = devices_of(with_(one, two, substation("U3", "10.0.0.1", 3, "rtu")), before, clients)
    assert more["U1"] is not clients["U1"]
    assert more["U1"]._line is more["U3"]._line


def test_who_holds_a_folder_is_known_while_he_does(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    with alone(tmp_path):
        assert holder(tmp_path) == os.getpid()
    assert holder(tmp_path) is None
