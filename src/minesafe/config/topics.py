"""Topics as the configuration names them: one device's own, or one with {parts}."""

import re

from minesafe.config.row import Row
from minesafe.model.mine import Gateway

PART = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A level of a topic that may be anything, under a name."""

KEY = "key"
"""In a template of a name: the key under which an object has the point. No part is called so."""

_WORD = re.compile(r"[^\s/+#\0]+")


def take_topic(row: Row, key: str = "topic") -> str:
    """A topic one device publishes on."""
    topic = row.text(key)
    if "#" in topic or "+" in topic:
        row.fault(key, f"topic {topic!r} holds a wildcard", "name one device's own topic")
    elif "{" in topic or "}" in topic:
        row.fault(key, f"topic {topic!r} holds a brace", 'only dialect "json" has {parts}')
    _check_topic(row, key, topic)
    return topic


def _check_topic(row: Row, key: str, topic: str) -> None:
    if topic.startswith("$"):
        row.fault(key, f"topic {topic!r} is the broker's own", "begin it with the mine's name")
    if not topic.isprintable():
        row.fault(key, f"topic {topic!r} holds a letter that cannot be printed")


def take_pattern(row: Row) -> tuple[str, set[str]]:
    """A topic with {parts}, and their names."""
    topic = row.text("topic")
    _check_topic(row, "topic", topic)
    if "#" in topic or "+" in topic:
        row.fault("topic", f"topic {topic!r} holds a wildcard", "name the level: {point}")
    parts: list[str] = []
    for level in topic.split("/"):
        found = PART.fullmatch(level)
        if found:
            parts.append(found[1])
        elif "{" in level or "}" in level:
            what = f"{level!r} in the topic is no {{name}} of a whole level"
            row.fault("topic", what, "small letters, digits and _ between two slashes")
    if PART.fullmatch(topic.split("/")[0]):
        row.fault("topic", "the first level must be the gateway's own", "such as acme/{point}")
    if KEY in parts or len(set(parts)) < len(parts):
        row.fault("topic", f"two {{names}} alike, or one called {KEY!r}", "call it otherwise")
    return topic, set(parts)


def filter_of(topic: str) -> str:
    """What to subscribe to.

    >>> filter_of("acme/7/{area}/{point}")
    'acme/7/+/+'
    """
    return PART.sub("+", topic)


def own_part(gateway: Gateway) -> str:
    """Below which topic a gateway publishes: it is nobody else's."""
    if gateway.edge is not None:
        return f"spBv1.0/{gateway.edge.group}/{gateway.edge.edge}"
    levels = gateway.topic.split("/")
    fixed = next((i for i, level in enumerate(levels) if PART.fullmatch(level)), len(levels))
    return "/".join(levels[:fixed])


def take_level(row: Row, key: str) -> str:
    """A name that is one level of a topic."""
    name = row.text(key)
    if name and not _WORD.fullmatch(name):
        row.fault(key, f"{name!r} is no level of a topic", "no blanks and none of / + #")
    return name
