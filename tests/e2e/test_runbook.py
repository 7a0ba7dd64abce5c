"""docs/runbook.md, followed in its order: each situation is made to happen, and its commands run to the letter."""

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import stripe

from booking import codes, errors
from booking.contracts.operations import DeadLetterQueue
from local import documents, watch
from local.api import call
from local.faults import set_faults
from local.paying import press_pay
from local.stripe import API_KEY, CONTROLS
from ops.practice import QUEUES
from tests.e2e.conftest import Cloud
from tests.e2e.test_bookingctl import BROKEN, MENDED, Done, attention, bookingctl, dead_letter, fail

Body = dict[str, str]

PAGE = (documents.ROOT / "docs" / "runbook.md").read_text()
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
FREE = Callable[[], Body]
YES = "y\n"


def commands_of(section: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.startswith("bookingctl")]


class Page:
    """A section, whose commands are run one after the other by who is in its situation."""

    def __init__(self, cloud: Cloud, heading: str) -> None:
        self.cloud, self.text = cloud, " ".join(SECTIONS[heading].split())
        self.left = commands_of(SECTIONS[heading])

    def run(self, begins: str, code: int = 0, typed: str | None = None, **named: str) -> Done:
        """The section's next command, to the letter but for what stands for a name."""
        command = self.left.pop(0)
        assert command.startswith(f"bookingctl {begins}"), command
        words = [named.get(word, word) for word in shlex.split(command)[1:]]
        done = bookingctl(self.cloud, *words, typed=typed)
        assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def says(self, *sentences: str) -> None:
        for each in sentences:
            assert each in self.text, each


