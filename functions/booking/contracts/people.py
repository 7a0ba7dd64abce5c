"""Therapists, services and clients: what staff write, and what each reader sees of them."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from booking import addresses, money
from booking.codes import (
    ApprovalRule,
    Channel,
    FeeKind,
    Held,
    Language,
    LateCancellation,
    NotificationEvent,
    PaymentRule,
    Unreachable,
)
from booking.contracts.base import Answer, Contract
from booking.contracts.queries import ZoneName
from booking.contracts.written import Lines, Name, WebAddress
from booking.dues import Fee

Sub = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]


class KeptContact(Contract):
    """How someone is reached. Without ``consented`` the address is kept and not written to.

    ``undeliverable``: why it is not written to any more. Putting the address without it confirms the address.
    ``muted``: messages they do not want on this channel. ``unproven``: its owner has put it, and nobody has shown yet
    that it is theirs; it is not written to. An operator who puts it without that vouches for it.
    """

    channel: Channel
    address: str
    consented: bool
    unproven: bool = False
    undeliverable: Unreachable | None = None
    muted: Annotated[list[NotificationEvent], Field(max_length=10)] = []


class Contact(KeptContact):
    """The same, to write: the address is one that can be written to, exactly (``booking.addresses``)."""

    address: Annotated[str, StringConstraints(max_length=254)]

    @field_validator("address")
    @classmethod
    def _can_be_written_to(cls, address: str, info: ValidationInfo) -> str:
        channel = info.data.get("channel")
        return address if channel is None else addresses.kept(channel, address)

    @field_validator("muted")
    @classmethod
    def _each_once(cls, muted: list[NotificationEvent]) -> list[NotificationEvent]:
        return sorted(set(muted))


def once(contacts: list[Contact]) -> list[Contact]:
    if len({contact.channel for contact in contacts}) < len(contacts):
        raise ValueError("contacts must have one address a channel")
    return sorted(contacts, key=lambda contact: contact.channel)


class ClientBody(Contract):
    """A client, to write. ``user_sub`` is who they are in Cognito, once they have a login.

    ``id``, of the caller's choosing, makes a POST one that can be sent twice.
    """

    id: UUID | None = None
    name: Name
    time_zone: ZoneName
    contacts: Annotated[list[Contact], Field(max_length=2)] = []
    language: Language = Language.EN
    discreet: bool = False  # messages name neither therapist nor service
    user_sub: Sub | None = None
    active: bool = True
    confirmed: Annotated[
        bool | None,
        Field(description="Whether staff know this person; as it is, or left out: POST …/confirmation changes it"),
    ] = None

    @field_validator("contacts")
    @classmethod
    def _one_a_channel(cls, contacts: list[Contact]) -> list[Contact]:
        return once(contacts)


class NewClientBody(ClientBody):
    """A new client. ``invite`` makes them a login, and writes to their e-mail address."""

    invite: bool = False


class ClientAnswer(ClientBody):
    """A client as they were kept: shown, though it may be older than today's rules for writing it."""

    id: UUID
    name: str
    confirmed: bool
    time_zone: str
    contacts: list[KeptContact] = []  # type: ignore[assignment]  # every Contact is one


class ClientList(Answer):
    clients: list[ClientAnswer]
    next: str | None


class TherapistBody(Contract):
    """A therapist, to write. ``max_sessions_per_day`` null: as many as fit."""

    id: UUID | None = None
    name: Name
    time_zone: ZoneName
    minimum_notice_minutes: Annotated[int, Field(ge=0, le=525_600)] = 0
    booking_window_days: Annotated[int, Field(ge=1, le=3650)] = 90
    max_sessions_per_day: Annotated[int, Field(ge=1, le=1440)] | None = None
    services: Annotated[list[UUID], Field(max_length=200)] = []
    contacts: Annotated[list[Contact], Field(max_length=2)] = []
    room: Name | None = None
    address: Annotated[Lines | None, Field(description="Where they receive clients; null: at the practice")] = None
    video_link: WebAddress | None = None
    language: Language = Language.EN
    user_sub: Sub | None = None
    active: bool = True

    @field_validator("contacts")
    @classmethod
    def _one_a_channel(cls, contacts: list[Contact]) -> list[Contact]:
        return once(contacts)

    @field_validator("services")
    @classmethod
    def _each_once(cls, services: list[UUID]) -> list[UUID]:
        return sorted(set(services))


class NewTherapistBody(TherapistBody):
    """A new therapist. ``invite`` makes them a login, and writes to their e-mail address."""

    invite: bool = False


class TherapistAnswer(TherapistBody):
    """A therapist as they see themselves, and as operators do; shown as they were kept, as clients are."""

    id: UUID
    name: str
    time_zone: str
    contacts: list[KeptContact] = []  # type: ignore[assignment]  # every Contact is one


class TherapistCard(Answer):
    """A therapist as everyone sees them; the link of their sessions by video is for whose session it is."""

    id: UUID
    name: str
    time_zone: str
    services: list[UUID]
    address: str | None
    active: bool


class TherapistList(Answer):
    therapists: list[TherapistCard]
    next: str | None


