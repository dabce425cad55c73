"""What an order to evacuate demands of the mine's machines, and which of it was not done in time.

空气压缩机能在 10 min 内启动 (AQ 2034): so long after an order the air must flow, and a machine
that is believed to run is the only proof of it. One that is not heard of proves nothing.
"""

from collections.abc import Iterable

import numpy as np

from minesafe.model.events import OrderKind
from minesafe.model.frame import Column
from minesafe.model.mine import Armed, Mine
from minesafe.model.order import Order
from minesafe.model.picture import Picture
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND, Micros


def unmet(mine: Mine, picture: Picture, orders: Iterable[Order], now: Micros) -> dict[str, str]:
    """The first point of each demand that was not met in time → what was demanded."""
    if not mine.armed:
        return {}
    oldest = [o.issued for o in orders if o.order_kind is OrderKind.EVACUATE and o.is_open]
    since = min(oldest, default=None)
    found: dict[str, str] = {}
    for rule in mine.armed if since is not None else ():
        rows = [i for i, point in enumerate(mine.points) if point.kind == rule.kind]
        late = since is not None and now - since >= rule.within_s * SECOND
        if rows and late and not _shows(rule, picture, np.array(rows)):
            found.setdefault(mine.points[rows[0]].id, rule.id)
    return found


def _shows(rule: Armed, picture: Picture, rows: Column) -> bool:
    believed = np.isin(picture.quality[rows], BELIEVED) & ~picture.silent[rows]
    return bool((believed & (picture.value[rows] == rule.state)).any())
