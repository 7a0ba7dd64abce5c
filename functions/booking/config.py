"""The environment, read and checked once. Nothing else reads ``os.environ``."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from booking.errors import ConfigurationError, DatabaseUnavailable
from booking.rds_token import Credentials, asked_of_lambda, rds_token


@dataclass(frozen=True)
class DatabaseConfig:
    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)  # "": RDS takes tokens instead
    sslmode: str
    sslrootcert: str = ""  # a file; "": libpq's own default
    credentials: Callable[[], Credentials] | None = None

    def password_now(self, now: datetime) -> str:
        """What opens a connection: the password, or a token that holds for a quarter of an hour.

        Raises ``DatabaseUnavailable`` when Lambda does not say who we are.
        """
        if self.credentials is None:
            return self.password
        try:
            credentials = self.credentials()
        except (OSError, ValueError) as error:
            raise DatabaseUnavailable(f"{type(error).__name__}: no credentials") from None
        return rds_token(self.host, self.port, self.user, credentials, now)


def database_config(environment: Mapping[str, str] = os.environ) -> DatabaseConfig:
    """How to reach PostgreSQL. Raises ``ConfigurationError``."""
    port = required("DATABASE_PORT", environment)
    if not port.isdigit():
        raise ConfigurationError("DATABASE_PORT is not a number")
    password = optional("DATABASE_PASSWORD", environment)
    return DatabaseConfig(
        host=required("DATABASE_HOST", environment),
        port=int(port),
        name=required("DATABASE_NAME", environment),
        user=required("DATABASE_USER", environment),
        password=password,
        sslmode=environment.get("DATABASE_SSLMODE", "verify-full"),
        sslrootcert=_first_that_is_there(optional("DATABASE_SSLROOTCERT", environment)),
        credentials=None if password else _credentials(environment),
    )


def _first_that_is_there(paths: str) -> str:
    """Of files separated by colons: Lambda's images have had their certificates in several places.

    The first when none is there, for libpq names the file that it misses.
    """
    named = paths.split(":")
    return next((path for path in named if os.path.isfile(path)), named[0])


def _credentials(environment: Mapping[str, str]) -> Callable[[], Credentials]:
    if url := optional("AWS_CONTAINER_CREDENTIALS_FULL_URI", environment):  # restored from a snapshot
        token, region = required("AWS_CONTAINER_AUTHORIZATION_TOKEN", environment), required("AWS_REGION", environment)
        return lambda: asked_of_lambda(url, token, region)
    given = Credentials(
        access_key_id=required("AWS_ACCESS_KEY_ID", environment),
        secret_access_key=required("AWS_SECRET_ACCESS_KEY", environment),
        session_token=optional("AWS_SESSION_TOKEN", environment),
        region=required("AWS_REGION", environment),
    )
    return lambda: given


def required(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The variable's value. Raises ``ConfigurationError`` when it is missing or empty."""
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(f"{name} is not set")
    return value


def optional(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The variable's value, or "" when it is missing."""
    return environment.get(name, "")


def starts_unawaited(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether Lambda starts this environment before anybody calls: it is kept as a snapshot, or in reserve."""
    return optional("AWS_LAMBDA_INITIALIZATION_TYPE", environment) in ("snap-start", "provisioned-concurrency")
