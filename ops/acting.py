"""Acts as they are recorded: who does what to what, with which code, and when."""

import uuid

from booking.codes import Act, ActReason
from booking.contracts.operators import OperatorAct
from ops.practice import Practice


def an_act(practice: Practice, act: Act, subject: str, booking_id: str | None, code: ActReason) -> OperatorAct:
    """An act with an id of its own: trying it again with this id does nothing twice.

    ``subject``: the ARN of an execution, ``message:ID``, ``notification:ID``. Raises ``OperatorError``.
    """
    return OperatorAct(
        act_id=uuid.uuid4(),
        act=act,
        booking_id=booking_id,
        actor=practice.aws.actor,
        subject=subject,
        code=code,
        at=practice.now(),
    )
