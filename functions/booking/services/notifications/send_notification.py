"""SendNotification: claim the ledger's row, send the message, settle the row, answer the task that waits.

Between the provider's answer and our record of it lies a gap that nothing can close: a consumer that dies in it leaves
a claim, the claim goes stale, and the message is sent again. At least once, and once whenever we lived to write it.
"""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking import addresses, invitations, notices
from booking.codes import Channel, NotificationStatus, Outcome, UndeliverableReason, Unreachable
from booking.contracts.queues import Delivery, NotificationTask
from booking.errors import (
    DatabaseUnavailable,
    NotificationBeingSent,
    NotificationUnknown,
    TherapistBookingError,
    Undeliverable,
)
from booking.letters import Letter
from booking.notices import Sender
from booking.ports import Channels, Clock, WaitingTasks
from booking.services.notifications.reaching import call_for_attention
from booking.store import Stores

LEASE = timedelta(seconds=60)
"""How long a claim keeps others away: longer than the function may run, shorter than the queue's visibility timeout."""

SETTLE_PAUSES = (0.2, 1.0, 2.0, 4.0)
"""Seconds between attempts to record an outcome: a restart of PostgreSQL takes a few."""


def send_notification(
    stores: Stores,
    channels: Channels,
    tasks: WaitingTasks,
    task: NotificationTask,
    clock: Clock,
    sender: Sender,
) -> Outcome | None:
    """Delivers one notification and answers its task; returns the outcome, or None when the task was told of a failure.

    Raises ``NotificationBeingSent``, and whatever keeps the task from being answered: then the queue must bring the
    message back.
    """
    try:
        delivery = deliver(stores, channels, task.notification_id, clock, sender)
    except NotificationBeingSent:
        raise
    except Exception as error:  # the workflow decides by the error's name: retry, or fail for an operator
        cause = str(error) if isinstance(error, TherapistBookingError) else ""
        tasks.fail(task.task_token, type(error).__name__, cause)
        return None
    tasks.succeed(task.task_token, delivery.model_dump_json(exclude_none=True))
    return delivery.outcome


def deliver(stores: Stores, channels: Channels, notification_id: UUID, clock: Clock, sender: Sender) -> Delivery:
    """Sends its message unless that was sent before; what this raises, it has given the notification back for."""
    with stores.autocommit() as store:
        claim = store.ledger.claim(notification_id, clock(), LEASE)
        if claim is None:
            return _settled(store.ledger.status(notification_id), notification_id)
    try:
        with stores.autocommit() as store:
            letter = store.ledger.letter(claim)
        provider_message_id = _send(channels, letter, notification_id, clock(), sender)
    except Undeliverable as error:
        reason = UndeliverableReason(error.reason)
        _settle(stores, claim, NotificationStatus.UNDELIVERABLE, clock(), reason=reason)
        with stores.transaction() as store:
            if reason == UndeliverableReason.OPTED_OUT:
                store.ledger.stop_writing(notification_id, Unreachable.OPTED_OUT)
            call_for_attention(store, notification_id, clock())
        return Delivery(notification_id=notification_id, outcome=Outcome.UNDELIVERABLE, reason=reason)
    except Exception as error:
        name = type(error).__name__
        _settle(stores, claim, NotificationStatus.QUEUED, clock(), last_error=name)
        raise
    _settle(stores, claim, NotificationStatus.SENT, clock(), provider_message_id=provider_message_id)
    return Delivery(notification_id=notification_id, outcome=Outcome.SENT)


def _settle(stores: Stores, *settlement: Any, **details: Any) -> None:
    """Tries hard: what the provider has answered and we do not write down is sent again."""
    for pause in (*SETTLE_PAUSES, None):
        try:
            with stores.autocommit() as store:
                store.ledger.settle(*settlement, **details)
            return
        except DatabaseUnavailable:
            if pause is None:
                raise
            time.sleep(pause)


def _send(channels: Channels, letter: Letter, notification_id: UUID, now: datetime, sender: Sender) -> str:
    if not letter.still_true:
        raise Undeliverable(UndeliverableReason.BOOKING_CHANGED)
    if letter.address is None:
        raise Undeliverable(UndeliverableReason.NO_CONTACT)
    if letter.unreachable is not None:
        raise Undeliverable(letter.unreachable.reason)
    if not addresses.can_be_written_to(letter.channel, letter.address):
        raise Undeliverable(UndeliverableReason.ADDRESS_INVALID)  # the address is older than today's rules
    if not letter.country_allowed:
        raise Undeliverable(UndeliverableReason.COUNTRY_NOT_ALLOWED)
    if letter.limit_reached:
        raise Undeliverable(UndeliverableReason.LIMIT_REACHED)
    if letter.of_use_until <= now:
        raise Undeliverable(UndeliverableReason.TOO_LATE)
    message = notices.compose(letter, sender.site)
    if letter.channel == Channel.EMAIL:
        message = replace(message, calendar=invitations.calendar_file(letter, message, sender.email, now))
    return channels[letter.channel].send(message, letter.address, str(notification_id))


def _settled(status: tuple[NotificationStatus, str | None] | None, notification_id: UUID) -> Delivery:
    match status:
        case None:
            raise NotificationUnknown(f"no notification {notification_id}")
        case (NotificationStatus.SENT, _):
            return Delivery(notification_id=notification_id, outcome=Outcome.SENT)
        case (NotificationStatus.UNDELIVERABLE, reason):
            return Delivery(
                notification_id=notification_id,
                outcome=Outcome.UNDELIVERABLE,
                reason=UndeliverableReason(reason) if reason else None,
            )
        case _:
            raise NotificationBeingSent(f"notification {notification_id} was claimed moments ago")
