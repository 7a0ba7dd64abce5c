"""Text messages by Amazon SNS."""

from typing import Any

from booking.channels.aws import client, provider
from booking.errors import Undeliverable
from booking.model import UndeliverableReason
from booking.notices import Message


class SnsSms:
    """Sends transactional text messages."""

    def __init__(self, sns: Any = None) -> None:
        self._sns = sns or client("sns")

    def send(self, message: Message, address: str, reference: str) -> str:  # noqa: ARG002  # see below
        """See ``MessageChannel.send``. SNS keeps no reference of ours with a text message."""
        with provider("SNS"):
            try:
                answer = self._sns.publish(
                    PhoneNumber=address,
                    Message=message.sms,
                    MessageAttributes={
                        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
                    },
                )
            except self._sns.exceptions.InvalidParameterException as error:
                opted_out = "opted out" in str(error).lower()
                reason = UndeliverableReason.OPTED_OUT if opted_out else UndeliverableReason.ADDRESS_INVALID
                raise Undeliverable(reason) from None
        return str(answer["MessageId"])
