"""A document as PDF, by Typst. A font with Chinese must be there: boxes are no record."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from minesafe.model.errors import MinesafeError
from minesafe.reports.document import Document

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei")
"""Looked for where none is named, in this order."""


class NoPaper(MinesafeError):
    """The PDF cannot be made; says what is missing, and as a code of the wire."""

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        super().__init__(why)


def paper(document: Document, *, font: str = "", folders: Sequence[Path] = ()) -> bytes:
    """Lay a document out as PDF.

    Args:
        document: what it says.
        font: family to set it in; empty: the first of `FONTS` that is there.
        folders: where fonts are looked for besides the system's own.

    Raises:
        NoPaper: the extra or the font is missing, or Typst refuses.
    """
    typst = _typst()
    fonts = typst.Fonts(include_system_fonts=True, font_paths=list(folders))
    said = {"doc": asdict(document), "font": _chosen(font, fonts.families())}
    inputs = {"report": json.dumps(said, ensure_ascii=False)}
    template = (files(__package__) / "report.typ").read_bytes()
    try:
        made: bytes = typst.compile(template, font_paths=fonts, sys_inputs=inputs)
    except RuntimeError as error:
        raise NoPaper("report_failed", f"Typst: {error}") from error
    return made


def family(font: str, folders: Sequence[Path]) -> str:
    """In which family a report would be set here; arguments and errors are those of `paper`."""
    fonts = _typst().Fonts(include_system_fonts=True, font_paths=list(folders))
    return _chosen(font, fonts.families())


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError as error:
        why = "PDF needs the extra [reports]: pip install 'minesafe[reports]'"
        raise NoPaper("report_no_typst", why) from error
    return typst


def _chosen(font: str, there: Sequence[str]) -> str:
    wanted = (font,) if font else FONTS
    for family in wanted:
        if family in there:
            return family
    raise NoPaper(
        "report_no_font",
        f"no font {' or '.join(wanted)}: install one with Chinese (fonts-noto-cjk), "
        "or name another with --font, its folder with --fonts, or both in server.toml",
    )
