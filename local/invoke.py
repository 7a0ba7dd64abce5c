"""``make invoke F=reserve_slot``: runs one function in the running laptop cloud with its sample event."""

import json
import sys

from local import documents
from local.cloud import invoke, read_stack
from local.errors import LocalCloudError


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    known = sorted(path.stem for path in (documents.ROOT / "events").glob("*.json"))
    if name not in known:
        print(f"usage: make invoke F=name, with a name of: {', '.join(known)}", file=sys.stderr)
        return 2
    try:
        stack = read_stack()
        function = stack["functions"]["".join(part.title() for part in name.split("_"))]
        print(json.dumps(invoke(stack["aws_endpoint_url"], function, documents.event(name)), indent=2))
    except LocalCloudError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
