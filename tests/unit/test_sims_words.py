"""mine.json is the contract between two programs that may not import each other.

The simulators pass over what they do not know and have defaults for what is not told, so a field
renamed on one side would be a default on the other, and no error. Here both sides are held
together: every field they read is one that is told.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from msgspec import inspect as types

from device_sims.mine import Mine
from minesafe.config import emit, load, shipped
from minesafe.model.mine import Modem


def told() -> list[Any]:
    """What the shipped mines are told as, with a modem that neither has."""
    demo, metal = (load(shipped(name)) for name in ("demo", "metal"))
    mines = (demo, replace(metal, modem=Modem("/dev/ttyUSB2", 115_200)))
    return [json.loads(json.dumps(emit(mine))) for mine in mines]


def fields(kind: types.Type, values: list[Any], where: str = "") -> Iterator[tuple[str, bool]]:
    """Every field the simulators read, and whether any of these values has it."""
    match kind:
        case types.UnionType():
            for one in kind.types:
                yield from fields(one, values, where)
        case types.VarTupleType():
            yield from fields(kind.item_type, [v for some in values for v in some or ()], where)
        case types.StructType():
            for field in kind.fields:
                name, at = field.encode_name, f"{where}.{field.encode_name}"
                known = [value[name] for value in values if value and name in value]
                yield at, bool(known)
                yield from fields(field.type, known, at)
        case _:
            return


def test_every_field_the_simulators_read_is_one_the_server_tells() -> None:
    found = dict(fields(types.type_info(Mine), told()))
    assert len(found) > 150
    assert [name for name, is_told in found.items() if not is_told] == []


def test_a_field_of_another_name_would_be_found() -> None:
    renamed = [{**mine, "points": [{"kind_id": 1} for _ in mine["points"]]} for mine in told()]
    found = dict(fields(types.type_info(Mine), renamed))
    assert not found[".points.kind"]
