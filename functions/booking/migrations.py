"""The schema: which migrations there are, and how they are applied (yoyo-migrations, forward only)."""

from datetime import UTC, datetime
from pathlib import Path

from booking.config import DatabaseConfig

FOLDER = Path(__file__).parent.parent / "migrations"


def expected() -> list[str]:
    """The migrations this code needs, by name, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


def apply(config: DatabaseConfig) -> list[str]:
    """Applies what is missing, under a lock so that two deployments can't cross, and returns the names applied."""
    from urllib.parse import quote  # these two only here: the other functions must not pay for them

    from yoyo import get_backend, read_migrations

    password = config.password_now(datetime.now(UTC))
    certificate = f"&sslrootcert={quote(config.sslrootcert, '')}" if config.sslrootcert else ""
    backend = get_backend(
        f"postgresql://{quote(config.user, '')}:{quote(password, '')}@{config.host}:{config.port}"
        f"/{quote(config.name, '')}?sslmode={config.sslmode}&application_name=therapist-booking-migrate{certificate}"
    )
    try:
        # An index on a large table takes its time; to wait for somebody's lock meanwhile would stop the practice.
        backend.execute("SET statement_timeout = 0")
        backend.commit()
        with backend.lock():
            missing = backend.to_apply(read_migrations(str(FOLDER)))
            backend.apply_migrations(missing)
            return [migration.id for migration in missing]
    finally:
        backend.connection.close()
