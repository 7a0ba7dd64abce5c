"""``make invoke F=reserve_slot``: runs one function in the running laptop cloud with its sample event."""

import json
import sys

from local import documents
from local.cloud import LaptopCloud, read_stack
from local.errors import LocalCloudError
from local.places import Ports, local_folder


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    known = sorted(path.stem for path in (documents.ROOT / "events").glob("*.json"))
    if name not in known:
        print(f"usage: make invoke F=name, with a name of: {', '.join(known)}", file=sys.stderr)
        return 2
    try:
        function = read_stack()["functions"]["".join(part.title() for part in name.split("_"))]
        cloud = LaptopCloud(local_folder(), Ports(), print)
        print(json.dumps(cloud.invoke(function, documents.event(name)), indent=2))
    except LocalCloudError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
