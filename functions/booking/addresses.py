"""Addresses that can be written to, exactly: what may be kept, and whether what is kept may still be written to.

E-mail goes through SES, which knows no SMTPUTF8: the part before the @ is ASCII, and a domain of other letters is kept
in its ASCII form (Punycode), which is the same mailbox
(https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html).
"""

import re

from booking.codes import Channel

E164 = r"\+[1-9][0-9]{6,14}"


def kept(channel: Channel, address: str) -> str:
    """The address as it is kept and written to. Raises ``ValueError`` with the rule that it breaks."""
    if channel == Channel.SMS:
        if not re.fullmatch(E164, address):
            raise ValueError("must be a number in E.164, like +491701234567")
        return address
    return _mailbox(address)


def can_be_written_to(channel: Channel, address: str) -> bool:
    """Whether an address that was kept may be written to as it is: it may be older than today's rules."""
    try:
        return kept(channel, address) == address
    except ValueError:
        return False


def mailbox(address: str | None) -> str | None:
    """An e-mail address as two are compared: in its kept form, without regard to case. None: it is none.

    Only case: ``anna+x@`` and ``an.na@`` are other people's at most providers.
    """
    try:
        return _mailbox(address).lower() if address else None
    except ValueError:
        return None


def _mailbox(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # 40 ms, which few calls need

    local, _, domain = address.rpartition("@")
    if "=?" in local:  # RFC 2047, section 5: no encoded word in an addr-spec; mail libraries decode it all the same
        raise ValueError("must be an e-mail address, and no encoded word (=?…?=)")
    try:
        found = validate_email(address, allow_smtputf8=False, strict=True, check_deliverability=False)
    except EmailNotValidError as wrong:
        raise ValueError(f"must be an e-mail address. {wrong}") from None
    return address if domain.isascii() else f"{local}@{found.ascii_domain}"
