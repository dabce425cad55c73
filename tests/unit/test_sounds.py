"""A screen that nobody hears raises no alarm: once a shift whoever stands before it says so."""

import pytest
from story import Story, story_mine

from minesafe.model.errors import Refused
from minesafe.model.events import FindingKind, SoundTested
from minesafe.upkeep.sounds import MOST_SCREENS, SAID_FOR, Sounds

DAY_S = SAID_FOR // 1_000_000


def tried(story: Story, screen: str, *, heard: bool) -> None:
    story.watch.act(story.watch.now, [story.watch.sounds.decide(screen, heard, "P2")])
    story.passes(2, step=1.0)


def unheard(story: Story) -> dict[str, str]:
    return {f.subject: f.detail for f in story.watch.findings.of(FindingKind.SCREEN_UNHEARD)}


def test_a_screen_that_was_not_heard_is_a_finding_until_somebody_hears_it() -> None:
    story = Story(story_mine())
    story.passes(2)
    tried(story, "desk 1", heard=True)
    assert unheard(story) == {}
    tried(story, "desk 1", heard=False)
    assert unheard(story) == {"desk 1": "P2"}
    tried(story, "desk 2", heard=True)
    assert unheard(story) == {"desk 1": "P2"}, "of another screen it says nothing"
    tried(story, "desk 1", heard=True)
    assert unheard(story) == {}


def test_after_a_day_it_is_untested_like_any_other_that_nobody_has_tried() -> None:
    story = Story(story_mine())
    story.passes(2)
    tried(story, "laptop", heard=False)
    story.passes(DAY_S + 600, step=600.0)
    assert unheard(story) == {}


def test_the_screen_that_was_tested_longest_ago_is_forgotten_first() -> None:
    sounds = Sounds()
    for n in range(MOST_SCREENS + 1):
        sounds.apply(sounds.decide(f"screen {n}", True, "P2"), n)
        sounds.apply(sounds.decide("screen 0", True, "P2"), n)
    assert len(sounds.tests) == MOST_SCREENS
    assert "screen 0" in sounds.tests
    assert "screen 1" not in sounds.tests


def test_a_screen_has_a_name() -> None:
    with pytest.raises(Refused):
        Sounds.decide("  ", True, "P2")


def test_what_is_journalled_is_who_which_screen_and_what_he_said() -> None:
    said = Sounds.decide(" desk 1 ", False, "P2")
    assert said == SoundTested(screen="desk 1", heard=False, by="P2", origin=said.origin)
