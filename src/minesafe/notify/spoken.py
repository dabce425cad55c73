"""What a loudspeaker, a telephone or a tag says: an order in one breath, in one language."""

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
    words, facts, names = WORDS[language], command.facts, Names(mine, language)
    if command.about == "proof":
        return words.spoken_proof
    if command.about == "test":
        return words.spoken_test
    if facts is None:
        return words.spoken_bare
    if command.about == "way":
        toward, to = map(names.node, (command.toward, command.destination))
        return words.spoken_way.format(toward=toward, destination=to)
    parts = parts_of(names, words, command.about, facts)
    template = words.spoken_clear if command.about == "all_clear" else words.spoken
    drill = words.spoken_drill if facts.drill else ""
    return f"{drill}{parts.say(template, words, facts.order_kind)}".strip()
