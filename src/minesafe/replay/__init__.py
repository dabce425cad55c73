"""Replay: the desk of any moment of the past, to be looked at and played forward."""

from minesafe.replay.replays import Replays

__all__ = ["Replays"]
