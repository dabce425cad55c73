"""The watch between two frames: what it knows is looked up once, and no older than a frame."""

import numpy as np
from story import Story


def test_between_two_frames_everybody_is_shown_the_same_picture() -> None:
    story = Story()
    story.at("P1", "A", 70)
    story.passes(2)
    watch = story.watch
    before = watch.picture()
    assert watch.picture() is before
    watch.act(story.now + 500_000, [])
    later = watch.picture()
    assert later.now == story.now + 500_000, "time goes on without a frame"
    assert later.inside is before.inside


def test_a_frame_and_a_restart_are_seen_at_once() -> None:
    story = Story()
    story.at("P1", "A", 70)
    story.passes(1)
    row, before = story.mine.person_row["P1"], story.watch.picture()
    story.at("P1", "A", 30)
    story.passes(1)
    assert (before.chainage[row], story.watch.picture().chainage[row]) == (70, 30)
    data = story.watch.snapshot()
    story.at("P1", "A", 10)
    story.passes(1)
    story.watch.restore(data)
    assert story.watch.picture().chainage[row] == 30
    assert not np.shares_memory(story.watch.picture().chainage, story.watch.engine.chainage)
