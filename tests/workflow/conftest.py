"""A running workflow for every test that asks for one, and what the functions log."""

import io
import logging
from collections.abc import Iterator

import pytest

from booking.config import DatabaseConfig
from handlers._runtime import logger
from tests.workflow.engines import ENGINES
from tests.workflow.machine import Workflow, workflow


@pytest.fixture(params=ENGINES)
def booking(database: DatabaseConfig, request: pytest.FixtureRequest) -> Iterator[Workflow]:
    """In each of the two interpreters, which must agree."""
    with workflow(database, request.param) as running:
        yield running


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every line the functions write to CloudWatch Logs, as they write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    yield written
    logger._logger.removeHandler(handler)
