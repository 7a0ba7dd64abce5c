"""One client's data, for operators: what bookingctl asks for. The answer is the only one that names somebody."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from booking import texts
from booking.contracts.base import Answer, Contract


class ClientDataInput(Contract):
    """``actor`` is whose credentials ask; ``reason`` is theirs to word, and stays in PostgreSQL."""

    client_id: UUID
    act: Literal["export", "erase"]
    actor: Annotated[str, Field(min_length=1, max_length=256)]
    reason: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(texts.displayable)]


class ClientDataAnswer(Answer):
    """``file``: all that is kept, of an export. ``user_sub``: the login that is to be deleted, of an erasure."""

    outcome: Literal["exported", "erased", "unknown", "has_sessions"]
    file: dict[str, Any] | None = None
    user_sub: str | None = None
