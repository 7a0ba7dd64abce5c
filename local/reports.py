"""What providers report to EventBridge of the messages they took: SES's events, and End User Messaging's of texts.

The emulator's providers take everything and say nothing more. Here each message arrives, but for those to SES's own
simulator (``bounce@simulator.amazonses.com`` bounces, ``complaint@simulator.amazonses.com`` complains) and those that
shall bounce (``local.faults``). As in AWS, SES's events name addresses; the rules of the template leave them out.
"""

import contextvars
import json
import re
import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from ministack.services import eventbridge, ses_v2, sns
from ministack.services import stepfunctions as ministack_stepfunctions

from local import faults

DELAY_SECONDS = 0.3
"""Providers report after they have answered."""

_handle_email = ses_v2.handle_request
_publish = sns._publish
_handle_sns = sns.handle_request


def install() -> None:
    ses_v2.handle_request = handle_email
    sns._publish = publish
    sns.handle_request = handle_sns
    eventbridge._apply_input_transformer = apply_input_transformer


async def handle_email(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
    answer = await _handle_email(method, path, headers, body, query)
    if method == "POST" and path.rstrip("/").endswith("/outbound-emails") and answer[0] == 200:
        _later(_email_event(json.loads(body), json.loads(answer[2])["MessageId"]))
    return answer


async def handle_sns(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
    """CheckIfPhoneNumberIsOptedOut, which MiniStack lacks: numbers that end in 99 have answered STOP, as in moto."""
    asked = parse_qs(body.decode())
    if asked.get("Action") != ["CheckIfPhoneNumberIsOptedOut"]:
        return await _handle_sns(method, path, headers, body, query)
    is_opted_out = str(asked["phoneNumber"][0].endswith("99")).lower()
    name = "CheckIfPhoneNumberIsOptedOut"
    answer = f"<{name}Result><isOptedOut>{is_opted_out}</isOptedOut></{name}Result>"
    text = f'<{name}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">{answer}</{name}Response>'
    return 200, {"Content-Type": "text/xml"}, text.encode()


def publish(params: Any) -> Any:
    answer = _publish(params)
    if answer[0] == 200 and params.get("PhoneNumber"):
        [message_id] = re.findall(r"<MessageId>(.*?)</MessageId>", answer[2].decode())
        detail = {"eventType": "TEXT_DELIVERED", "isFinal": True, "messageId": message_id, "messageStatus": "DELIVERED"}
        _later(_event("aws.sms-voice", "Text Message Delivery Status Updated", detail))
    return answer


def apply_input_transformer(transformer: dict[str, Any], _rule: Any, view: Any) -> Any:
    """MiniStack's knows no index in a path, as in ``$.detail.mail.tags.notification_id[0]``."""
    event, paths = view.event_with_detail(), transformer["InputPathsMap"]
    values = {name: ministack_stepfunctions._resolve_path(path, event) for name, path in paths.items()}
    return eventbridge._render_input_template(transformer["InputTemplate"], values)


def _email_event(sent: dict[str, Any], message_id: str) -> dict[str, Any]:
    """See "Examples of event data that Amazon SES publishes to EventBridge"."""
    address = sent["Destination"]["ToAddresses"][0]
    tags = {tag["Name"]: [tag["Value"]] for tag in sent.get("EmailTags", [])}
    tags["ses:configuration-set"] = [sent.get("ConfigurationSetName", "")]
    detail: dict[str, Any] = {"mail": {"messageId": message_id, "destination": [address], "tags": tags}}
    came_back = "bounce" if faults.current.takes_bounce() else ""
    match came_back or address.removesuffix("@simulator.amazonses.com"):
        case "bounce":
            recipients = {"bouncedRecipients": [{"emailAddress": address}]}
            detail |= {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", **recipients}}
        case "complaint":
            detail |= {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": address}]}}
        case _:
            detail |= {"eventType": "Delivery", "delivery": {"recipients": [address]}}
    return _event("aws.ses", f"Email {detail['eventType']}", detail)


def _event(source: str, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"Source": source, "DetailType": kind, "Detail": json.dumps(detail), "Time": datetime.now(UTC).timestamp()}


def _later(event: dict[str, Any]) -> None:
    put = contextvars.copy_context().run  # the account and region of the request
    arguments = (eventbridge._put_events, {"Entries": [event]})
    timer = threading.Timer(DELAY_SECONDS, put, arguments, {"allow_aws_source": True})
    timer.daemon = True
    timer.start()
