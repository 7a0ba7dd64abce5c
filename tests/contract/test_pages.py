"""The site's files by themselves, without a browser: what is loaded first, what is named in them, what tests them."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from booking import codes
from booking.contracts.traces import AttemptOutcome
from local import documents
from ops import site_files
from ops.site_files import loaded_with

WEB = documents.ROOT / "web"
NODE_MODULES = documents.ROOT / "tests" / "js" / "node_modules"
FIRST_PAGE_BYTES = 45_000
"""Zipped, for all that the first page loads; see docs/decisions.md."""

OPERATORS_BYTES = 60_000
"""Zipped, for what a page for operators loads over the first page's, with the one of its views that it opens with."""

ALL_OPERATORS_BYTES = 130_000
"""Zipped, for all of these pages and their views, each file once: whoever looks at everything."""

OWN = [path for path in sorted(WEB.rglob("*")) if path.is_file() and WEB / "vendor" not in path.parents]


def first_page() -> set[Path]:
    """What the page names, and the words: there is nothing else that a browser finds out later."""
    page = site_files.page("dev", "", "").decode()
    named = {WEB / name for name in re.findall(r'"/r/dev/([^"]+)"', page)}
    loaded = {*named, WEB / "words" / "de.js"}
    assert set(loaded_with(*loaded)) == loaded
    return loaded


def zipped(files: set[Path]) -> dict[str, int]:
    return {str(path.relative_to(WEB)): len(gzip.compress(path.read_bytes())) for path in files}


def test_the_first_page_is_small() -> None:
    loaded = first_page()
    assert {WEB / "vendor" / "preact.js", WEB / "session.js", WEB / "styles" / "base.css"} <= loaded
    assert WEB / "pages" / "me.js" not in loaded, "other pages are fetched when somebody goes there"
    sizes = {**zipped(loaded), "index.html": len(gzip.compress(site_files.page("0" * 12, "https://login", "client")))}
    assert sum(sizes.values()) <= FIRST_PAGE_BYTES, sorted(sizes.items(), key=lambda each: -each[1])


def loads_of_operators() -> Iterator[list[Path]]:
    """Each of their pages with its words and styles; a trace's with each of its views, which is fetched when seen."""

    def named(name: str) -> list[Path]:
        return [WEB / "words" / f"de-{name}.js", WEB / "styles" / f"{name}.css"]

    def words(*names: str) -> list[Path]:
        return [WEB / "words" / f"de-{name}.js" for name in names]

    for page in sorted((WEB / "pages" / "operators").glob("*.js")):
        yield [page, WEB / "styles" / "care.css", *named("operators"), *words("lists", "acts")]
    for view in sorted((WEB / "parts" / "operators").glob("*-view.js")):
        styles = WEB / "styles" / f"{view.name.removesuffix('-view.js')}.css"
        own = [styles] if styles.exists() else []
        said = [] if view.name == "graph-view.js" else words("views")
        said += words("acts") if view.name in ("messages-view.js", "history-view.js") else []
        yield [WEB / "pages" / "operators" / "trace.js", view, *own, *said, *named("operators"), *named("trace")]


def test_the_operators_pages_are_small() -> None:
    loads = list(loads_of_operators())
    assert any(WEB / "vendor" / "dagre.js" in loaded_with(*files) for files in loads)
    for files in loads:
        sizes = zipped(set(loaded_with(*files)) - first_page())
        assert sum(sizes.values()) <= OPERATORS_BYTES, (files, sorted(sizes.items(), key=lambda each: -each[1]))
    sizes = zipped({file for files in loads for file in loaded_with(*files)} - first_page())
    assert {"styles/operators.css", "words/de-operators.js", "parts/operators/timeline-view.js"} <= set(sizes)
    assert sum(sizes.values()) <= ALL_OPERATORS_BYTES, sorted(sizes.items(), key=lambda each: -each[1])


