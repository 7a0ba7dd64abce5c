"""The booking site's files as they are served: below a release's folder, and the one page that names that folder."""

import re
from collections.abc import Iterator
from pathlib import Path

from ops.releases import ROOT

PAGE = "index.html"
FOR_EVER = "public, max-age=31536000, immutable"
"""How long a browser may keep a file of a release: the next one has a folder of its own."""
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""By ending: what is served, and as what. Anything else in web/ is for who works on it."""
UNSERVED = (PAGE, "tsconfig.json", "biome.json")
FIRST = ("app.js", "pages/book.js")
"""The modules that everything begins with; the words follow when the reader's language is known."""

IMPORTED = re.compile(r'^(?:import|export|@import|} from)\b[^"]*?"([^"\s]+\.(?:js|css))";', re.MULTILINE)


def files(root: Path = ROOT) -> Iterator[tuple[str, Path]]:
    """Every file but the page: its name below the release's folder, and where it is."""
    web = root / "web"
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web).as_posix()
        if path.is_file() and path.suffix in TYPES and name not in UNSERVED:
            yield name, path


def file(name: str, root: Path = ROOT) -> Path | None:
    """One of them, by its name; None: there is no such one."""
    web = root / "web"
    path = (web / name).resolve()
    is_served = path.is_relative_to(web) and path.suffix in TYPES and name not in UNSERVED
    return path if is_served and path.is_file() else None


def loaded_with(*files: Path) -> list[Path]:
    """These modules and styles, and what they import before anything runs; each once, what is named first at first."""
    found = list(dict.fromkeys(files))
    for path in found:  # to its end, which moves on
        named = (path.parent.joinpath(name).resolve() for name in IMPORTED.findall(path.read_text()))
        found.extend(dict.fromkeys(each for each in named if each not in found))
    return found


def page(release: str, login_url: str, client_id: str, root: Path = ROOT) -> bytes:
    """The page that everything begins with, of this release (a folder below ``/r/``).

    It names what the first page loads, so that a browser asks for all of that at once, and not for a module when it has
    read the one that imports it.
    """
    web = root / "web"
    modules = [path.relative_to(web).as_posix() for path in loaded_with(*(web / name for name in FIRST))]
    values = {"release": f"/r/{release}", "login_url": login_url, "client_id": client_id}
    values["modules"] = "\n  ".join(f'<link rel="modulepreload" href="/r/{release}/{name}">' for name in modules)
    text = (web / PAGE).read_text()
    return re.sub(r"{{(\w+)}}", lambda found: values[found[1]], text).encode()
