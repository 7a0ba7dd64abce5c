"""The order of the suite: files that share a laptop cloud stay together, and the workers meet among the small ones."""

from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests import order


class Worker:
    """What xdist's scheduler knows of one."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.taken: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.taken += indices


def test_files_that_share_the_cloud_are_first_whole_and_the_longest_are_at_the_end() -> None:
    written = [
        ("workflow/test_matrix.py", "row", ()),
        ("unit/test_rules.py", "rule", ()),
        ("e2e/test_fuzz.py", "call", ("known",)),
        ("e2e/test_roles.py", "table", ()),
        ("e2e/test_roles.py", "cell", ("cloud",)),
    ]
    items: list[Any] = [
        SimpleNamespace(path=Path("tests") / path, name=name, fixturenames=fixtures) for path, name, fixtures in written
    ]
    order.sort(items)
    assert [item.name for item in items] == ["table", "cell", "call", "rule", "row"]


def test_one_worker_begins_at_the_front_the_other_at_the_end_and_nothing_is_left() -> None:
    files = ["roles", "fuzz", "rules", "matrix"]
    front, back = Worker("gw0"), Worker("gw1")
    scheduler = order.FromBothEnds.__new__(order.FromBothEnds)  # without a session of pytest around it
    scheduler.workqueue = OrderedDict((file, {f"{file}::test": False}) for file in files)
    scheduler.assigned_work = {}
    scheduler.registered_collections = {key: [f"{file}::test" for file in files] for key in (front, back)}
    for worker in (front, back, back, front):
        scheduler._assign_work_unit(worker)

    assert [files[index] for index in front.taken] == ["roles", "fuzz"]
    assert [files[index] for index in back.taken] == ["matrix", "rules"]
    assert not scheduler.workqueue
