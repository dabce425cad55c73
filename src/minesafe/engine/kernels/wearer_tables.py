"""What `wearer_loops` is handed: sightings, the ground, a few people, and room to write."""

from typing import NamedTuple

from minesafe.model.frame import Column


class Rows(NamedTuple):
    """Sightings (n,), and what each place means: fences that hold it, or are near, by row."""

    who: Column
    """Row among the few (`Few`)."""
    at: Column
    station: Column
    cell: Column
    way: Column
    metres: Column
    """On the roadway."""
    chainage: Column
    level: Column
    x: Column
    y: Column
    z: Column
    error: Column
    flags: Column
    believed: Column
    known: Column
    """Whether it is a place at all."""
    first: Column
    """(n + 1,): where in `within` each row's begin; ascending."""
    within: Column
    first_near: Column
    near: Column


class Border(NamedTuple):
    """What the layout says of fences, readers and roadways."""

    zone: Column
    halo: Column
    tolerance: Column
    delay: Column
    timeout: Column
    dwell: Column
    still: Column
    drawn: Column
    portal: Column
    leave: Column
    column: Column
    """Of a zone's certificates in `Few.until`."""
    speed: Column
    length: Column
    ends: Column
    """(2 E,): nodes of each roadway."""
    slowest: float
    row: Column
    """(N,): of `away`, for nodes of the roadways that occur."""
    away: Column
    """(M, N): seconds from node to node."""


class Few(NamedTuple):
    """The people it is about (n,): what the layout says of them, then columns of the state."""

    counts: Column
    forbidden: Column
    """(n Z,)"""
    until: Column
    """(n (G + 1),)"""
    seen: Column
    placed: Column
    reader: Column
    roadway: Column
    chainage: Column
    level: Column
    x: Column
    y: Column
    z: Column
    error: Column
    flags: Column
    cell: Column
    out: Column
    placing: Column
    doubts: Column
    doubt_way: Column
    doubt_m: Column
    doubt_error: Column
    doubt_at: Column
    doubted: Column
    stay: Column
    entered: Column
    fuse: Column
    told: Column
    next: Column
    unsure: Column
    patience: Column
    rest_way: Column
    rest_m: Column
    rest_since: Column
    resting: Column


class Scratch(NamedTuple):
    """(K,) each, written: when stays end, which, by what, and those there were."""

    when: Column
    order: Column
    key: Column
    was: Column


class Said(NamedTuple):
    """Transitions, written from the first row on."""

    condition: Column
    subject: Column
    zone: Column
    on: Column
    value: Column
    at: Column
