"""Therapists, services and clients: what staff write, and what each reader sees of them."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from booking import addresses, texts
from booking.codes import Channel, Held, Language, LateCancellation, NotificationEvent, Unreachable
from booking.contracts.base import Answer, Contract
from booking.contracts.queries import ZoneName
from booking.contracts.written import Lines, WebAddress


def shown_text(value: str) -> str:
    rule = texts.problem(value)
    if rule is not None:
        raise PydanticCustomError("text", rule)
    return value


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(shown_text),
    Field(json_schema_extra={"pattern": texts.PATTERN}),
]
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


class ServiceBody(Contract):
    """A service. Starts are on multiples of ``start_grid_minutes`` after midnight, on the therapist's wall clock."""

    id: UUID | None = None
    name: Name
    duration_minutes: Annotated[int, Field(ge=1, le=1440)]
    buffer_before_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    buffer_after_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    start_grid_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    price_cents: Annotated[int, Field(ge=0, le=100_000_000)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
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


class ServiceAnswer(ServiceBody):
    """A service as it was kept."""

    id: UUID
    name: str


class ServiceList(Answer):
    services: list[ServiceAnswer]
    next: str | None
