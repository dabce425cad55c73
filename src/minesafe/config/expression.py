"""Expressions about points: a small grammar, read by recursive descent, checked as it is read.

    or     = and {"or" and}
    and    = not {"and" not}
    not    = "not" not | test
    test   = sum [("<" | "<=" | ">" | ">=" | "=" | "!=") sum]
    sum    = term {("+" | "-") term}
    term   = factor {("*" | "/") factor}
    factor = number ["of" "(" or {"," or} ")"] | "-" factor | "(" or ")" | operand "(" id ")"

The formula of a derived point is a `sum`; ("max" | "min") "(" sum {"," sum} ")" is a factor of it
too. Operands are those of model/logic.py, asked of a point or of a zone. A truth is not a number,
nor the other way round.
"""

import functools
import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from minesafe.config.words import nearest
from minesafe.model.logic import IN_FORMULAS, OF_ZONES, OPERANDS, TRUTHS, Node

LONGEST, DEEPEST = 2000, 40
"""Characters of an expression, and how deep it may nest."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]+)|(?P<sign><=|>=|!=|[-+*/<>=(),]))"""
)
_POINT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*\)")
_MOST_OF = 100
_TESTS = ("<", "<=", ">", ">=", "=", "!=")
_WORDS = (*OPERANDS, "and", "or", "not", "of")


class BadExpression(Exception):
    """It cannot be read, or means nothing; `column` counts from 1."""

    def __init__(self, column: int, what: str, hint: str = "") -> None:
        self.column, self.what, self.hint = column, what, hint
        super().__init__(f"column {column}: {what}")


class _Token(NamedTuple):
    text: str
    column: int
    kind: str
    """number · word · sign · end"""


def parse(
    text: str, points: Collection[str], zones: Collection[str] = (), *, general: bool = False
) -> Node:
    """The tree of an expression that is true or not.

    Args:
        text: what somebody wrote.
        points: ids that may be named.
        zones: likewise.
        general: of a pack, whose names stand for any number of points: `of` may ask for more than
            it lists.

    >>> parse("2 of (alarmed(A), alarmed(B), lost(C))", {"A", "B", "C"}).number
    2.0

    Raises:
        BadExpression: with the column and the reason.
    """
    return _whole(text, _Reader(text, points, zones, general=general), truth=True)


def parse_formula(text: str, points: Collection[str], zones: Collection[str] = ()) -> Node:
    """The tree of an expression that is a number.

    >>> parse_formula("value(WIND) * 12 * 60", {"WIND"}).op
    '*'

    Raises:
        BadExpression: with the column and the reason.
    """
    return _whole(text, _Reader(text, points, zones, formula=True), truth=False)


def _whole(text: str, reader: "_Reader", *, truth: bool) -> Node:
    node = reader.whole(truth)
    if reader.token.kind != "end":
        raise BadExpression(reader.token.column, f"{reader.token.text!r} follows the end")
    return node


