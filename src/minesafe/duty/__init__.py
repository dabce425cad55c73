"""Duty (带班): who holds which post now, and where the leaders are.

The configured roster is a file of the revision; swaps and substitutes are events. Both together are
the effective roster, which everybody reads: the ladder, orders, the judgement, pages.
"""

from minesafe.duty.acts import decide_act
from minesafe.duty.book import DutyBody, DutyBook
from minesafe.duty.roster import Roster

__all__ = ["DutyBody", "DutyBook", "Roster", "decide_act"]
