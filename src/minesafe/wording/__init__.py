"""Words for what the journal says: of whom and what a record is, and what it is searched by."""

from minesafe.wording.said import Said, Sayer, asked_grams, grams, word_of

__all__ = ["Said", "Sayer", "asked_grams", "grams", "word_of"]
