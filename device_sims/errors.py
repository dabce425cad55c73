"""What ends the simulated mine; each carries the sentence a person should read."""


class SimulationRefused(Exception):
    """The simulated mine cannot run as asked."""


class MineUnreadable(SimulationRefused):
    """mine.json is missing, is not JSON, or lacks something the simulators need."""


class ScenarioUnknown(SimulationRefused):
    """No such scenario, or its file says something nobody understands."""


class PortTaken(SimulationRefused):
    """A simulated device cannot listen where mine.json says it listens."""