def test_the_first_page_says_only_the_words_that_come_with_it() -> None:
    later = set(re.findall(r"^    (\w+):", (WEB / "words" / "en-later.js").read_text(), re.MULTILINE))
    pages = [WEB / "pages" / name for name in ("book.js", "signed-in.js", "not-found.js")]
    said = {
        word for file in loaded_with(WEB / "app.js", *pages) for word in re.findall(r'\bt\("(\w+)"', file.read_text())
    }
    assert len(said) > 30
    assert said & later == set()


REFUSED = {
    "third party": r"\b(?:https?:)?//[\w-]+\.[\w.-]+",
    "inline style": r"\bstyle=|<style\b",
    "inline script": r"<script\b(?![^>]*\bsrc=)|javascript:|\bon[a-z]+=[\"']",
    "text as markup": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(",
}
"""What Content-Security-Policy would refuse, and what would make markup of text."""


NAMED = {"http://www.w3.org", "https://www.openstreetmap.org"}
"""SVG's name, which nobody fetches; and where a link to the way there leads, once it is pressed."""


def test_no_file_names_a_third_party_or_anything_inline() -> None:
    found = [
        (str(path.relative_to(WEB)), what, match[0])
        for path in OWN
        for what, pattern in REFUSED.items()
        for match in re.finditer(pattern, path.read_text())
        if match[0] not in NAMED
    ]
    assert found == []


KEEPERS = {"choice.js", "practice.js", "session.js", "words.js", "zone.js", "kept-key.js", "kept-batch.js"}
"""The only files that keep anything; each says what, and why it may."""


def test_what_is_remembered_in_the_browser_is_known() -> None:
    """No token, and nothing of a person: only ids, tastes, and what the practice tells everybody of itself."""
    keeping = {path.name for path in OWN if re.search(r"\b(?:session|local)Storage\.setItem", path.read_text())}
    assert keeping <= KEEPERS
    assert not any("document.cookie" in path.read_text() or "indexedDB" in path.read_text() for path in OWN)


def test_the_sites_own_tests_pass() -> None:
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed: the site's modules are not tested")
    command = ["node", "--test", *map(str, sorted((documents.ROOT / "tests" / "web").glob("*.test.mjs")))]
    done = subprocess.run(command, cwd=documents.ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"^[#ℹ] pass [1-9]", done.stdout, re.MULTILINE)


def test_the_vendored_module_is_what_the_pinned_packages_make() -> None:
    if shutil.which("node") is None or not (NODE_MODULES / "esbuild").exists():
        pytest.skip("web/vendor is not compared: it needs Node.js, and npm ci --prefix tests/js --ignore-scripts")
    command = ["node", "tests/js/vendor.mjs", "--check"]
    done = subprocess.run(command, cwd=documents.ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr or "web/vendor/preact.js is stale: make vendor"


def test_every_code_that_a_trace_may_show_has_a_word() -> None:
    said = "".join((WEB / "words" / f"en-{name}.js").read_text() for name in ("trace", "views"))
    entered = r"INTO booking_events \([^)]*\)\s+(?:SELECT|VALUES \()[^']{0,40}, '(\w+)'"
    recorded = {
        name
        for path in (documents.ROOT / "functions" / "booking" / "sql").glob("*.sql")
        for name in re.findall(entered, path.read_text())
    }
    assert {"reserved", "moved", "put_back", "released"} <= recorded
    families: dict[str, Iterable[str]] = {
        "about": codes.NotificationEvent,
        "recipient": codes.Recipient,
        "channel": codes.Channel,
        "delivery": [*codes.NotificationStatus, *codes.DeliveryReport],
        "undeliverable": codes.UndeliverableReason,
        "outcome": AttemptOutcome,
        "purpose": codes.PaymentPurpose,
        "entry": codes.PaymentEntry,
        "recorded": [*recorded, *codes.Act, codes.ACT_REFUSED, "completed", "no_show"],
    }
    words = {f"{family}{code.title().replace('_', '')}" for family, known in families.items() for code in known}
    assert {word for word in words if f"    {word}:" not in said} == set()
