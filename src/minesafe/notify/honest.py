"""What apprise leaves out: DingTalk and WeCom answer 200 to what they refuse, and say so inside.

A wrong signature, a word their filter wants, too many messages a minute: `{"errcode": 310000, …}`.
apprise 2.3 reads no further than the 200, and an order would be shown as accepted that nobody has.
So these two plugins are given a `requests` that takes such an answer for the error it is: the only
place in which anything of apprise is replaced.
"""

import importlib
from types import ModuleType
from typing import Any

import msgspec

PLUGINS = ("apprise.plugins.dingtalk", "apprise.plugins.wecombot")


class _Answer(msgspec.Struct):
    errcode: int = 0
    errmsg: str = ""


class Honest:
    """The module `requests`, but for `post`."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *where: Any, **how: Any) -> Any:
        """As `requests.post`; a refusal within an answer is its RequestException."""
        answer = self._requests.post(*where, **how)
        try:
            said = msgspec.json.decode(answer.content or b"{}", type=_Answer)
        except (ValueError, RecursionError):
            return answer  # no JSON: the status alone tells
        if said.errcode:
            raise self._requests.RequestException(f"{said.errcode}: {said.errmsg[:200]}")
        return answer


def make_honest() -> None:
    """Once is enough; again changes nothing."""
    for name in PLUGINS:
        plugin: ModuleType = importlib.import_module(name)
        if not isinstance(plugin.requests, Honest):
            vars(plugin)["requests"] = Honest(plugin.requests)
