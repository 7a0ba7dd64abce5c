"""Text messages by Amazon SNS."""

from typing import Any

from booking.channels.aws import client, provider
from booking.codes import UndeliverableReason
from booking.errors import Undeliverable
from booking.notices import Message


class SnsSms:
    """Sends transactional text messages."""

    def __init__(self, sns: Any = None) -> None:
        self._sns = sns or client("sns")

    def send(self, message: Message, address: str, reference: str) -> str:  # noqa: ARG002  # see below
        """See ``MessageChannel.send``. SNS keeps no reference of ours with a text message.

        Who has answered STOP is asked for first: SNS takes a message to them like any other, and drops it.
        """
        with provider("SNS"):
            try:
                if self._sns.check_if_phone_number_is_opted_out(phoneNumber=address)["isOptedOut"]:
                    raise Undeliverable(UndeliverableReason.OPTED_OUT)
                answer = self._sns.publish(
                    PhoneNumber=address,
                    Message=message.sms,
                    MessageAttributes={
                        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
                    },
                )
            except self._sns.exceptions.InvalidParameterException:
                raise Undeliverable(UndeliverableReason.ADDRESS_INVALID) from None
        return str(answer["MessageId"])
