"""Faults that are planted in the code, to see that the suite notices."""

import tomllib
from pathlib import Path
from typing import NamedTuple

FAULTS = Path(__file__).with_name("faults.toml")


class Fault(NamedTuple):
    """What would go wrong, where; what stands there, what is planted in its place; a test that fails then."""

    name: str
    file: str
    was: str
    planted: str
    caught_by: str

    def plant(self, root: Path) -> str:
        """Breaks the file below ``root``; returns what it was. Raises ``ValueError`` where there is no one place."""
        path = root / self.file
        text = path.read_text()
        if (count := text.count(self.was)) != 1:
            raise ValueError(f"what it replaces stands {count} times in {self.file}")
        path.write_text(text.replace(self.was, self.planted))
        return text


def known() -> list[Fault]:
    """All of them, in the file's order."""
    return [Fault(**each) for each in tomllib.loads(FAULTS.read_text())["fault"]]
