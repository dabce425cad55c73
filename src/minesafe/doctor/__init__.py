"""`minesafe doctor`: looks at a mine's files, its data and the machine, and says what to mend.

It writes nothing, asks nothing of a device, and may be run beside a running server.
"""

from minesafe.doctor.examine import examine
from minesafe.doctor.finding import Found, State

__all__ = ["Found", "State", "examine"]
