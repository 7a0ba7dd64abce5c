"""Addresses: whatever is accepted, the composed message has exactly one recipient, and it is that address."""

import json
import string
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from booking import invitations, notices
from booking.addresses import can_be_written_to
from booking.channels.email import as_mime
from booking.codes import Channel, Language, UndeliverableReason
from booking.contracts.people import Contact
from booking.errors import Undeliverable
from booking.notices import Message
from local.letters import ONE, START

MESSAGE = Message(Language.EN, "Subject", ("Hello,", "the body", "Bye"), "the body")
ATEXT = string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-"

LOCALS = st.lists(st.text(ATEXT, min_size=1, max_size=40), min_size=1, max_size=4).map(".".join)
DOMAINS = st.lists(st.text(string.ascii_letters + string.digits + "-äßя例", min_size=1), min_size=1, max_size=5)
ENCODED = st.builds("=?utf-8?{}?{}?=".format, st.sampled_from("qQbB"), st.text(ATEXT, max_size=20))
TYPED = st.one_of(
    st.builds("{}@{}".format, st.one_of(LOCALS, ENCODED), DOMAINS.map(".".join)),
    st.emails(),
    st.builds("{}@example.com".format, st.text(ATEXT + '."(),:;<>@[] \t\r\né', max_size=20)),
)


NO_ADDRESSES = [
    "=?utf-8?q?evil=40other.example=2C?=@example.com",
    "=?utf-8?q?=0A?=@example.com",
    "=?utf-8?b??=@example.com",
    "x=?utf-8?q?=40?=x@example.com",
    "=?@example.com",
    "a..b@example.com",
    ".a@example.com",
    "a.@example.com",
    "a@-x-.com",
    "a@x-.com",
    "a@.example.com",
    "a@example.com.",
    "a@example..com",
    "a@example",
    "a@exa_mple.com",
    "a@[192.0.2.1]",
    "a@192.0.2.1",
    "a@xn--a.com",
    '"a b"@example.com',
    '"a@evil.example,b"@example.com',
    "a(comment)@example.com",
    "Anna <a@example.com>",
    "a@example.com,b@example.com",
    "a@example.com\nBcc: b@example.com",
    "a@example.com\n",
    " a@example.com",
    "@example.com",
    "a@",
    "",
    "ü@example.com",
    "a\u200b@example.com",
    "a@exa\u200bmple.com",
    "a@\ud800.com",
    f"{'a' * 65}@example.com",
    f"a@{'b' * 64}.com",
    f"a@{'.'.join(['b' * 60] * 5)}.com",
]


def contact(address: str, channel: str = "email") -> Contact:
    return Contact.model_validate_json(
        json.dumps({"channel": channel, "address": address, "consented": True}), strict=True
    )


def recipients(composed: bytes) -> list[str]:
    mail: Any = message_from_bytes(composed, policy=policy.default)
    headers = [each for name in ("To", "Cc", "Bcc", "Resent-To") for each in mail.get_all(name, [])]
    return [address.addr_spec for header in headers for address in header.addresses]


# In a fresh checkout Hypothesis first makes its table of Unicode's characters, for longer than it takes to be "slow".
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TYPED)
def test_whatever_is_accepted_is_the_one_recipient(typed: str) -> None:
    try:
        kept = contact(typed).address
    except ValidationError:
        return
    assert recipients(as_mime(MESSAGE, "practice@example.com", kept)) == [kept]
    assert kept == typed or kept == f"{typed.rpartition('@')[0]}@{kept.rpartition('@')[2]}", "but for its domain's form"
    assert can_be_written_to(Channel.EMAIL, kept)


@given(TYPED)
def test_whatever_was_kept_is_the_one_recipient_or_none(kept: str) -> None:
    """Rows may be older than the rules."""
    try:
        composed = as_mime(MESSAGE, "practice@example.com", kept)
    except Undeliverable:
        return
    assert recipients(composed) == [kept]


@pytest.mark.parametrize("kept", [*NO_ADDRESSES[:2], "a@b.example\nBcc: c@d.example"])
def test_what_the_mail_library_reads_as_somebody_else_is_an_invalid_address(kept: str) -> None:
    with pytest.raises(Undeliverable) as refused:
        as_mime(MESSAGE, "practice@example.com", kept)
    assert refused.value.reason == UndeliverableReason.ADDRESS_INVALID


@pytest.mark.parametrize("typed", NO_ADDRESSES)
def test_what_nobody_can_be_written_to_at_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate({"channel": "email", "address": typed, "consented": True})
    assert not can_be_written_to(Channel.EMAIL, typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("jonas.weber+practice@example.com", "jonas.weber+practice@example.com"),
        ("O'Neil@Example.COM", "O'Neil@Example.COM"),
        ("a?bcc=b@example.com", "a?bcc=b@example.com"),
        ("anna@müller.example", "anna@xn--mller-kva.example"),
        ("anna@xn--mller-kva.example", "anna@xn--mller-kva.example"),
        ("anna@例え.example", "anna@xn--r8jz45g.example"),
        ("Anna@ＥＸＡＭＰＬＥ.com", "Anna@example.com"),
    ],
)
def test_a_domain_of_other_letters_is_kept_in_its_ascii_form(typed: str, kept: str) -> None:
    assert contact(typed).address == kept
    assert recipients(as_mime(MESSAGE, "practice@example.com", kept)) == [kept]


NO_NUMBERS = ["0170 1234567", "+49 170 1234567", "+0123456789", "+1234567890123456", "+٤٩١٧٠١٢٣٤٥٦٧", "+491701234567\n"]


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_a_number_that_is_not_e164_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"E\.164"):
        contact(typed, "sms")
    assert not can_be_written_to(Channel.SMS, typed)
    assert contact("+491701234567", "sms").address == "+491701234567"


def test_the_rule_is_named_and_the_field() -> None:
    with pytest.raises(ValidationError) as refused:
        contact("a..b@example.com")
    [error] = refused.value.errors(include_input=False)
    assert error["loc"] == ("address",)
    assert "must be an e-mail address. An email address cannot have two periods in a row." in error["msg"]


def test_an_address_names_nobody_else_in_the_calendar_file() -> None:
    """A mailto has headers after its ?: RFC 6068."""
    letter = replace(ONE, address="a?bcc=evil%40other.example&x@example.com")
    file = invitations.calendar_file(letter, notices.compose(letter), "practice@example.com", START)
    assert file is not None
    text = file.content.decode().replace("\r\n ", "")
    assert "mailto:a%3Fbcc=evil%2540other.example%26x@example.com" in text
