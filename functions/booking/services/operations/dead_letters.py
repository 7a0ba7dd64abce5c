"""Dead letters: messages that their consumers could not handle. Looking changes nothing; putting back is an act."""

from uuid import UUID

from booking import access
from booking.codes import Act, Recorded
from booking.contracts.operations import ActAnswer, Acting, DeadLetterList, DeadLetterQueue
from booking.model import Requester
from booking.ports import ActRecords, Clock, DeadLetterQueues
from booking.services.operations.acting import recorded
from booking.services.operations.asked_acts import asked, where_recorded
from booking.services.operations.looking import are_enough, are_of_full_queues
from booking.store import Stores


def list_dead_letters(queues: DeadLetterQueues, requester: Requester) -> DeadLetterList:
    """What lies in the dead-letter queues, the newest first. Raises ``Refusal``."""
    access.demand_operator(requester)
    with queues.held(DeadLetterQueue, enough=are_enough) as letters:
        return DeadLetterList(dead_letters=[each.state for each in letters], more=are_of_full_queues(letters))


def put_back(
    stores: Stores,
    queues: DeadLetterQueues,
    records: ActRecords,
    acting: Acting,
    queue: str,
    message_id: UUID,
    clock: Clock,
) -> ActAnswer:
    """Puts a dead letter back on the queue it came from. Raises ``Refusal``."""
    access.demand_operator(acting.requester)
    if queue not in set(DeadLetterQueue):
        raise access.not_found("dead_letter")
    subject = f"message:{message_id}"
    acting, past = asked(stores, acting, Act.MESSAGE_REDRIVEN, subject.__eq__)
    is_it = lambda each: each.state.message_id == str(message_id)  # noqa: E731  # said once
    with queues.held([DeadLetterQueue(queue)], enough=lambda found: any(map(is_it, found))) as letters:
        found = next(filter(is_it, letters), None)
        if found is None and past is not None:  # it is on its queue: what fails there again has another id
            return ActAnswer(act_id=acting.act_id, recorded=Recorded.IN_HISTORY)
        if found is None:
            raise access.not_found("dead_letter")
        act = acting.to_act(Act.MESSAGE_REDRIVEN, subject, found.state.booking_id, clock())
        acted = recorded(records, act, acting.body.reason, lambda: queues.put_back(found), clock)
    return ActAnswer(act_id=acting.act_id, recorded=where_recorded(acted))
