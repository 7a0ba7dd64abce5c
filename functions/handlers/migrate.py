"""Migrate: brings the schema up to date, from inside the network the database is in."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from booking import migrations
from booking.config import database_config
from handlers._runtime import logged, logger


@logged
def handler(event: Any, context: LambdaContext) -> dict[str, list[str]]:
    applied = migrations.apply(database_config())
    logger.info("migrated", applied=applied)
    return {"applied": applied, "schema": migrations.expected()}