def until(seen: Callable[[], Any], done: Callable[[Any], bool] = bool) -> Any:
    """What is seen, once it is so."""
    deadline = time.monotonic() + 30
    while not done(found := seen()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def ended(cloud: Cloud, key: str, error: str) -> None:
    """As if the retries were spent: nobody waits minutes for it here."""
    until(lambda: any(event["type"].endswith("Scheduled") for event in cloud.history(key)))
    cloud.client("stepfunctions").stop_execution(executionArn=cloud.execution_arn(key), error=error)
    assert cloud.wait_for_execution(key)["status"] == "ABORTED"


def acts(cloud: Cloud, key: str) -> list[tuple[str, str, str | None]]:
    query = "SELECT event, detail FROM booking_events WHERE booking_id = %s AND detail ? 'code' ORDER BY id"
    return [(row["event"], row["detail"].get("code"), row["detail"].get("reason")) for row in cloud.rows(query, key)]


def history_has(cloud: Cloud, key: str, *wanted: tuple[str, str, str | None]) -> None:
    assert until(lambda: acts(cloud, key), lambda found: len(found) >= len(wanted)) == list(wanted)


def client_of(cloud: Cloud, name: str, address: str) -> str:
    contacts = [{"channel": "email", "address": address, "consented": True}]
    made = cloud.call("operator", "POST", "/v1/clients", {"name": name, "time_zone": "UTC", "contacts": contacts})
    assert made.status == 201, made.body
    return str(made.body["id"])


# -- The situations, in the page's order -----------------------------------------------------------------------------


def where_is_a_booking(page: Page, free: FREE) -> None:
    body, key = free(), "run-where"
    page.cloud.post(key, body)
    starts = datetime.fromisoformat(page.cloud.wait(key)["starts_at"])
    zone = ZoneInfo(page.cloud.rows("SELECT time_zone FROM practice")[0]["time_zone"])
    on_the_day = page.run("find --client", NAME="jon web", DAY=starts.astimezone(zone).date().isoformat()).stdout
    assert key in on_the_day
    client = page.cloud.stack["users"]["client"]["client_id"]
    assert client in page.run("find --client", NAME="jon web").stdout
    assert "Jonas" not in on_the_day, "ids and times, never names"
    page.cloud.wait_for_execution(key)
    shown = page.run("show", BOOKING=key).stdout
    for part in (f"booking {key}: confirmed", "SUCCEEDED", "ValidateRequest", "DeliverNotification"):
        assert part in shown, part
    assert "Jonas" not in shown
    drawn = page.run("graph", BOOKING=key).stdout
    assert ("✓ ReserveSlot" in drawn, "· RejectBooking" in drawn) == (True, True)
    assert '"booking_id": "run-where"' in bookingctl(page.cloud, "show", key, "--input-output").stdout
    assert "console.aws.amazon.com" in bookingctl(page.cloud, "show", key, "--wide").stdout
    page.cloud.post("run-rejected", {**body, "starts_at": "2020-01-01T09:00:00Z"})
    page.cloud.wait("run-rejected")
    rejected = bookingctl(page.cloud, "show", "run-rejected").stdout
    assert ("rejected" in rejected, "starts_in_the_past" in rejected) == (True, True)


def bookings_need_attention(page: Page, free: FREE) -> None:
    cloud = page.cloud
    cloud.rows(BROKEN)
    fail(cloud, "run-failed", free())
    cloud.rows(MENDED)
    machine = cloud.stack["state_machine_arn"]
    cloud.client("stepfunctions").start_execution(stateMachineArn=machine, name="run-theirs", input="{}")
    cloud.wait_for_execution("run-theirs")
    listed = page.run("attention").stdout
    assert ("run-failed" in listed, "run-theirs" in listed) == (True, True)
    assert "run-failed" in page.run("attention --kind failed").stdout
    failed = page.run("failed --limit").stdout
    assert ("unreadable input" in failed, "running" in failed) == (True, True)

    page_fault(cloud, email=1.0, sms=1.0)
    mails = len(watch.emails(cloud.stack["aws_endpoint_url"]))
    cloud.post("run-mail", free())
    cloud.wait("run-mail", done=lambda booking: booking["status"] == "confirmed")
    ended(cloud, "run-mail", "ProviderUnavailable")
    page_fault(cloud)
    assert page.run("redrive --error").stdout.startswith("would redrive ")
    done = page.run("redrive BOOKING", typed=YES, BOOKING="run-mail")
    assert "About to redrive 1." in done.stderr
    assert "1 redriven: 1 succeeded" in done.stdout
    assert len(watch.emails(cloud.stack["aws_endpoint_url"])) == mails + 2, "each once"
    attention(cloud, "run-mail", wanted=False)
    history_has(cloud, "run-mail", ("redriven", "provider_is_back", "the provider is back"))
    assert bookingctl(cloud, "redrive", "run-failed", "--reason", "mended", "--yes").returncode == 0
    again = bookingctl(cloud, "redrive", "run-theirs", "--reason", "only to see", "--yes")
    assert (again.returncode, "1 failed again" in again.stdout) == (1, True)


def postgresql_is_down(page: Page, free: FREE) -> None:
    with page.cloud.quick_acts_queue():
        _postgresql_goes_and_comes_back(page, free)


def _postgresql_goes_and_comes_back(page: Page, free: FREE) -> None:
    cloud, keys = page.cloud, ["run-down-1", "run-down-2"]
    bodies = [free() for _ in keys]
    assert cloud.make("local.postgres", "stop").returncode == 0
    try:
        for key, body in zip(keys, bodies, strict=True):
            assert cloud.post(key, body).status == 202, "accepted"
            ended(cloud, key, "DatabaseUnavailable")
        assert cloud.get(keys[0]).status == 503
        assert keys[0] in bookingctl(cloud, "failed").stdout
        shown = bookingctl(cloud, "show", keys[0])
        assert (shown.returncode, "ABORTED" in shown.stdout) == (0, True)
        assert "PostgreSQL is away" in shown.stderr
        early = bookingctl(cloud, "redrive", keys[0], "--reason", "too early", "--code", "database_is_back", "--yes",
                           "--json", wait=0)  # fmt: skip
        [told] = json.loads(early.stdout)
        assert (told["recorded"], told["outcome"]) == ("in_queue", "RUNNING"), "done, and recorded without the words"
    finally:
        assert cloud.make("local.postgres", "start").returncode == 0
    done = page.run("redrive --error", typed=YES)
    assert "1 redriven: 1 succeeded" in done.stdout, "the other one has gone on by itself"
    for key in keys:
        assert cloud.wait(key)["status"] == "confirmed"
    history_has(cloud, keys[0], ("redriven", "database_is_back", None))
    history_has(cloud, keys[1], ("redriven", "database_is_back", "PostgreSQL is back"))


def fourteen_days_are_over(page: Page, free: FREE) -> None:
    cloud = page.cloud
    cloud.rows(BROKEN)
    fail(cloud, "run-old", free())
    cloud.rows(MENDED)
    done = page.run("rerun", typed=YES, BOOKING="run-old")
    assert "1 run again: 1 succeeded" in done.stdout
    assert cloud.wait("run-old")["status"] == "confirmed"
    assert "run-old" not in bookingctl(cloud, "failed").stdout, "what a later execution has mended is not in it"
    history_has(cloud, "run-old", ("rerun", "redrive_expired", "redrive's 14 days are over"))
    unknown = bookingctl(cloud, "rerun", "run-nobody-has-it", "--reason", "x", "--yes")
    assert (unknown.returncode, "Tell the client" in " ".join(unknown.stderr.split())) == (4, True)


BOUNCES = "bounce@simulator.amazonses.com"


def bounced(cloud: Cloud, key: str, name: str, body: Body) -> str:
    """A booking of a client whose only address bounces: their id."""
    client_id = client_of(cloud, name, BOUNCES)
    cloud.post(key, {**body, "client_id": client_id}, "operator")
    seen = cloud.wait(key, "operator", lambda it: "bounced" in {each.get("delivery") for each in it["notifications"]})
    assert seen["status"] == "confirmed"
    cloud.wait_for_execution(key)
    return client_id


def mended(cloud: Cloud, client_id: str, address: str) -> None:
    """The client is called, and their address put right."""
    update = "UPDATE client_contacts SET address = %s, undeliverable = NULL WHERE client_id = %s RETURNING 1"
    assert cloud.rows(update, address, client_id)


def sent_again(page: Page, key: str, client_id: str, address: str) -> None:
    mended(page.cloud, client_id, address)
    done = page.run("resend BOOKING", typed=YES, BOOKING=key)
    assert "1 resent: 1 succeeded" in done.stdout
    to = [each["To"] for each in watch.emails(page.cloud.stack["aws_endpoint_url"])]
    assert to.count([address]) == 1, "sent once"


def a_client_never_got_a_message(page: Page, free: FREE) -> None:
    client_id = bounced(page.cloud, "run-bounced", "Bounced Once", free())
    shown = page.run("show", BOOKING="run-bounced").stdout
    assert "bounced" in shown
    assert until(lambda: "delivered" in bookingctl(page.cloud, "show", "run-bounced").stdout), "the therapist's"
    for status in (*codes.DeliveryReport, *codes.NotificationStatus):
        assert f"`{status}`" in page.text, status
    sent_again(page, "run-bounced", client_id, "right.one@example.com")


def somebody_is_unreached(page: Page, free: FREE) -> None:
    client_id = bounced(page.cloud, "run-unreached", "Bounced Twice", free())
    until(lambda: "run-unreached" in bookingctl(page.cloud, "attention", "--kind", "unreached").stdout)
    assert "unreached" in page.run("attention --kind unreached").stdout
    sent_again(page, "run-unreached", client_id, "right.two@example.com")
    assert "run-unreached" not in bookingctl(page.cloud, "attention", "--kind", "unreached").stdout
    assert ("resent", "contact_is_mended", "called, and the number is right now") in acts(page.cloud, "run-unreached")


def dead_letters(page: Page, free: FREE) -> None:
    cloud = page.cloud
    cloud.post("run-dlq", free())
    cloud.wait("run-dlq")
    [row, *_] = cloud.rows("SELECT id FROM notifications WHERE booking_id = 'run-dlq'")
    message = dead_letter(
        cloud, json.dumps({"booking_id": "run-dlq", "notification_id": str(row["id"]), "task_token": "gone"})
    )
    cloud.client("sqs").send_message(QueueUrl=cloud.stack["notification_queue_url"], MessageBody="{}")
    until(lambda: "NotificationTask" in bookingctl(cloud, "dlq", "list").stdout)
    assert message in page.run("dlq list").stdout
    assert "run-dlq" in page.run("dlq show", MESSAGE=message).stdout
    mails = len(watch.emails(cloud.stack["aws_endpoint_url"]))
    assert "1 put back" in page.run("dlq redrive", typed=YES, MESSAGE=message).stdout
    assert len(watch.emails(cloud.stack["aws_endpoint_url"])) == mails, "what was sent is not sent again"
    cloud.client("sqs").purge_queue(QueueUrl=cloud.stack["notification_dead_letter_queue_url"])
    resources = documents.template()["Resources"]
    times = resources["NotificationQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    assert (times, "five times" in page.text) == (5, True)
    for queue in DeadLetterQueue:
        assert queue in page.text


def reports_could_not_be_recorded(page: Page, free: FREE) -> None:
    outputs = {
        each["OutputKey"]: each["OutputValue"]
        for stack in page.cloud.client("cloudformation").describe_stacks(StackName="therapist-booking")["Stacks"]
        for each in stack["Outputs"]
    }
    sqs = page.cloud.client("sqs")
    for queue, body in ((DeadLetterQueue.DELIVERIES, "{}"), (DeadLetterQueue.ATTENTION, '{"detail": {}}')):
        sqs.send_message(QueueUrl=outputs[f"{QUEUES[queue]}DeadLetterQueueUrl"], MessageBody=body)
    assert "deliveries" in page.run("dlq list").stdout
    put_back = page.run("dlq redrive", typed=YES)
    assert " put back" in put_back.stdout
    until(lambda: "ATTENTION" in bookingctl(page.cloud, "dlq", "list").stdout.upper())  # it can't be read, still
    for queue in (DeadLetterQueue.DELIVERIES, DeadLetterQueue.ATTENTION):
        sqs.purge_queue(QueueUrl=outputs[f"{QUEUES[queue]}DeadLetterQueueUrl"])


def failures_as_they_come(page: Page, free: FREE) -> None:
    page.left = [f"{page.left[0]} --times 1", *page.left[1:]]  # nobody is there to press Ctrl-C
    assert "run-theirs" in page.run("watch").stdout
    assert isinstance(json.loads(page.run("failed").stdout), list)


def a_site_wants_free_slots(page: Page, free: FREE) -> None:
    made = page.run("keys create", APPLICATION="runbook-site").stdout
    assert "not shown again" in made
    listed = page.run("keys list").stdout
    value = re.findall(r"x-api-key: (\S+)", made)[0]
    assert ("runbook-site" in listed, value in listed) == (True, False), "its value is shown once"
    for command in ("keys rotate", "keys rotate", "keys revoke"):
        page.run(command, typed=YES, APPLICATION="runbook-site")
    assert "runbook-site" not in bookingctl(page.cloud, "keys", "list").stdout
    parameters = documents.template()["Parameters"]
    assert {"ApplicationRateLimit", "ApplicationBurstLimit"} <= set(parameters)


def the_books(page: Page, free: FREE) -> None:
    for command in ("export bookings", "export bookings", "statistics"):
        page.run(command)


def the_ledger_and_the_provider(page: Page, free: FREE) -> None:
    page.run("payments reconcile")


def a_client_is_forgotten(page: Page, free: FREE) -> None:
    client_id = client_of(page.cloud, "Forgotten Soon", "forgotten@example.com")
    assert client_id in bookingctl(page.cloud, "find", "--client", "forgotten").stdout
    exported = json.loads(page.run("client export", CLIENT=client_id).stdout)
    assert exported["client"]["name"] == "Forgotten Soon"
    assert "would be erased" in page.run("client erase", CLIENT=client_id).stdout
    assert "erased" in page.run("client erase", typed=YES, CLIENT=client_id).stdout
    query = "SELECT act, reason FROM client_acts WHERE client_id = %s ORDER BY id"
    assert [row["act"] for row in page.cloud.rows(query, client_id)] == ["exported", "erased"]


def a_change_has_failed(page: Page, free: FREE) -> None:
    cloud, key = page.cloud, "run-change"
    cloud.post(key, free())
    cloud.wait(key)
    page_fault(cloud, email=1.0, sms=1.0)
    cloud.call("client", "POST", f"/v1/bookings/{key}/cancellation", {}, Idempotency_Key="run-cancel")
    cloud.wait(key, "operator", lambda it: it["status"] == "cancelled")
    arn = cloud.execution_arn("run-cancel").replace(
        cloud.stack["state_machine_arn"].rpartition(":")[2], _machine(cloud, "Cancellation")
    )
    cloud.client("stepfunctions").stop_execution(executionArn=arn, error="ProviderUnavailable")
    page_fault(cloud)
    listed = until(lambda: bookingctl(cloud, "failed", "--json").stdout, lambda text: "run-cancel" in text)
    [failure] = [each for each in json.loads(listed) if each["name"] == "run-cancel"]
    assert (failure["machine"], failure["booking_id"]) == ("cancellation", key)
    assert "cancellation run-cancel" in bookingctl(cloud, "show", key).stdout, "shown like bookings"
    # What is being sent when its execution is stopped is nobody else's to send for minutes; a redrive would wait.
    sending = "SELECT id FROM notifications WHERE booking_id = %s AND status = 'sending'"
    until(lambda: not cloud.rows(sending, key))
    assert bookingctl(cloud, "redrive", "run-cancel", "--reason", "mended", "--yes").returncode == 0


@contextmanager
def prepaid(cloud: Cloud) -> Iterator[None]:
    """As long as it lasts, the demo's session is paid for beforehand."""
    update = "UPDATE services SET payment = %s WHERE id = %s RETURNING 1"
    cloud.rows(update, "prepay", cloud.stack["demo"]["service_id"])
    try:
        yield
    finally:
        cloud.rows(update, "none", cloud.stack["demo"]["service_id"])


def pay_for(cloud: Cloud, key: str, body: Body) -> str:
    """A session that is booked and paid for: the id of its payment at Stripe."""
    with prepaid(cloud):
        cloud.post(key, body)
        held = cloud.wait(key, done=lambda it: bool(it["hold"] and it["hold"]["checkout_url"]))
    assert press_pay(cloud.stack["stripe_url"], held["hold"]["checkout_url"]) == "complete"
    cloud.wait(key, done=lambda it: (it["status"], it["payment"]["status"]) == ("confirmed", "paid"))
    [row] = cloud.rows("SELECT payment_id FROM payments WHERE booking_id = %s AND entry = 'captured'", key)
    return str(row["payment_id"])


def at_stripe(cloud: Cloud, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What banks do."""
    answer = call("POST", f"{cloud.stack['stripe_url']}{CONTROLS}{path}", body=body)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def money(cloud: Cloud, key: str) -> list[str]:
    query = "SELECT entry FROM payments WHERE booking_id = %s AND entry <> 'intended' ORDER BY id"
    return [row["entry"] for row in cloud.rows(query, key)]


def a_payment_needs_a_person(page: Page, free: FREE) -> None:
    cloud, key = page.cloud, "run-paid"

    def listed() -> str:
        return bookingctl(cloud, "attention", "--kind", "payment", "--wide").stdout

    payment = pay_for(cloud, key, free())
    dispute = at_stripe(cloud, "disputes", {"payment_intent": payment})["id"]
    assert "payment disputed" in until(listed, lambda said: key in said)
    assert key in page.run("attention --kind payment").stdout
    assert "disputed" in page.run("show", BOOKING=key).stdout
    cloud.call("client", "POST", f"/v1/bookings/{key}/cancellation", {}, Idempotency_Key="run-cancel-paid")
    cloud.wait(key, done=lambda it: it["status"] == "cancelled")
    assert money(cloud, key) == ["captured", "disputed"], "nothing goes back while the bank decides"
    at_stripe(cloud, f"disputes/{dispute}/close", {"won": True})
    until(lambda: money(cloud, key), lambda seen: seen == ["captured", "disputed", "dispute_won", "refunded"])
    assert key not in listed()

    payment = pay_for(cloud, "run-refund", free())
    cloud.call("client", "POST", "/v1/bookings/run-refund/cancellation", {}, Idempotency_Key="run-cancel-refund")
    until(lambda: money(cloud, "run-refund"), lambda seen: seen == ["captured", "refunded"])
    [row] = cloud.rows("SELECT provider_id FROM payments WHERE entry = 'refunded' AND booking_id = 'run-refund'")
    at_stripe(cloud, f"refunds/{row['provider_id']}/fail", {})
    assert "a refund failed" in until(listed, lambda said: "run-refund" in said)
    dashboard = stripe.StripeClient(API_KEY, base_addresses={"api": cloud.stack["stripe_url"]})
    dashboard.v1.refunds.create({"payment_intent": payment})
    until(listed, lambda said: "run-refund" not in said)
    assert money(cloud, "run-refund") == ["captured", "refunded", "failed", "refunded"]
    days = ("--from", f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}", "--to", f"{datetime.now(UTC):%Y-%m-%d}")
    compared = json.loads(bookingctl(cloud, "payments", "reconcile", *days, "--json").stdout)
    assert "run-refund" not in {each["booking_id"] for each in compared["differences"]}, "it went back once"


def stripe_is_down(page: Page, free: FREE) -> None:
    cloud, key = page.cloud, "run-stripe"
    pay_for(cloud, key, free())
    faults = f"{cloud.stack['stripe_url']}/_local/faults"
    assert call("PUT", faults, body={"unavailable": 1.0}).status == 200
    try:
        cloud.post("run-free", free())
        assert cloud.wait("run-free")["status"] == "confirmed", "who pays nothing does not notice"
        cloud.call("client", "POST", f"/v1/bookings/{key}/cancellation", {}, Idempotency_Key="run-cancel-stripe")
        cloud.wait(key, done=lambda it: it["status"] == "cancelled")
        arn = cloud.stack["payment_state_machine_arn"].replace(":stateMachine:", ":execution:") + f":refund-{key}-1"
        until(lambda: _has_begun(cloud.client("stepfunctions"), arn))
        cloud.client("stepfunctions").stop_execution(executionArn=arn, error="ProviderUnavailable")
    finally:
        assert call("PUT", faults, body={}).status == 200
    until(lambda: f"refund-{key}-1" in bookingctl(cloud, "failed", "--json").stdout)
    assert "1 redriven: 1 succeeded" in page.run("redrive --error", typed=YES).stdout
    assert money(cloud, key) == ["captured", "refunded"]


def _has_begun(states: Any, arn: str) -> bool:
    try:
        events = states.get_execution_history(executionArn=arn)["events"]
    except states.exceptions.ExecutionDoesNotExist:
        return False
    return any(event["type"].endswith("Scheduled") for event in events)


def stripe_has_told_us_nothing(page: Page, free: FREE) -> None:
    sqs, queue = page.cloud.client("sqs"), page.cloud.output("PaymentEventsDeadLetterQueueUrl")
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    assert "payment" in page.run("dlq list").stdout
    assert "1 put back" in page.run("dlq redrive", typed=YES).stdout
    until(lambda: "payment" in bookingctl(page.cloud, "dlq", "list", "--queue", "payment_events").stdout)  # still
    sqs.purge_queue(QueueUrl=queue)


def only_words(page: Page, free: FREE) -> None:
    """No command of ours: what is named there is held against the project below."""
    assert page.left == []


SITUATIONS: dict[str, Callable[[Page, FREE], None]] = {
    "Where is booking X?": where_is_a_booking,
    "The alarm says that bookings need attention": bookings_need_attention,
    "PostgreSQL is down": postgresql_is_down,
    "The failure is older than 14 days, or the workflow has changed since": fourteen_days_are_over,
    "A client says they never got a message": a_client_never_got_a_message,
    "A booking needs attention and its status is UNREACHED": somebody_is_unreached,
    "The dead-letter queue is not empty": dead_letters,
    "A report or a failure could not be recorded": reports_could_not_be_recorded,
    "A deployment or an outage is under way, and I want to see failures as they come": failures_as_they_come,
    "Functions raise errors": only_words,
    "Nobody can sign up, or codes do not arrive": only_words,
    "The API answers 5xx": only_words,
    "Messages wait in the queue": only_words,
    "Lambda throttles": only_words,
    "A booking site wants to show free slots": a_site_wants_free_slots,
    "A client asks why a series is not what they asked for": only_words,
    "A cancellation or a move has failed": a_change_has_failed,
    "A client says that a cancellation or a move was refused": only_words,
    "The reminders did not go out": only_words,
    "Somebody has met a limit": only_words,
    "Somebody on the wait list was not offered what is free": only_words,
    "An offer's workflow has failed": only_words,
    "A payment needs a person": a_payment_needs_a_person,
    "Stripe is down": stripe_is_down,
    "A payment's workflow has failed": only_words,
    "Stripe's keys or the webhook's secret are to change": only_words,
    "Stripe has told us nothing": stripe_has_told_us_nothing,
    "A held booking does not end": only_words,
    "Sessions stay confirmed though they are over": only_words,
    "A therapist is ill": only_words,
    "A therapist can't take time off": only_words,
    "The books, and how it went": the_books,
    "Reconcile finds a difference": the_ledger_and_the_provider,
    "A client asks what is kept of them, or to be forgotten": a_client_is_forgotten,
    "Trying this on a laptop": only_words,
}


def page_fault(cloud: Cloud, **faults: float) -> None:
    set_faults(cloud.stack["aws_endpoint_url"], **faults)


def _machine(cloud: Cloud, name: str) -> str:
    found = cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    [machine] = [each["name"] for each in found if name in each["name"]]
    return str(machine)


def test_the_situations_are_the_pages_in_its_order() -> None:
    assert list(SITUATIONS) == list(SECTIONS)


@pytest.mark.parametrize("heading", SITUATIONS)
def test_a_situation(cloud: Cloud, free_starts: Iterator[str], heading: str) -> None:
    demo = cloud.stack["demo"]

    def free() -> Body:
        known = {"therapist_id": demo["therapist_id"], "service_id": demo["service_id"]}
        return {**known, "starts_at": next(free_starts)}

    page = Page(cloud, heading)
    try:
        SITUATIONS[heading](page, free)
    finally:
        cloud.rows(MENDED)
        page_fault(cloud)
    assert page.left == [], "every command was run"


# -- What is named ---------------------------------------------------------------------------------------------------

OF_AWS = {"EventBridge", "PostgreSQL", "States.Timeout", "KeyError", "CustomMessage", "PreSignUp", "PostConfirmation"}


def test_every_name_on_the_page_is_one_of_the_projects() -> None:
    """Functions, alarms, parameters, states, errors, metrics: what is not there any more is not looked for at night."""
    template, monitoring = documents.template(), (documents.ROOT / "monitoring.yaml").read_text()
    states = {
        name
        for machine in documents.state_machines().values()
        for name in re.findall(r'"(\w+)": \{', json.dumps(machine))
    }
    known = {*template["Resources"], *template["Parameters"], *states, *vars(errors), *OF_AWS}
    sources = "".join(path.read_text() for path in (documents.ROOT / "functions").rglob("*.py"))
    named = set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))
    named -= {"StepFunctions"}
    missing = {
        name
        for name in named
        if name not in known and f"{name}Function" not in known and name not in monitoring and name not in sources
        and f"{name}:" not in (documents.ROOT / "template.yaml").read_text()
    }  # fmt: skip
    assert missing == set()


def test_every_call_on_the_page_is_one_of_the_api() -> None:
    paths = {re.sub(r"\{\w+\}", "{}", path): item for path, item in documents.contract()["paths"].items()}
    text = " ".join(PAGE.split())
    calls = re.findall(r"(GET|POST|PUT|DELETE) (/v1/[\w/{}-]+)", text)
    assert len(calls) > 8
    for method, path in calls:
        found = paths.get(re.sub(r"\{\w+\}|THERAPIST", "{}", path))
        assert found is not None, path
        assert method.lower() in found, f"{method} {path}"


def test_every_code_on_the_page_is_one_of_the_projects() -> None:
    enums = [each for each in vars(codes).values() if isinstance(each, type) and issubclass(each, StrEnum)]
    known = {str(each) for enum in enums for each in enum}
    sql = "".join(path.read_text() for path in (documents.ROOT / "functions" / "migrations").glob("*.sql"))
    contract = (documents.ROOT / "openapi.yaml").read_text()
    for code in set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE)):
        assert code in known or code in sql or code in contract, code
