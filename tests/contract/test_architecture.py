"""docs/architecture.md has a tree of the repository: everything in it is there, and every folder and room is in it."""

import re
from pathlib import Path

from local import documents

MADE_HERE = re.compile(r"\..*|__pycache__|node_modules|.*\.egg-info|dist|build")
"""Folders that tools make, and those whose names begin with a dot."""

DEEP_ENOUGH = ("docs/performance", "tests/previous_release/sql", "functions/booking/messages/")
"""Below these the tree says it once for all."""


def block() -> str:
    text = (documents.ROOT / "docs" / "architecture.md").read_text()
    [found] = re.findall(r"<!-- tree -->\n\n```\n(.*?)```", text, re.DOTALL)
    return str(found)


def tree() -> dict[str, str]:
    """What the tree says of each path; a folder's path ends with a slash. A level is two spaces."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in block().splitlines():
        [(indent, name, said)] = re.findall(r"^( *)(\S+) *(.*)$", line)
        above = [*above[: len(indent) // 2], name]
        found["".join(above)] = said
    return found


def folders(below: Path) -> list[str]:
    """Every folder of the project's own with something in it, as the tree would name it."""
    found = []
    for path in sorted(below.iterdir()):
        if path.is_dir() and not MADE_HERE.fullmatch(path.name):
            inside = folders(path)
            if inside or any(each.is_file() for each in path.iterdir()):
                found += [f"{path.relative_to(documents.ROOT)}/", *inside]
    return found


def test_everything_in_the_tree_is_there() -> None:
    for path in tree():
        there = documents.ROOT / path
        assert there.is_dir() if path.endswith("/") else any(documents.ROOT.glob(path)), path


def test_every_folder_is_in_the_tree() -> None:
    missing = set(folders(documents.ROOT)) - set(tree())
    assert [path for path in sorted(missing) if not path.startswith(DEEP_ENOUGH)] == []


def test_every_module_that_is_a_room_and_every_file_at_the_top_of_the_handlers_is_in_the_tree() -> None:
    functions = documents.ROOT / "functions"
    modules = [*(functions / "booking").glob("[a-z]*.py"), *(functions / "handlers").glob("_[a-z]*.py")]
    assert {str(path.relative_to(documents.ROOT)) for path in modules} <= set(tree())


def test_the_tree_says_something_of_everything_in_a_line_that_fits() -> None:
    assert [path for path, said in tree().items() if not said] == []
    assert [line for line in block().splitlines() if len(line) > 120] == []
