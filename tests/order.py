"""Which test file is run when, by which of the workers that share them, so that all end together.

Who waits for a laptop cloud or a browser leaves the processors idle, and who tests rules keeps one busy: two workers of
three go through the files that need a cloud, from the front, each with its own, while one begins at the end, with the
longest of the rest. They meet among the small ones.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

ROOMS = ("e2e", "unit", "contract", "integration", "workflow")
"""After the files that share a laptop cloud; from the end, the longest first."""


def sort(items: list[pytest.Item]) -> None:
    """Puts whole files in that order; within a file, tests stay as they are written."""
    in_the_cloud = {item.path for item in items if "cloud" in getattr(item, "fixturenames", ())}

    def place(item: pytest.Item) -> tuple[int, int]:
        room = item.path.parent.name
        return item.path not in in_the_cloud, ROOMS.index(room) if room in ROOMS else 0

    items.sort(key=place)


class FromBothEnds(LoadFileScheduling):  # type: ignore[misc]  # an untyped package's class
    """Whole files: every second worker takes them from the end."""

    def _assign_work_unit(self, node: Any) -> None:
        if int(node.gateway.id.removeprefix("gw")) % 2 == 1:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
