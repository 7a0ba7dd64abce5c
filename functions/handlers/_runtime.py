"""What the Lambdas share: logger, metrics, the store kept between invocations, and the frame of a handler."""

import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.base import SingleMetric
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError
from snapshot_restore_py import register_after_restore  # type: ignore[import-untyped]  # it has no types

from booking.contracts.base import legal_id
from booking.errors import ContractViolated
from booking.ports import Clock
from handlers._log import Lines
from handlers._outside import SERVICE, outside

if TYPE_CHECKING:
    from booking.contracts.payments import PaymentFacts
    from booking.contracts.steps import Decision

METRICS_NAMESPACE = "TherapistBooking"
logger = Logger(service=SERVICE, logger_formatter=Lines(service=SERVICE))

# Restored from one snapshot, all environments would have one seed. Nothing of ours draws from it; libraries may.
register_after_restore(random.seed)

Given = TypeVar("Given", bound=BaseModel)

Handler = Callable[[Any, LambdaContext], Any]


def sweep_clock(event: dict[str, Any]) -> Clock:
    """The clock of a sweep (UTC): the schedule's time, which a demo sets forward, but never one that has passed.

    Lambda may deliver an event hours late, and what was due then is no longer what is due. Raises ``ContractViolated``.
    """
    try:
        time = datetime.fromisoformat(event["time"]).astimezone(UTC)
    except ValueError:  # it would quote what was given
        raise ContractViolated("time: not a time") from None
    return lambda: max(time, outside.clock())


def counted(metric: str, **dimensions: str) -> dict[str, Any]:
    """What makes a log line count one of ``metric`` (PascalCase) in CloudWatch: the embedded metric format.

    In the line itself, so that a metric leads to the bookings it was counted of.
    """
    made = _embedded(metric, tuple(dimensions.items()))
    return {**made, "_aws": {**made["_aws"], "Timestamp": int(time.time() * 1000)}}


@cache
def _embedded(metric: str, dimensions: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    metrics = SingleMetric(namespace=METRICS_NAMESPACE)
    for name, value in (("service", SERVICE), *dimensions):
        metrics.add_dimension(name, value)
    metrics.add_metric(metric, MetricUnit.Count, 1)
    return metrics.serialize_metric_set()


def parse(contract: type[Given], data: Any) -> Given:
    """The contract's object. Raises ``ContractViolated``, which names fields and rules and quotes no value."""
    try:
        return contract.model_validate(data)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False, include_context=False)
        broken = ", ".join(f"{'.'.join(map(_field, each['loc']))}: {each['type']}" for each in wrong)
        raise ContractViolated(f"{contract.__name__}: {broken}") from None


def _field(part: int | str) -> str:
    """A field's name, or a place in a list. A name that is none of ours was typed."""
    return str(part) if re.fullmatch(r"[A-Za-z0-9_]{1,40}", str(part)) else "?"


def legal_name(value: str | None) -> str | None:
    """An error's name or an ARN as code makes them; who starts or stops an execution by hand may write anything."""
    return value if value is None or re.fullmatch(r"[A-Za-z0-9_.:-]{1,400}", value) else "given by hand"


def logged(function: Handler) -> Handler:
    """A Lambda handler each of whose lines names the function and the booking, the line of its failure too.

    The failure's name only: an exception's text may quote what somebody wrote.
    """

    @wraps(function)
    def handler(event: Any, context: LambdaContext) -> Any:
        booking_id = legal_id(event.get("booking_id")) if isinstance(event, dict) else None
        logger.append_keys(function=context.function_name, booking_id=booking_id)
        try:
            return function(event, context)
        except Exception as error:
            logger.error("failed", error=type(error).__name__)
            raise

    return handler


def step(contract: type[Given]) -> Callable[[Callable[[Given], "Decision"]], Handler]:
    """A workflow step as a Lambda handler: the event parsed, the decision logged, counted and returned as JSON."""

    def frame(decide: Callable[[Given], "Decision"]) -> Handler:
        @wraps(decide)
        def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
            decision = decide(parse(contract, event))
            reasons = [reason.code for reason in decision.reasons]
            metric = counted(decision.outcome.title().replace("_", ""))
            logger.info("decided", outcome=decision.outcome, reasons=reasons, **metric)
            return decision.model_dump(mode="json")

        return logged(handler)

    return frame


def payment_step(contract: type[Given]) -> Callable[[Callable[[Given], "PaymentFacts"]], Handler]:
    """A step that asks the payment provider: the event parsed, what came of it logged by codes, returned as JSON."""

    def frame(ask: Callable[[Given], "PaymentFacts"]) -> Handler:
        @wraps(ask)
        def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
            facts = ask(parse(contract, event))
            logger.info("asked", object=facts.object, status=facts.status, failure=legal_name(facts.failure_code))
            return facts.model_dump(mode="json")

        return logged(handler)

    return frame
