"""``make invoke F=reserve_slot``: runs one function in the running laptop cloud with its sample event."""

import json

from local import documents
from local.cloud import invoke, read_stack
from local.command import named_event, run


def main() -> int:
    name = named_event("make invoke F=name")
    stack = read_stack()
    function = stack["functions"][documents.pascal_case(name)]
    print(json.dumps(invoke(stack["aws_endpoint_url"], function, documents.event_of_now(name)), indent=2))
    return 0


if __name__ == "__main__":
    run(main)
