"""Times in addresses: what no database and no calendar can hold is malformed, not looked for."""

from typing import Annotated

from fastapi import Query

from minesafe.model.time import SECOND, Micros

LAST: Micros = 4_102_444_800 * SECOND
"""2100-01-01: no mine asks for later."""

Moment = Annotated[int, Query(ge=0, le=LAST)]
"""`Micros`."""
