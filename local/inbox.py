"""What the emulator's providers have taken, as a person reads it: each e-mail whole, and each text.

The messages are where the emulator keeps them, the JSON of ``local.watch`` is of the same. It forgets an e-mail's
source, which has the calendar file, and when a text was sent: both are put beside its own record here.
"""

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from ministack.services import ses, ses_v2, sns

from booking import gsm
from booking.codes import Channel
from booking.notices import CalendarFile
from local.watch import text_of

SOURCE, AT = "LaptopSource", "Timestamp"

_CODE = re.compile(r"(?<!\d)\d{6}(?:\d{2})?(?!\d)")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Received:
    """A message that was sent to somebody, without what is asked for one by one."""

    id: str
    channel: Channel
    to: str
    at: float  # seconds since 1970
    subject: str  # of a text: empty
    text: str
    code: str | None  # to sign in or up with, or to show that a number is one's own
    segments: int | None  # of a text: what a carrier makes of it
    record: dict[str, Any]

    @property
    def recipient(self) -> str:
        """Stands for ``to`` where no address may be."""
        return hashlib.sha256(self.to.encode()).hexdigest()[:16]

    @property
    def html(self) -> str:
        """Empty for none."""
        return str(self.record.get("BodyHtml") or "")

    @property
    def calendar(self) -> CalendarFile | None:
        if SOURCE not in self.record:
            return None
        mail = message_from_bytes(base64.b64decode(self.record[SOURCE]), _class=EmailMessage, policy=policy.default)
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                return CalendarFile(str(part.get_param("method") or ""), str(part.get_content()).encode())
        return None


def install() -> None:
    """From now on what the emulator forgets is kept. After whoever else stands around its providers."""
    handle_email, publish = ses_v2.handle_request, sns._publish

    async def keep_source(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        answer = await handle_email(method, path, headers, body, query)
        if method == "POST" and path.rstrip("/").endswith("/outbound-emails") and answer[0] == 200:
            source = json.loads(body)["Content"].get("Raw", {}).get("Data")
            message_id = json.loads(answer[2])["MessageId"]
            if source:
                _record(ses._sent_emails_list(), message_id)[SOURCE] = source
        return answer

    def keep_time(parameters: Any) -> Any:
        answer = publish(parameters)
        if answer[0] == 200 and (number := sns._p(parameters, "PhoneNumber")):
            [message_id] = re.findall(r"<MessageId>(.*?)</MessageId>", answer[2].decode())
            _record(sns._sms_log_for(number), message_id)[AT] = time.time()
        return answer

    ses_v2.handle_request, sns._publish = keep_source, keep_time


def messages() -> list[Received]:
    """Everything that was sent, newest first."""
    return sorted([*_emails(), *_texts()], key=lambda each: each.at, reverse=True)


def _record(records: list[dict[str, Any]], message_id: str) -> dict[str, Any]:
    return next(each for each in reversed(records) if each["MessageId"] == message_id)


def _emails() -> Iterator[Received]:
    for (*_, key), records in list(ses._sent_emails.to_dict().items()):
        for each in list(records) if key == "entries" else ():
            by_cognito = each["Type"].startswith("Cognito")
            text = text_of(each)
            yield Received(
                each["MessageId"].partition("@")[0],
                Channel.EMAIL,
                ", ".join(each["To"]),
                each[AT],
                each["Subject"],
                text,
                _code(text) if by_cognito else None,
                None,
                each,
            )


def _texts() -> Iterator[Received]:
    for records in list(sns._sms_messages.to_dict().values()):
        for each in list(records):
            text = each["Message"]
            yield Received(
                each["MessageId"],
                Channel.SMS,
                each["PhoneNumber"],
                each.get(AT, 0.0),
                "",
                text,
                _code(text),
                gsm.segments(text),
                each,
            )


def _code(text: str) -> str | None:
    found = _CODE.search(_LINK.sub("", text))
    return found[0] if found else None
