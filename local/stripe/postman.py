"""Posts the events that are due, a few at once, and hears what came of each."""

import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from local.stripe.laptop import LaptopStripe
from local.stripe.webhooks import Delivery

PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 5
AT_ONCE = 8


class Postman:
    """Works until it is stopped."""

    def __init__(self, laptop: LaptopStripe) -> None:
        self._laptop = laptop
        self._is_over = threading.Event()
        self._hands = ThreadPoolExecutor(AT_ONCE)
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """After the posts that are under way; what waits for a hand is planned anew."""
        self._is_over.set()
        self._thread.join()
        self._hands.shutdown()

    def _work(self) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            with self._laptop.lock:
                due = self._laptop.deliveries.due()
            for delivery in due:
                self._hands.submit(self._post, delivery)

    def _post(self, delivery: Delivery) -> None:
        deliveries = self._laptop.deliveries
        with self._laptop.lock:
            if self._is_over.is_set():
                deliveries.report(delivery, was_taken=False)
                return
            headers, body = deliveries.request(delivery)
        asked = urllib.request.Request(deliveries.endpoint.url, body.encode(), headers)  # noqa: S310  # our own, http
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310  # the same
                was_taken = 200 <= answer.status < 300
        except OSError:  # nobody is there, or a status that is an error (urllib.error.HTTPError is one)
            was_taken = False
        with self._laptop.lock:
            deliveries.report(delivery, was_taken=was_taken)
