"""Districts: a face with its gates, a heading with its fan, a panel that waits for its machines."""

from device_sims.survey.ground import Draft, Names, Panel, Stretch, Zone
from device_sims.survey.mains import STOPS, Mains, begin_of

GATE_M = 285.0
FACE_M = 130.0
"""How far a panel reaches from the track main, and how long its face is."""
MOUTH_M, HEADING_M = 88.0, 215.0
"""From the track main to a heading's mouth, and from there to its front."""
OFF_FORK_M = 8.0
"""A counted zone begins so far from the junction: a reader that cannot tell the branches of a fork
places people at it, and they must not be counted into the working place."""
ROOF_M = 5.0
"""Unsupported roof at the front of a heading."""

KINDS = (("spare", "winning"), ("driving", "spare"))
"""What the first two districts of the first level are, and those of all others …"""
FURTHER = ("winning", "driving")
"""… and all further ones in turn."""

LAST = 2
"""Districts that need no regulator, at the end of the track main."""

AT_FRONT = ("掘进机司机", "支护工", "爆破工", "班组长", "瓦斯检查员", "安全员", "带班领导")
"""Trades with work under unsupported roof."""


def kind_of(row: int, district: int) -> str:
    """What a district is at present."""
    first = KINDS[min(row, 1)]
    return first[district] if district < len(first) else FURTHER[district % 2]


def returns_of(row: int, districts: int) -> list[float]:
    """Where the districts of a level give their air to the return main."""
    found = []
    for d in range(districts):
        begin, kind = begin_of(d), kind_of(row, d)
        if kind in ("winning", "spare"):
            found.append(begin + FACE_M)
        if kind in ("winning", "driving"):
            found.append(begin + STOPS[1])
    return found


def open_district(draft: Draft, mains: Mains, district: int) -> None:
    """Drive a district's roadways and say what is what."""
    kind, number = kind_of(mains.row, district), f"{mains.row + 1}{district + 1}"
    zone = f"D{number}"
    before = set(draft.roads)
    if kind in ("winning", "spare"):
        _panel(draft, mains, district, f"{number}01", "face" if kind == "winning" else "spare")
    if kind in ("winning", "driving"):
        _heading(draft, mains, district, f"{number}0{2 if kind == 'winning' else 1}")
    own = tuple(Stretch(r) for r in draft.roads if r not in before)
    draft.zones.append(Zone(zone, Names(f"{number} 采区", f"District {number}"), "district", own))
    draft.zones += [z for p in draft.panels if p.district == zone for z in _zones(draft, p)]


def _numbered(draft: Draft, mark: str) -> str:
    """The next free id of a sort, such as G02 after G01."""
    taken = sum(r.startswith(mark) and r[len(mark) :].isdigit() for r in draft.roads)
    return f"{mark}{taken + 1:02d}"


def _regulator(mains: Mains, district: int) -> str:
    """The first of many districts are held back, or there would be no air for the last."""
    return "regulator" if district < mains.districts - LAST else "none"


def _panel(draft: Draft, mains: Mains, district: int, number: str, kind: str) -> None:
    """Two gates to the north and what joins them: a face, or an open-off cut without a machine."""
    level, y, x = mains.level.id, mains.level.north, begin_of(district)
    node, gate, cut = ("face", "G", "W") if kind == "face" else ("junction", "Z", "Q")
    near = draft.node(f"N{number}A", level, x - 6, y + GATE_M, kind=node)
    far = draft.node(f"N{number}B", level, x + FACE_M, y + GATE_M + 14, kind=node)
    half = draft.node(f"N{number}C", level, x + FACE_M + 3, y + GATE_M / 2)
    out = mains.back[x + FACE_M]
    intake = _numbered(draft, gate)
    name = Names(f"{number} 运输顺槽", f"{number} transport gate")
    ends = (mains.stop(district, 0), near)
    draft.road(intake, name, ends, "intake", 1, 14.0, door=_regulator(mains, district))
    back = _numbered(draft, gate)
    name = Names(f"{number} 回风顺槽里段", f"{number} return gate, inner")
    draft.road(back, name, (far, half), "return", 1, 13.0)
    outer = _numbered(draft, gate)
    name = Names(f"{number} 回风顺槽外段", f"{number} return gate, outer")
    draft.road(outer, name, (half, out), "return", 1, 13.0)
    line = _numbered(draft, cut)
    name = Names(f"{number} 采煤工作面", f"{number} coal face")
    if kind == "spare":
        name = Names(f"{number} 切眼", f"{number} open-off cut")
    draft.road(line, name, (near, far), "face" if kind == "face" else "drift", 1, 12.0)
    roads = {"intake": intake, "face": line, "return": back, "out": outer}
    draft.panels.append(Panel(number, kind, f"D{number[:2]}", level, roads))


