"""The frame of every ``python -m local.…`` command: what goes wrong is one line, and exit code 1."""

import sys
from collections.abc import Callable
from typing import NoReturn
from urllib.error import URLError

from botocore.exceptions import EndpointConnectionError

from local import documents
from local.errors import LocalCloudError


def run(command: Callable[[], int]) -> NoReturn:
    """Runs a command and exits with its code."""
    try:
        sys.exit(command())
    except LocalCloudError as error:
        print(f"✗ {error}", file=sys.stderr)
        sys.exit(1)
    except (URLError, EndpointConnectionError):  # between one look and the next it has gone
        print("✗ the laptop cloud does not answer: is `make run` still up?", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:  # Ctrl-C is how a command that stays up ends
        print(file=sys.stderr)
        sys.exit(130)


def named_event(usage: str) -> str:
    """The sample event named by the first argument; exits with 2 and says which there are when it is none."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in documents.event_names():
        print(f"usage: {usage}, with a name of: {', '.join(documents.event_names())}", file=sys.stderr)
        sys.exit(2)
    return name
