"""``python -m local.stripe PORT SITE_PORT FILE``: the laptop's Stripe, until it is told to stop or is nobody's child.

What the account has is kept in the file, so that the money is where the bookings say it is after a restart.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from local.stripe.laptop import LaptopStripe
from local.stripe.server import serving

SAVED_EVERY_SECONDS = 2.0
"""And whenever it stops: who is killed has lost so much at most."""
PARENT_SECONDS = 0.2
"""So often it looks whether it is still wanted."""


def main() -> None:
    port, site_port, file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    laptop = LaptopStripe(f"http://127.0.0.1:{port}")
    laptop.load(file)
    is_over, parent = threading.Event(), os.getppid()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        is_over.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    with serving(laptop, port, site_port):
        saved, again = laptop.changes, time.monotonic()
        while not is_over.wait(PARENT_SECONDS) and os.getppid() == parent:
            if laptop.changes != saved and time.monotonic() >= again:
                saved, again = laptop.changes, time.monotonic() + SAVED_EVERY_SECONDS
                laptop.save(file)
    laptop.save(file)


if __name__ == "__main__":
    main()
