"""How tests that run several at a time are shared out among the workers.

A file stays with one worker, because its tests share databases, browsers and what was played
before. Long tests go first and each by itself, or the last one would run alone at the end. By the
node's name: the marks of pytest-xdist 3.8 (`xdist_group`) are lost on their way under pytest 9.
"""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LONG = (
    "tests/system/test_kill_nine.py::test_an_order_outlives_the_server_at_every_step",
    "tests/browser/test_evacuation.py::test_a_gas_outburst_is_seen",
    "tests/system/test_line.py::test_gas_outburst_from_the_reading",
    "tests/acceptance/test_scenarios.py::test_a_scenario_comes_out_as_it_says",
    "tests/system/test_fault_stories.py::",
    "tests/system/test_trouble.py::",
    "tests/system/test_kernels_ready.py::test_a_first_start_compiles",
    "tests/system/test_bench_world.py::test_a_mine_with_all_its_wires",
    "tests/system/test_killed_anywhere.py::test_killed_at_a_hundred",
    "tests/system/test_demo.py::",
    "tests/system/test_history_feeding.py::test_a_link_that_swallows_everything",
    "tests/system/test_scenario_picker.py::test_a_quiet_demo",
    "tests/unit/test_config_sheets.py::test_a_hundred_thousand",
    "tests/unit/test_packaging.py::test_the_wheel",
)
"""Ten seconds and more; the longest first."""

TOGETHER = {
    "tests/perf/test_engine_speed.py": "the compiled loops",
    "tests/property/test_kernels.py": "the compiled loops",
    "tests/property/test_mqtt_trains.py": "the compiled loops",
}
"""Files for one worker: what they compile, two would compile twice at the same time."""


def turn(nodeid: str) -> int:
    """When it is to be handed out: lower is earlier."""
    return next((row for row, name in enumerate(LONG) if nodeid.startswith(name)), len(LONG))


def share(nodeid: str) -> str:
    """What goes to a worker together has the same share."""
    if turn(nodeid) < len(LONG):
        return nodeid
    file = nodeid.partition("::")[0]
    return TOGETHER.get(file, file)


class Sharing(LoadScopeScheduling):
    """Hands out shares in the order of the collection, whoever is free next."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)

    def remove_node(self, node: WorkerController) -> str | None:
        """The test that a worker died of has failed: tried again, it would kill them one by one.

        Shares that are done are not handed out a second time: of nothing no worker ever says that
        it is through with it.
        """
        workload = self.assigned_work[node]
        left = [test for unit in workload.values() for test, done in unit.items() if not done]
        if left:
            workload[share(left[0])][left[0]] = True
        for done in [name for name, unit in workload.items() if all(unit.values())]:
            del workload[done]
        super().remove_node(node)
        return left[0] if left else None

    def schedule(self) -> None:
        """A worker runs its last test once it knows that none or another one comes behind it.

        One that takes a dead one's place is handed a single share, which may be a single test.
        """
        replaced = self.collection is not None
        super().schedule()
        if replaced:
            for node in self.nodes:
                self._reschedule(node)