class _Reader:
    """Reads from left to right, one token ahead."""

    def __init__(
        self,
        text: str,
        points: Collection[str],
        zones: Collection[str],
        *,
        general: bool = False,
        formula: bool = False,
    ) -> None:
        if len(text) > LONGEST:
            raise BadExpression(LONGEST, f"more than {LONGEST} characters")
        self._text, self._points, self._zones = text, points, zones
        self._general, self._formula = general, formula
        self._at = self._depth = 0
        self.token = self._next()

    def _next(self) -> _Token:
        found = _TOKEN.match(self._text, self._at)
        rest = self._text[self._at :]
        column = self._at + len(rest) - len(rest.lstrip()) + 1
        if found is None and rest.strip():
            raise BadExpression(column, f"{rest.strip()[0]!r} means nothing here")
        if found is None:
            return _Token("", column, "end")
        self._at = found.end()
        return _Token(found[0].strip(), column, str(found.lastgroup))

    def _take(self, *texts: str) -> str:
        """The token, if it is one of these, and step on; else nothing."""
        text = self.token.text
        if text not in texts or self.token.kind == "end":
            return ""
        self.token = self._next()
        return text

    def _need(self, text: str) -> None:
        if not self._take(text):
            found = repr(self.token.text) if self.token.text else "the end"
            raise BadExpression(self.token.column, f"{text!r} expected, not {found}")

    # --- the grammar, a method a line --------------------------------------------------------

    def whole(self, truth: bool) -> Node:
        """An expression that holds or does not, or one that is a number."""
        start = self.token.column
        return self._is(truth, self._or() if truth else self._sum(), start)

    def _or(self) -> Node:
        return self._chain(self._and, ("or",), truth=True)

    def _and(self) -> Node:
        return self._chain(self._not, ("and",), truth=True)

    def _not(self) -> Node:
        start = self.token.column
        if not self._take("not"):
            return self._test()
        self._deeper(start)
        inner = self.token.column
        node = Node("not", (self._is(True, self._not(), inner),))
        self._depth -= 1
        return node

    def _test(self) -> Node:
        start, left = self.token.column, self._sum()
        sign = self._take(*_TESTS)
        if not sign:
            return left
        self._is(False, left, start)
        start = self.token.column
        return Node(sign, (left, self._is(False, self._sum(), start)))

    def _sum(self) -> Node:
        return self._chain(self._term, ("+", "-"), truth=False)

    def _term(self) -> Node:
        return self._chain(self._factor, ("*", "/"), truth=False)

    def _chain(self, part: Callable[[], Node], signs: tuple[str, ...], *, truth: bool) -> Node:
        start, node = self.token.column, part()
        while sign := self._take(*signs):
            self._is(truth, node, start)
            start = self.token.column
            node = Node(sign, (node, self._is(truth, part(), start)))
        return node

    def _factor(self) -> Node:
        token = self.token
        self._deeper(token.column)
        try:
            if token.kind == "number":
                self.token = self._next()
                return self._of(float(token.text)) if self._take("of") else _number(token.text)
            if self._take("-"):
                return Node("-", (_number("0"), self._is(False, self._factor(), token.column + 1)))
            if self._take("("):
                node = self._or()
                self._need(")")
                return node
            if self._formula and token.text in ("max", "min"):
                return self._farthest()
            return self._operand(token)
        finally:
            self._depth -= 1

    def _of(self, count: float) -> Node:
        column = self.token.column
        self._need("(")
        args = self._listed(True)
        most = _MOST_OF if self._general else len(args)
        if not 1 <= count <= most or count != int(count):
            raise BadExpression(column, f"{count:g} of {len(args)} cannot be counted")
        return Node("of", tuple(args), number=count)

    def _listed(self, truth: bool) -> list[Node]:
        args = [self.whole(truth)]
        while self._take(","):
            args.append(self.whole(truth))
        self._need(")")
        return args

    def _farthest(self) -> Node:
        """The largest, or the smallest, of a list: two at a time."""
        op = self._take("max", "min")
        self._need("(")
        args = self._listed(False)
        return functools.reduce(lambda a, b: Node(op, (a, b)), args)

    def _operand(self, token: _Token) -> Node:
        if token.kind != "word":
            found = repr(token.text) if token.text else "the end"
            raise BadExpression(token.column, f"a value is missing before {found}")
        if token.text in IN_FORMULAS and not self._formula:
            raise BadExpression(token.column, f"{token.text} is a word of formulas alone")
        if token.text not in OPERANDS:
            hint = nearest(token.text, _WORDS)
            raise BadExpression(token.column, f"{token.text!r} is not known", hint)
        what, known = ("zone", self._zones) if token.text in OF_ZONES else ("point", self._points)
        self.token = self._next()
        if self.token.text != "(":
            raise BadExpression(self.token.column, f"{token.text} is of a {what}: ( expected")
        named = _POINT.match(self._text, self._at)
        if named is None:
            raise BadExpression(self._at + 1, f"{token.text} needs the id of one {what}")
        point, column = named[1], named.start(1) + 1
        if point not in known:
            raise BadExpression(column, f"{what} {point!r} is nowhere", nearest(point, known))
        self._at = named.end()
        self.token = self._next()
        return Node(token.text, point=point)

    # --- what it is checked for --------------------------------------------------------------

    def _is(self, truth: bool, node: Node, column: int) -> Node:
        if (node.op in TRUTHS) is not truth:
            kinds = ("a number", "a truth")
            raise BadExpression(column, f"this is {kinds[not truth]}; {kinds[truth]} belongs here")
        return node

    def _deeper(self, column: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadExpression(column, f"nested deeper than {DEEPEST}")


def _number(text: str) -> Node:
    return Node("number", number=float(text))
