"""The service that all three are: ``POST /bookings``, a connection a process, the function that takes the time."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar
from uuid import UUID

from fastapi import FastAPI, Response
from pydantic import AwareDatetime, BaseModel

from booking.config import DatabaseConfig, database_config

Connected = TypeVar("Connected")


class Wanted(BaseModel):
    """A session of fifty minutes that somebody asks for."""

    key: str
    therapist_id: UUID
    client_id: UUID
    starts_at: AwareDatetime


def service(connect: Callable[[DatabaseConfig], Connected], reserve: Callable[[Connected, Wanted], bool]) -> FastAPI:
    """An application that answers 201 when the time was taken, and 409 when it was somebody else's."""
    app = FastAPI()

    @cache
    def connected() -> Connected:
        return connect(database_config())

    @app.post("/bookings")
    def book(wanted: Wanted) -> Response:
        return Response(status_code=201 if reserve(connected(), wanted) else 409)

    return app
