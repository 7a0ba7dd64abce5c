"""CONTRIBUTING.md's recipes name the files that a change needs: those of an example are there, and mention it."""

import re
from typing import NamedTuple

import pytest

from local import documents


class Recipe(NamedTuple):
    """A recipe: its example's words by their placeholders, and the files to edit by hand, in order."""

    title: str
    words: dict[str, str]
    files: list[str]


def recipes() -> list[Recipe]:
    text = (documents.ROOT / "CONTRIBUTING.md").read_text().partition("## Recipes")[2]
    found = []
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        example = re.search(r"<!-- example: (.*) -->", part)
        words = dict(each.split("=", 1) for each in example[1].split()) if example else {}
        found.append(Recipe(part.splitlines()[0], words, re.findall(r"^\d+\. `([^`]+)`", part, re.MULTILINE)))
    return found


MOST = {"A step": 9, "A route": 5, "A message": 6, "A field": 7, "A migration": 2}
"""So many files may be edited by hand, tests included."""

EXAMPLES = [pytest.param(recipe, file, id=f"{recipe.title}: {file}") for recipe in recipes() for file in recipe.files]


@pytest.mark.parametrize(("recipe", "file"), EXAMPLES)
def test_the_example_of_a_recipe_is_in_each_of_its_files(recipe: Recipe, file: str) -> None:
    name = re.sub(r"<(\w+)>", lambda placeholder: recipe.words.get(placeholder[1], "*"), file)
    paths = list(documents.ROOT.glob(name))
    assert paths, name
    texts = [str(path) + path.read_text() for path in paths if path.is_file()]
    shared = {"subject", "machine", "routes", "recipient", "store", "story"}
    own = {word for placeholder, word in recipe.words.items() if placeholder not in shared}
    assert not own or any(word in text for word in own for text in texts), f"none of {own} is in {name}"


def test_no_recipe_is_longer_than_it_may_be() -> None:
    assert {recipe.title: len(recipe.files) for recipe in recipes() if len(recipe.files) > MOST[recipe.title]} == {}
    assert {recipe.title for recipe in recipes()} == set(MOST)
