"""``make lighthouse``: what Lighthouse says of the site's pages that need no sign-in, in a laptop cloud of its own.

Accessibility and best practices gate. Performance is printed: what gates speed is bytes (tests/contract/test_pages.py).
"""

import json
import os
import subprocess
import sys
from typing import Any

from local import documents
from tests.browser import ARGUMENTS, CHROMIUM
from tests.e2e.conftest import own_cloud
from tests.e2e.site import people

LIGHTHOUSE = documents.ROOT / "tests" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
GATES = {"accessibility": 95, "best-practices": 95}
OTHERS = ("performance",)


def main() -> int:
    if CHROMIUM is None or not LIGHTHOUSE.exists():
        print("✗ It needs Node.js with its npm, and Debian's chromium-headless-shell", file=sys.stderr)
        return 1
    missed = 0
    with own_cloud() as cloud, people.therapist(cloud, "Europe/Berlin", "Dora Lind") as therapist:
        service = cloud.stack["demo"]["service_id"]
        pages = {"services": "/", "times": f"/?service={service}&with={therapist.id}", "signing in": "/sessions"}
        for page, path in pages.items():
            found = report(cloud.stack["site_url"] + path)
            points = {name: round(100 * (found["categories"][name]["score"] or 0)) for name in (*GATES, *OTHERS)}
            print(f"{page:12}", ", ".join(f"{name} {value}" for name, value in points.items()))
            for name, least in GATES.items():
                if points[name] < least:
                    missed += 1
                    print(f"✗ {name}: {least} at least. {'; '.join(failed(found, name))}")
    return int(missed > 0)


def report(url: str) -> Any:
    flags = " ".join(("--headless", *ARGUMENTS))
    names = ",".join((*GATES, *OTHERS))
    command = [
        str(LIGHTHOUSE),
        url,
        "--output=json",
        "--quiet",
        f"--only-categories={names}",
        f"--chrome-flags={flags}",
    ]
    quiet = {"CHROME_PATH": str(CHROMIUM), "CI": "true"}
    done = subprocess.run(
        command, env={**os.environ, **quiet}, capture_output=True, text=True, timeout=180, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-1000:])
    return json.loads(done.stdout)


def failed(found: Any, category: str) -> list[str]:
    """The titles of what lost points."""
    audits = [found["audits"][each["id"]] for each in found["categories"][category]["auditRefs"] if each["weight"]]
    return [each["title"] for each in audits if each["score"] is not None and each["score"] < 1]


if __name__ == "__main__":
    sys.exit(main())
