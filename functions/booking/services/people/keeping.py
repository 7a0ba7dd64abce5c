"""What writing therapists, services and clients has in common: ids, logins, fields of one's own, numbers to text."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from booking import access
from booking.codes import Channel
from booking.contracts.people import ClientAnswer, KeptContact
from booking.errors import Refusal, StatementRefused
from booking.model import Requester
from booking.problems import Problem
from booking.store import Store

Answer = TypeVar("Answer", bound=BaseModel)


def replacement(answer: type[Answer], own_id: UUID, body: BaseModel) -> Answer:
    """What a PUT makes of the thing with this id. Raises ``Refusal`` for a body with another id."""
    if getattr(body, "id", None) not in (None, own_id):
        raise Refusal(Problem.RULE_BROKEN, "id: must be the one in the path, or left out")
    return answer.model_validate({**body.model_dump(), "id": own_id})


def kept(answer: type[Answer], row: dict[str, Any] | None) -> Answer:
    """What was kept, read again: it may be less than was asked, and its ETag is the next GET's."""
    return answer.model_validate(row)


def demand_own_fields(current: BaseModel, replaced: BaseModel, own: frozenset[str]) -> None:
    """Raises ``Refusal`` when a field is changed that is not among ``own``."""
    before, after = current.model_dump(), replaced.model_dump()
    others = sorted(name for name in before if before[name] != after[name] and name not in own)
    if others:
        raise access.forbidden(f"Only operators may change {', '.join(others)}.")


def demand_textable(store: Store, contacts: Iterable[KeptContact], before: Iterable[KeptContact] = ()) -> None:
    """Raises ``Refusal`` for a number that no text would go to; one that was kept before may stay."""
    known = {each.address for each in before}
    numbers = [each.address for each in contacts if each.channel == Channel.SMS and each.address not in known]
    if numbers and store.limits.not_to_be_texted(numbers):
        raise Refusal(Problem.RULE_BROKEN, "contacts: the practice sends no texts to numbers of this country")


def seen_client(store: Store, requester: Requester, client_id: UUID, *, lock: bool = False) -> ClientAnswer:
    """A client whom the requester sees. Raises ``Refusal``."""
    visible = access.visible_clients(requester, *store.people.own_ids(requester.sub))
    row = store.people.lock_client(client_id, visible) if lock else store.people.client(client_id, visible)
    if row is None:
        raise access.not_found("client")
    return ClientAnswer.model_validate(row)


def id_taken() -> Refusal:
    return Refusal(Problem.ID_TAKEN, "id: this id was used before. Sent twice? Then it is there already.")


@contextmanager
def logins_apart() -> Iterator[None]:
    """A login that is someone else's, in words. Raises ``Refusal``."""
    try:
        yield
    except StatementRefused as refused:
        if refused.constraint in ("clients_user_sub_key", "therapists_user_sub_key"):
            raise Refusal(Problem.LOGIN_TAKEN, "user_sub: this login belongs to someone else.") from None
        raise
