"""What clients ask the practice to do with their data: an operator decides."""

from datetime import timedelta
from uuid import UUID

from booking import access
from booking.codes import DataRequest, Decision
from booking.contracts.clients import DataRequestAnswer, DataRequestList, DataRequestPage, DecisionBody
from booking.contracts.me import DataRequestBody, FileAnswer, MeAnswer
from booking.contracts.queries import bad_cursor, next_cursor, time_and_id, time_cursor
from booking.contracts.retention import ClientDataAnswer
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock
from booking.problems import Problem
from booking.services.people.giving_out import erase, export
from booking.services.people.keeping import seen_client
from booking.services.people.own import answer_of, lock_own
from booking.store import Stores

GRANTED_FOR = timedelta(days=30)
"""How long clients may fetch an export that was granted."""

ASKED_FOR = "the client asked for it"


def ask_for_my_data(stores: Stores, requester: Requester, body: DataRequestBody, clock: Clock) -> MeAnswer:
    """Asks the practice; who has asked already has. Raises ``Refusal``."""
    with stores.transaction() as store:
        own = lock_own(store, requester)
        store.client_requests.ask(own["id"], body.kind, clock())
        return answer_of(store, requester, own)


def list_client_requests(stores: Stores, requester: Requester, page: DataRequestPage) -> DataRequestList:
    """A page for operators, those that wait longest first. Raises ``Refusal``."""
    access.demand_operator(requester)
    after = time_cursor(page.cursor)
    try:
        UUID(after[1] if after else "0" * 32)
    except ValueError:
        raise bad_cursor() from None
    with stores.autocommit() as store:
        rows = store.client_requests.page(only_open=page.open, after=after, limit=page.limit + 1)
    listed = [DataRequestAnswer.model_validate(row) for row in rows[: page.limit]]
    following = next_cursor(rows, page.limit, lambda row: time_and_id(row["asked_at"], str(row["request_id"])))
    return DataRequestList(requests=listed, next=following)


def decide_client_request(
    stores: Stores, requester: Requester, request_id: UUID, body: DecisionBody, clock: Clock
) -> DataRequestAnswer:
    """Granting a deletion erases the client, there and then; an export may be fetched from then on.

    Raises ``Refusal``: also for who has sessions to come, and when it was decided otherwise.
    """
    access.demand_operator(requester)
    now, login = clock(), None
    with stores.transaction() as store:
        known = store.client_requests.get(request_id)
        if known is None:
            raise access.not_found("request")
        erased = None
        if known["kind"] == DataRequest.DELETION and body.decision == Decision.GRANTED:
            erased = store.retention.lock_client(known["client_id"])  # before what hangs on them
        found = store.client_requests.lock_request(request_id)
        if found is None:
            raise access.not_found("request")
        if found["decision"] not in (None, body.decision):
            raise Refusal(Problem.REQUEST_DECIDED, f"It was {found['decision']} before.")
        if found["decision"] is None:
            store.client_requests.decide(request_id, body.decision, requester.sub, body.reason, now)
            if erased is not None:
                login = _erased_login(erase(store, found["client_id"], requester.sub, ASKED_FOR, now))
        row = {**(store.client_requests.get(request_id) or found), "login_to_delete": login}
        return DataRequestAnswer.model_validate(row)


def _erased_login(answer: ClientDataAnswer) -> str | None:
    if answer.outcome == "has_sessions":
        raise Refusal(Problem.SESSIONS_TO_COME, "The client has sessions to come: cancel them first.")
    return answer.user_sub


def export_client(stores: Stores, requester: Requester, client_id: UUID, clock: Clock) -> FileAnswer:
    """All that is kept of one client, for operators; that they have had it is recorded. Raises ``Refusal``."""
    with stores.transaction() as store:
        seen_client(store, requester, client_id)
        access.demand_operator(requester)
        store.retention.lock_client(client_id)
        return FileAnswer(file=export(store, client_id, requester.sub, "asked for in the API", clock()))


def get_my_export(stores: Stores, requester: Requester, clock: Clock) -> FileAnswer:
    """The same of oneself, once an operator has granted it. Raises ``Refusal``."""
    now = clock()
    with stores.transaction() as store:
        own = store.records.own(requester.sub)
        if own is None:
            raise access.not_found("client")
        if not store.client_requests.may_have_export(own["id"], now - GRANTED_FOR):
            raise access.forbidden("Ask the practice first, with POST /v1/me/requests; it decides.")
        return FileAnswer(file=export(store, own["id"], "client", "granted, and fetched by the client", now))
