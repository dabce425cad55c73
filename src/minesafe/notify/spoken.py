"""What a loudspeaker or a telephone says: an order in one breath, in one language."""

from minesafe.model.commands import CallOut
from minesafe.model.mine import Mine
from minesafe.notify.names import Names
from minesafe.notify.texts import parts_of
from minesafe.notify.words import WORDS


def spoken(mine: Mine, command: CallOut, language: str) -> str:
    """Put an order into spoken words.

    Args:
        mine: where names, units and decimals are looked up.
        command: the facts, and what they are told for.
        language: zh · en.
    """
    words, facts = WORDS[language], command.facts
    if facts is None:
        return words.spoken_bare
    parts = parts_of(Names(mine, language), words, command.about, facts)
    template = words.spoken_clear if command.about == "all_clear" else words.spoken
    drill = words.spoken_drill if facts.drill else ""
    return f"{drill}{parts.say(template, words, facts.order_kind)}".strip()
