"""Somebody who waits for the code in their mailbox: ``python -m tests.e2e.mailbox ADDRESS`` prints it."""

import os
import re
import sys
import time

from local import watch

SECONDS = 60


def code(aws_endpoint_url: str, address: str) -> str:
    """The newest code that was mailed to an address, once there is one."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        mails = [each["BodyText"] for each in watch.emails(aws_endpoint_url) if each["To"] == [address]]
        found = [match[0] for mail in mails if (match := re.search(r"\b\d{6}(?:\d{2})?\b", mail))]
        if found:
            return found[-1]
        time.sleep(0.1)
    raise SystemExit(f"no code for {address}")


if __name__ == "__main__":
    print(code(os.environ["AWS_ENDPOINT_URL"], sys.argv[1]))  # noqa: T201  # what was asked for
