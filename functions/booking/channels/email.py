"""E-mail by Amazon SES, version 2."""

from typing import Any

from booking.channels.aws import client, provider
from booking.errors import Undeliverable
from booking.model import UndeliverableReason
from booking.notices import Message


class SesEmail:
    """Sends text and HTML from one verified address."""

    def __init__(self, sender: str, ses: Any = None) -> None:
        self._sender = sender
        self._ses = ses or client("sesv2")

    def send(self, message: Message, address: str, reference: str) -> str:
        """See ``MessageChannel.send``."""
        with provider("SES"):
            try:
                answer = self._ses.send_email(
                    FromEmailAddress=self._sender,
                    Destination={"ToAddresses": [address]},
                    Content={
                        "Simple": {
                            "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                            "Body": {
                                "Text": {"Data": message.text, "Charset": "UTF-8"},
                                "Html": {"Data": message.html, "Charset": "UTF-8"},
                            },
                        }
                    },
                    EmailTags=[{"Name": "notification_id", "Value": reference}],
                )
            except self._ses.exceptions.BadRequestException:
                # SES takes our content as it is: what it can't parse is the address.
                raise Undeliverable(UndeliverableReason.ADDRESS_INVALID) from None
        return str(answer["MessageId"])
