"""Outputs switched by people: asked by one, confirmed by another, a cut proven by its feed."""

from minesafe.switching.book import SwitchBody, SwitchBook, decide_act, request_of

__all__ = ["SwitchBody", "SwitchBook", "decide_act", "request_of"]
