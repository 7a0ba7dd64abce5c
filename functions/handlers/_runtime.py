"""What the Lambdas share: logger, metrics, the store kept between invocations, and the frame of a workflow step."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError

from booking.config import database_config
from booking.contracts.steps import Decision
from booking.database import Database
from booking.errors import ContractViolated
from booking.store import Stores

METRICS_NAMESPACE = "TherapistBooking"

logger = Logger(service="therapist-booking")

Given = TypeVar("Given", bound=BaseModel)


@cache
def stores() -> Stores:
    """This environment's way to the database, made at the first use."""
    return Stores(Database(database_config(), application_name="therapist-booking"))


def utc_now() -> datetime:
    return datetime.now(UTC)


def swept_at(event: dict[str, Any]) -> datetime:
    """The time of a sweep (UTC): the schedule's, which a demo sets forward, but never one that has passed.

    Lambda may deliver an event hours late, and what was due then is no longer what is due.
    """
    return max(datetime.fromisoformat(event["time"]).astimezone(UTC), utc_now())


def count(metric: str) -> None:
    """Counts one of ``metric`` (PascalCase) in CloudWatch, by the embedded metric format."""
    with single_metric(name=metric, unit=MetricUnit.Count, value=1, namespace=METRICS_NAMESPACE) as metrics:
        metrics.add_dimension(name="service", value="therapist-booking")


def parse(contract: type[Given], data: Any) -> Given:
    """The contract's object. Raises ``ContractViolated``, which names fields and rules and quotes no value."""
    try:
        return contract.model_validate(data)
    except ValidationError as error:
        broken = ", ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False))
        raise ContractViolated(f"{contract.__name__}: {broken}") from None


def step(
    contract: type[Given],
) -> Callable[[Callable[[Given], Decision]], Callable[[Any, LambdaContext], dict[str, Any]]]:
    """A workflow step as a Lambda handler: the event parsed, the decision logged, counted and returned as JSON."""

    def frame(decide: Callable[[Given], Decision]) -> Callable[[Any, LambdaContext], dict[str, Any]]:
        def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
            logger.append_keys(booking_id=event.get("booking_id"), function=context.function_name)
            decision = decide(parse(contract, event))
            logger.info("decided", outcome=decision.outcome, reasons=[reason.code for reason in decision.reasons])
            count(decision.outcome.title().replace("_", ""))
            return decision.model_dump(mode="json")

        return handler

    return frame
