"""The phone's forms to order and to decide: pure functions to a page without scripts."""

from html import escape

from minesafe.model.events import OrderKind
from minesafe.model.mine import ZoneKind
from minesafe.model.order import Order
from minesafe.web.phone_page import Sight, page
from minesafe.web.phone_words import WORDS, name

NOT_LEFT = frozenset({ZoneKind.PORTAL, ZoneKind.REFUGE})
"""Ways out and refuges are no places to leave."""


def act_page(sight: Sight, order: Order, token: str, notice: str = "") -> str:
    """Forms for what the order still asks.

    Args:
        sight: the mine as it is now.
        order: what the link is about.
        token: the link's, for the way back.
        notice: the code of what an act was refused with.
    """
    word = f"refused_{notice}" if f"refused_{notice}" in WORDS else "not_recorded"
    said = [f'<p class="said" role="alert">{sight.say(word)}</p>'] if notice else []
    stops = order.order_kind is OrderKind.STOP_WORK
    forms = [_evacuate(sight), _false_alarm(sight)] if stops else [_widen(sight)]
    number = sight.say("number", number=f"{order.number:03}")
    back = f'<a class="call" href="/a/{escape(token)}?lang={sight.lang}">{sight.say("back")}</a>'
    parts = [f"<h1>{sight.say('acts')}</h1>", f"<p>{number}</p>", *said, *forms, back]
    return page(sight, "known", "acts", parts, 0)


def _form(sight: Sight, what: str, word: str, fields: str) -> str:
    """One act: what it does, what it needs, the PIN, a button that says it again."""
    return (
        f'<form class="act" method="post" action="?lang={sight.lang}"><fieldset>'
        f"<legend>{sight.say(word)}</legend><p>{sight.say(f'{word}_hint')}</p>"
        f'<input type="hidden" name="what" value="{what}">{fields}'
        f'<label>{sight.say("pin")}<input type="password" name="pin" required '
        f'autocomplete="current-password"></label>'
        f'<button type="submit">{sight.say(word)}</button></fieldset></form>'
    )


def _reason(sight: Sight) -> str:
    return (
        f'<label>{sight.say("reason")}<input name="reason" maxlength="400" required '
        f'autocomplete="off"></label>'
    )


def _evacuate(sight: Sight) -> str:
    return _form(sight, "evacuate", "act_evacuate", "")


def _false_alarm(sight: Sight) -> str:
    return _form(sight, "false_alarm", "act_false", _reason(sight))


def _widen(sight: Sight) -> str:
    whole = f'<option value="">{sight.say("whole_mine")}</option>'
    zones = (z for z in sight.mine.zones if z.kind not in NOT_LEFT | {ZoneKind.MINE})
    options = "".join(
        f'<option value="{escape(z.id)}">{escape(name(sight.lang, z.name))}</option>' for z in zones
    )
    chosen = f'<label>{sight.say("where")}<select name="zone">{whole}{options}</select></label>'
    return _form(sight, "widen", "act_widen", chosen + _reason(sight))
