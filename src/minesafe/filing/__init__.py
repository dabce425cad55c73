"""归档: the numbers of statutory reports, and who has signed them. A fold over the journal."""

from minesafe.filing.book import FilingBody, FilingBook

__all__ = ["FilingBody", "FilingBook"]
