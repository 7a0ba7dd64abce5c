"""How the demo speaks: headlines, calls and answers, an execution's path, the messages that were sent."""

import contextlib
import json
import time
from datetime import datetime
from typing import Any

from local import watch
from local.api import Answer
from local.errors import LocalCloudError

BOOKING_SECONDS = 60


class Sent:
    """The messages that are sent from now on."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self._url = stack["aws_endpoint_url"]
        self._mails, self._texts = len(watch.emails(self._url)), len(watch.texts(self._url))

    def wait_for(self, count: int) -> None:
        """Waits until ``count`` messages were sent. Raises ``LocalCloudError`` when that takes too long."""
        deadline = time.monotonic() + BOOKING_SECONDS
        while len(self.mails()) + len(self._new_texts()) < count:
            if time.monotonic() > deadline:
                raise LocalCloudError("the message was not sent: see .local/emulator.log")
            time.sleep(0.1)

    def show_new(self) -> None:
        for mail in self.mails():
            say(f"E-mail to {', '.join(mail['To'])}: {mail['Subject']}\n\n{indented(mail['BodyText'])}\n")
        for text in self._new_texts():
            say(f"Text to {text['PhoneNumber']}:\n\n{indented(text['Message'])}\n")

    def mails(self) -> list[dict[str, Any]]:
        return watch.emails(self._url)[self._mails :]

    def _new_texts(self) -> list[dict[str, Any]]:
        return watch.texts(self._url)[self._texts :]


def tell(states: Any, machine: str, name: str) -> None:
    """Prints an execution's path as it happens, until it ends."""
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    started: datetime | None = None
    for event in watch.history(states, execution, BOOKING_SECONDS):
        started = started or watch.instant(event)
        if line := watch.story(event):
            say(f"{(watch.instant(event) - started).total_seconds():6.2f} s  {line}")


def show(answer: Answer) -> None:
    location = f"\nLocation: {answer.headers['location']}" if "location" in answer.headers else ""
    say(f"→ {answer.status}{location}\n{indented(json.dumps(answer.body, indent=2, ensure_ascii=False))}")


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def headline(text: str) -> None:
    say(f"\n── {text} {'─' * max(0, 76 - len(text))}")


def say(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever read our output has gone: stopping still comes first
        print(text, flush=True)
