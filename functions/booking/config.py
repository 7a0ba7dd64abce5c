"""The environment, read and checked once. Nothing else reads ``os.environ``."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from booking.errors import ConfigurationError


@dataclass(frozen=True)
class DatabaseConfig:
    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    sslmode: str


def database_config(environment: Mapping[str, str] = os.environ) -> DatabaseConfig:
    """How to reach PostgreSQL. Raises ``ConfigurationError``."""
    port = required("DATABASE_PORT", environment)
    if not port.isdigit():
        raise ConfigurationError("DATABASE_PORT is not a number")
    return DatabaseConfig(
        host=required("DATABASE_HOST", environment),
        port=int(port),
        name=required("DATABASE_NAME", environment),
        user=required("DATABASE_USER", environment),
        password=required("DATABASE_PASSWORD", environment),
        sslmode=environment.get("DATABASE_SSLMODE", "verify-full"),
    )


def required(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The variable's value. Raises ``ConfigurationError`` when it is missing or empty."""
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(f"{name} is not set")
    return value


def optional(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The variable's value, or "" when it is missing."""
    return environment.get(name, "")
