"""Looking into the laptop cloud from outside: an execution's history as it grows, and the messages that were sent."""

import html
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from local.errors import LocalCloudError

AT_THE_PROVIDER = ("OpenCheckout", "CloseCheckout", "ReadPayment", "RefundPayment", "ChargeFee")
"""States whose result is what the payment provider says."""


def history(states: Any, execution_arn: str, timeout_seconds: float) -> Iterator[dict[str, Any]]:
    """Every event of an execution, as it happens, until it ends. Raises ``LocalCloudError`` when it takes too long."""
    seen = 0
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        events = states.get_execution_history(executionArn=execution_arn, maxResults=1000)["events"]
        yield from events[seen:]
        seen = len(events)
        if events and events[-1]["type"] in ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted"):
            return
        time.sleep(0.05)
    raise LocalCloudError(f"the booking took longer than {timeout_seconds:.0f} s: see .local/emulator.log")


def story(event: dict[str, Any]) -> str | None:
    """An event in words, for those a person wants to see."""
    kind = event["type"]
    if kind.endswith("StateEntered"):
        return f"▶ {event['stateEnteredEventDetails']['name']}"
    if kind.endswith("StateExited"):
        details = event["stateExitedEventDetails"]
        return f"✓ {details['name']}: {_came_to(details['name'], json.loads(details['output']))}"
    if kind == "TaskFailed":
        return f"✗ {event['taskFailedEventDetails']['error']}"
    if kind == "ExecutionFailed":
        return f"✗ execution failed: {event['executionFailedEventDetails']['error']}"
    return None


def _came_to(state: str, output: dict[str, Any]) -> str:
    """What a state made of it; one that decides nothing hands on what was decided before."""
    if state.startswith("Notify"):
        return f"{len(output['deliveries'])} messages"
    if state in AT_THE_PROVIDER:
        return str(output["facts" if "facts" in output else "checkout"]["status"])
    decided = output.get("decision", output)
    return str(decided["outcome"] if "outcome" in decided else output["about"])


def instant(event: dict[str, Any]) -> datetime:
    when: datetime = event["timestamp"]
    return when


def emails(aws_endpoint_url: str) -> list[dict[str, Any]]:
    """Every e-mail that SES has sent, oldest first: ``To``, ``Subject``, ``BodyText``, ``BodyHtml``."""
    by_account = _get(f"{aws_endpoint_url}/_ministack/ses/messages")["messages"]
    sent = [message for messages in by_account.values() for message in messages]
    return [{**message, "BodyText": text_of(message)} for message in sent]


def text_of(mail: dict[str, Any]) -> str:
    """What one reads; Cognito sends HTML alone. MIME ends lines with CRLF, and adds a line break at the end."""
    if mail["BodyText"]:
        return str(mail["BodyText"]).replace("\r\n", "\n").rstrip()
    body = re.sub(r"<head>.*?</head>", "", mail["BodyHtml"], flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</p>|<br>", "\n\n", body)))
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", text).strip()


def texts(aws_endpoint_url: str) -> list[dict[str, Any]]:
    """Every text message that SNS has sent: ``PhoneNumber``, ``Message``."""
    by_number = _get(f"{aws_endpoint_url}/_ministack/sns/sms-messages")["sms_messages"]
    return [message for messages in by_number.values() for message in messages]


def _get(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # the laptop's own http address
        return dict(json.load(answer))
