"""Reading a page as a phone without scripts does: which form to send, with which fields. Pure."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

ACKNOWLEDGE = ("acknowledge", "确认", "收到", "知晓", "i have it")
"""What marks the form that acknowledges, in its address, a field or its button."""


@dataclass(slots=True)
class Form:
    """A form of a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    words: str = ""
    """Everything it says, to tell it from others."""

    @property
    def acknowledges(self) -> bool:
        """Whether sending it says: I have it."""
        said = " ".join((self.action, self.words, *self.fields, *self.fields.values())).lower()
        return any(word in said for word in ACKNOWLEDGE)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag in ("input", "button") and self._open and "name" in given:
            self._open.fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open.words += data


def acknowledging_form(page: str) -> Form | None:
    """The form that acknowledges, or None where there is none (any more).

    A page with a single form to send leaves no doubt, whatever it calls it.

    >>> acknowledging_form('<form method="post" action="/a"><input name="t" value="7">确认</form>')
    Form(action='/a', method='post', fields={'t': '7'}, words='确认')
    """
    parser = _Forms()
    parser.feed(page)
    posting = [f for f in parser.forms if f.method == "post"]
    marked = [f for f in posting if f.acknowledges]
    found = marked or (posting if len(posting) == 1 else [])
    return found[0] if found else None
