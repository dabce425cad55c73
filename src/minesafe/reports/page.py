"""A document as one HTML page that needs nothing else: no scripts, no files beside it."""

from importlib.resources import files

from jinja2 import Environment

from minesafe.reports.document import Document

_PAGES = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_PAGE = _PAGES.from_string((files(__package__) / "report.html").read_text("utf-8"))


def page(document: Document) -> str:
    """Lay a document out as HTML; what people wrote stays text."""
    return _PAGE.render(doc=document)