def _heading(draft: Draft, mains: Mains, district: int, number: str) -> None:
    """Fresh air comes by the mouth; a local fan blows some of it to the front."""
    level, y, x = mains.level.id, mains.level.north, begin_of(district) + STOPS[1]
    mouth = draft.node(f"N{number}M", level, x + 4, y + MOUTH_M)
    front = draft.node(f"N{number}H", level, x - 4, y + MOUTH_M + HEADING_M, kind="end")
    cut = _numbered(draft, "C")
    name = Names(f"{number} 进风联络巷", f"{number} intake cross-cut")
    ends = (mains.stop(district, 1), mouth)
    draft.road(cut, name, ends, "intake", 1, 12.0, door=_regulator(mains, district))
    heading = _numbered(draft, "H")
    rock = mains.row == len(draft.levels) - 1 and mains.row > 0
    word = ("轨道上山", "rock incline") if rock else ("运输顺槽", "transport gate")
    name = Names(f"{number} {word[0]}掘进", f"{number} {word[1]}, heading")
    draft.road(heading, name, (mouth, front), "heading", -1, 13.0)
    out = _numbered(draft, "K")
    name = Names(f"{number} 回风联络巷", f"{number} return cross-cut")
    draft.road(out, name, (mouth, mains.back[x]), "return", 1, 11.0)
    roads = {"cut": cut, "heading": heading, "out": out}
    draft.panels.append(Panel(number, "heading", f"D{number[:2]}", level, roads, rock))


def _zones(draft: Draft, panel: Panel) -> list[Zone]:
    number, roads = panel.number, panel.roads
    if panel.kind == "heading":
        road = roads["heading"]
        front = round(draft.roads[road].length_m - ROOF_M, 1)
        return [
            Zone(
                f"HEAD-{number}",
                Names(f"{number} 掘进工作面", f"Heading {number}"),
                "heading",
                (Stretch(road, OFF_FORK_M),),
                16,
                note="mechanised heading, no severe hazard",
            ),
            Zone(
                f"ROOF-{number}",
                Names(f"{number} 迎头空顶区", f"Unsupported roof at heading {number}"),
                "restricted",
                (Stretch(road, front),),
                permitted=AT_FRONT,
            ),
        ]
    if panel.kind == "spare":
        return []
    face, outer = draft.roads[roads["face"]], draft.roads[roads["out"]]
    return [
        Zone(
            f"FACE-{number}",
            Names(f"{number} 采煤工作面", f"Coal face {number}"),
            "face",
            (
                Stretch(roads["intake"], OFF_FORK_M),
                Stretch(roads["face"]),
                Stretch(roads["return"]),
                Stretch(roads["out"], 0.0, round(outer.length_m - OFF_FORK_M, 1)),
            ),
            30,
            note="maintenance shift; the face with its two gates counts as one",
        ),
        Zone(
            f"CORNER-{number}",
            Names(f"{number} 回风隅角", f"Return corner of {number}"),
            "key",
            (Stretch(face.id, round(face.length_m - 20, 1)), Stretch(roads["return"], 0.0, 20.0)),
        ),
    ]
