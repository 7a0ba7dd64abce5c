"""Where a session is held: at the practice, by video, by phone."""

from typing import Annotated

from pydantic import Field

from booking.codes import Held
from booking.contracts.base import Answer, Contract
from booking.contracts.written import Lines, Name, WebAddress


class PlaceState(Answer):
    """Where it is, for whose it is: what its way of being held needs, and nothing else."""

    held: Held
    room: str | None
    address: str | None
    video_link: str | None


class PlaceBody(Contract):
    """The body of ``POST /v1/bookings/{id}/place``: of this booking alone. Null: as its therapist has it."""

    held: Held
    room: Name | None = None
    address: Annotated[Lines | None, Field(description="Null: the therapist's, or the practice's")] = None
    video_link: WebAddress | None = None
