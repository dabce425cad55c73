"""docs/stories.md and the ladder of docs/evacuation.md are printed; this holds them to the code.

`python tests/unit/test_story_docs.py` writes the pages anew.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from minesafe import config
from minesafe.model.mine import Duty, LadderStep

ROOT = Path(__file__).parents[2]
STORIES, EVACUATION = ROOT / "docs/stories.md", ROOT / "docs/evacuation.md"
BEGIN, END = "<!-- ladder -->\n", "<!-- /ladder -->"

HEAD = """\
# The stories the program is held to · 验收故事

Each runs in virtual time through the whole watch (judge, raise, order, tell, account for) in
`tests/acceptance/`, a page of code each, and fails when one of its sentences is no longer so. The
gas outburst goes over real sockets too (`tests/system/test_line.py`). This page is printed from the
tests; `tests/unit/test_story_docs.py` holds it to them.
"""


def stories() -> str:
    """A heading for each story, its sentences below it."""
    return HEAD + "".join(_story(path) for path in sorted((ROOT / "tests/acceptance").glob("*.py")))


def _story(path: Path) -> str:
    tree = ast.parse(path.read_text("utf-8"))
    told = (ast.get_docstring(tree) or "").partition("\n")[0].rstrip(".")
    lines = [f"\n## {told}\n`tests/acceptance/{path.name}`\n\n"]
    lines += [f"- {_sentence(name)}\n" for name in _tests(tree)]
    return "".join(lines)


def _tests(tree: ast.Module) -> Iterator[str]:
    functions = (n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    for function in functions:
        if function.name.startswith("test_"):
            yield function.name.removeprefix("test_")


def _sentence(name: str) -> str:
    words = name.replace("_", " ").replace(" s ", "'s ").replace("kill nine", "kill -9")
    return f"{words[0].upper()}{words[1:]}."


ASKED = {
    Duty.LEADER: "leader on duty 带班领导",
    Duty.DEPUTY: "deputy 副职",
    Duty.MINE_HEAD: "mine head 矿长",
    Duty.DISPATCHER: "dispatcher 调度员",
    Duty.ENGINEER: "engineer 工程师",
}
BY = {"sms": "SMS", "call": "call", "console": "the desk's pages", "modem": "own modem"}


def ladder() -> str:
    """The rungs of the demo's policy."""
    rungs = config.load(config.shipped("demo")).policy.ladder
    rows = "".join(f"| {rung.after_s:g} s | {_asked(rung)} | {_by(rung)} |\n" for rung in rungs)
    return f"| after | asked | by |\n|---|---|---|\n{rows}"


def _asked(rung: LadderStep) -> str:
    if set(rung.duties) == set(Duty):
        return "everybody on the roster 全体值班人员"
    return ", ".join(ASKED[duty] for duty in rung.duties)


def _by(rung: LadderStep) -> str:
    return ", ".join(BY.get(channel, channel) for channel in rung.channels)


def test_the_stories_page_says_what_the_acceptance_tests_say() -> None:
    assert STORIES.read_text("utf-8") == stories(), "python tests/unit/test_story_docs.py"


def test_the_ladder_in_the_docs_is_that_of_the_shipped_policy() -> None:
    between = EVACUATION.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert between == ladder(), "python tests/unit/test_story_docs.py"


if __name__ == "__main__":
    STORIES.write_text(stories(), "utf-8")
    before, _, rest = EVACUATION.read_text("utf-8").partition(BEGIN)
    EVACUATION.write_text(f"{before}{BEGIN}{ladder()}{END}{rest.partition(END)[2]}", "utf-8")