class FeeBody(Contract):
    """A fee: none, per cent of the price, or an amount in the smallest unit of the price's currency."""

    kind: FeeKind = FeeKind.NONE
    value: Annotated[int, Field(ge=0, le=100_000_000)] = 0

    def to_fee(self) -> Fee:
        """As the rules know it."""
        return Fee(self.kind, self.value)


class ServiceBody(Contract):
    """A service. Starts are on multiples of ``start_grid_minutes`` after midnight, on the therapist's wall clock."""

    id: UUID | None = None
    name: Name
    duration_minutes: Annotated[int, Field(ge=1, le=1440)]
    buffer_before_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    buffer_after_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    start_grid_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    price_cents: Annotated[
        int, Field(ge=0, le=100_000_000, description="In hundredths of the currency, whatever it counts in")
    ]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    payment: Annotated[
        PaymentRule,
        Field(
            description="prepay: it is booked once it is paid for (a price of 0 is no payment); card_on_file: once a "
            "card is left, for the fees below"
        ),
    ] = PaymentRule.NONE
    payment_minutes: Annotated[
        int, Field(ge=5, le=1380, description="So long its time is kept for who has to pay, or to leave a card")
    ] = 30
    approval: Annotated[
        ApprovalRule, Field(description="therapist: who keeps the calendar says yes first; what they book needs none")
    ] = ApprovalRule.NONE
    approval_minutes: Annotated[int, Field(ge=15, le=10_080, description="So long its time is kept for the answer")] = (
        2880
    )
    late_cancellation_fee: Annotated[
        FeeBody, Field(description="Of what was prepaid it is kept, from a card that was left it is taken")
    ] = FeeBody()
    no_show_fee: Annotated[FeeBody, Field(description="Likewise, of who did not come")] = FeeBody()
    tax_percent: Annotated[float, Field(ge=0, le=99.99, description="Included in the price; for the books")] = 0
    free_cancellation_minutes: Annotated[int, Field(ge=0, le=525_600)] = 1440
    late_cancellation: LateCancellation = LateCancellation.ALLOWED
    held: Annotated[Held, Field(description="Bookings that are made stay as they were agreed")] = Held.AT_PRACTICE
    reminder_email_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = 1440
    reminder_sms_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = 120
    offer_minutes: Annotated[int, Field(ge=5, le=2880)] = 120
    active: bool = True

    @field_validator("start_grid_minutes")
    @classmethod
    def _divides_the_day(cls, grid: int) -> int:
        if 1440 % grid:
            raise ValueError("must divide a day: 5, 10, 15, 20, 30, 60 …")
        return grid

    @field_validator("tax_percent")
    @classmethod
    def _has_two_decimals(cls, percent: float) -> float:
        if round(percent, 2) != percent:
            raise ValueError("must have two decimals at most")
        return percent

    @model_validator(mode="after")
    def _can_be_paid_for(self) -> Self:
        """Raises ``ValueError`` for terms that nobody could keep: the payment provider's limits are among them."""
        fees = {"late_cancellation_fee": self.late_cancellation_fee, "no_show_fee": self.no_show_fee}
        for name, fee in fees.items():
            _has_its_value(name, fee)
        if self.payment == PaymentRule.NONE:
            return self
        price = money.from_hundredths(self.price_cents, self.currency)
        if price is None:
            raise ValueError(f"price_cents: is no amount that can be charged in {self.currency}")
        if self.payment == PaymentRule.PREPAY and price:
            _can_be_charged("price_cents", price, self.currency)
        for name, fee in fees.items():
            if fee.kind == FeeKind.AMOUNT and fee.value > price:
                raise ValueError(f"{name}: value must be the price at most, {price}")
            if self.payment == PaymentRule.CARD_ON_FILE and fee.kind != FeeKind.NONE:
                _can_be_charged(name, fee.to_fee().of(price, self.currency), self.currency)
            elif fee.kind == FeeKind.AMOUNT and fee.value % money.step(self.currency):
                raise ValueError(f"{name}: value must be a multiple of {money.step(self.currency)} in {self.currency}")
        if self.payment == PaymentRule.CARD_ON_FILE and all(fee.kind == FeeKind.NONE for fee in fees.values()):
            raise ValueError("payment: card_on_file needs a late_cancellation_fee or a no_show_fee")
        return self


def _has_its_value(name: str, fee: FeeBody) -> None:
    if fee.kind == FeeKind.NONE and fee.value:
        raise ValueError(f"{name}: value must be 0 for none")
    if fee.kind == FeeKind.PERCENT and fee.value > 100:
        raise ValueError(f"{name}: value must be 100 per cent at most")


def _can_be_charged(name: str, amount: int, currency: str) -> None:
    least, step, most = money.smallest_charge(currency), money.step(currency), money.LARGEST_CHARGE
    if not least <= amount <= most or amount % step:
        raise ValueError(
            f"{name}: comes to {amount}; in {currency} a card is charged {least} to {most}, in steps of {step}"
        )


class ServiceAnswer(ServiceBody):
    """A service as it was kept: shown, though it may be older than today's rules for writing it."""

    id: UUID
    name: str

    @model_validator(mode="after")
    def _can_be_paid_for(self) -> Self:
        return self


class ServiceList(Answer):
    services: list[ServiceAnswer]
    next: str | None
