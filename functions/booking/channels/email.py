"""E-mail by Amazon SES, version 2."""

from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from typing import Any

from booking import addresses
from booking.channels.aws import client, provider
from booking.codes import Channel, UndeliverableReason
from booking.errors import Undeliverable
from booking.notices import Message


class SesEmail:
    """Sends text, HTML and, where the calendar changes, a calendar file, from one verified address."""

    def __init__(self, sender: str, configuration_set: str, ses: Any = None) -> None:
        self._sender = sender
        self._configuration_set = configuration_set  # which reports what becomes of each message
        self._ses = ses or client("sesv2")

    def send(self, message: Message, address: str, reference: str) -> str:
        """See ``MessageChannel.send``."""
        with provider("SES"):
            try:
                answer = self._ses.send_email(
                    FromEmailAddress=self._sender,
                    Destination={"ToAddresses": [address]},
                    Content={"Raw": {"Data": as_mime(message, self._sender, address)}},
                    ConfigurationSetName=self._configuration_set,
                    EmailTags=[{"Name": "notification_id", "Value": reference}],
                )
            except self._ses.exceptions.BadRequestException:
                # SES takes our content as it is: what it can't parse is the address.
                raise Undeliverable(UndeliverableReason.ADDRESS_INVALID) from None
        return str(answer["MessageId"])


def as_mime(message: Message, sender: str, address: str) -> bytes:
    """The e-mail. The calendar file is an alternative of the text, which makes mail programs offer the event, without a
    disposition, which would make some of them an attachment of it; and an attachment too, for those that want one.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(message.subject.split())
    mail.set_raw("From", named(message.letterhead.name, sender))
    _address_to(mail, address)
    if addresses.can_be_written_to(Channel.EMAIL, message.letterhead.email):
        mail["Reply-To"] = message.letterhead.email
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is to be told to the practice
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    if message.calendar is not None:
        method, text = message.calendar.method, message.calendar.content.decode()
        mail.add_alternative(text, subtype="calendar", cte="base64", params={"method": method})
        mail.add_attachment(message.calendar.content, maintype="application", subtype="ics", filename="session.ics")
    return mail.as_bytes()


def named(name: str, address: str) -> str:
    """An address with a name before it: quoted, or in encoded words (RFC 2047), and never more than one header.

    Already folded: ``EmailMessage`` would put spaces into a long name where it folds one itself.
    """
    line = " ".join(name.split())
    if line.isascii():
        return formataddr((line, address))
    words = Header(line, "utf-8", header_name="From").encode(linesep="\r\n")
    return f"{words}\r\n <{address}>"


def _address_to(mail: EmailMessage, address: str) -> None:
    """The one recipient. Raises ``Undeliverable`` for what a mail program would read as anything but this address.

    What was kept has been checked; here the library that writes the header has the last word: it decodes encoded words
    in an address, and fails on some with errors of all kinds.
    """
    try:
        mail["To"] = address
        recipients = [each.addr_spec for each in mail["To"].addresses]
    except Exception:  # ValueError, HeaderParseError, IndexError: whatever its parser stumbles over
        recipients = []
    if recipients != [address] or not address.isascii():
        raise Undeliverable(UndeliverableReason.ADDRESS_INVALID)
