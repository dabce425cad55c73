"""A demo's scenarios."""

from minesafe.web.models.wire import Wire, Words


class ScenarioOut(Wire):
    """Something a demo's simulated mine can go through."""

    name: str
    about: Words
    """One sentence."""


class ScenariosOut(Wire):
    """What can be played, and what runs now; empty while another one starts."""

    playing: str
    scenarios: list[ScenarioOut]


class ScenarioIn(Wire):
    """Which scenario shall begin."""

    scenario: str
