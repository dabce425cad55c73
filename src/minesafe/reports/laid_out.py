"""A document as the bytes of a file."""

from collections.abc import Sequence
from pathlib import Path

from minesafe.model.mine import Mine
from minesafe.reports.document import Document
from minesafe.reports.page import page
from minesafe.reports.paper import paper


def laid_out(
    document: Document, form: str, mine: Mine, *, font: str = "", folders: Sequence[Path] = ()
) -> bytes:
    """Lay a document out.

    Args:
        document: what it says.
        form: html · pdf.
        mine: whose server says which font there is, where none is named.
        font: family to set a PDF in.
        folders: where fonts are looked for besides the system's own.

    Raises:
        NoPaper: as `paper`.
    """
    if form == "html":
        return page(document).encode()
    server = mine.server
    own = [Path(server.report_fonts)] if server.report_fonts else []
    return paper(document, font=font or server.report_font, folders=folders or own)
