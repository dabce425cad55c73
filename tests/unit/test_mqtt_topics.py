"""Whose a topic is, and what is nobody's."""

import pytest

from minesafe.links.stream.topics import MOST_KNOWN, Filters


@pytest.mark.parametrize(
    ("topic", "whose"),
    [
        ("acme/7/CH4", "points"),
        ("acme/7/", "points"),
        ("acme/7", None),
        ("acme/7/CH4/extra", None),
        ("acme/7/a+b", None),
        ("acme/7/#", None),
        ("acme/7/a\0b", None),
        ("deep", "deep"),
        ("deep/a/b/c", "deep"),
        ("deeper", None),
        ("x/last", "tail"),
        ("$SYS/last", None),
        ("", None),
    ],
)
def test_a_topic_belongs_to_a_filter_by_the_standard(topic: str, whose: str | None) -> None:
    filters = Filters({"acme/7/+": "points", "deep/#": "deep", "+/last": "tail"})
    found = filters.find(topic.encode())
    assert (found[1] if found else None) == whose


def test_a_topic_that_is_no_text_is_nobodys() -> None:
    assert Filters({"#": 1}).find(b"\xff\xfe") is None


def test_who_makes_up_topics_fills_no_memory() -> None:
    filters = Filters({"a/+": 1})
    for n in range(MOST_KNOWN + 10):
        filters.find(b"a/%d" % n)
    assert len(filters._known) == MOST_KNOWN
    assert filters.find(b"a/new") == ("a/+", 1)
