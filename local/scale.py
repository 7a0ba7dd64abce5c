"""What a month's bookings ask of each part in the busiest second, what each part gives, and what they cost.

Quotas are AWS's defaults for an account in a large region (us-east-1, us-west-2, eu-west-1), as published by 2026-11.
"""

from typing import NamedTuple

from local import documents

# -- A Monday morning ------------------------------------------------------------------------------------------------

WORKING_DAYS = 22
BUSIEST_HOUR = 1 / 5
"""Of a day's bookings."""
BUSIEST_MINUTE = 3
"""Times its hour's average."""
READS_OF_SLOTS = 20
"""For each booking, most of them of people who only look."""
CALLS = 4
"""Of the API: the request, and three times what became of it."""
FUNCTIONS = 12
"""Invocations: steps, messages, what is read of a booking."""
TRANSITIONS, TRANSITIONS_PAID = 8, 29
"""Of a booking; of one that is paid for, in its three executions. A test counts them for docs/cost.md."""
EMAILS, TEXTS = 2, 1
REMINDERS, REMINDER_TRANSITIONS, REMINDER_HOURS = 2, 3, 12
"""An e-mail and a text; they are spread over the day's hours."""
CALLS_OF_STRIPE = 3
"""For a booking that is paid for."""
SECONDS_OF_A_FUNCTION, SECONDS_OF_A_MESSAGE = 0.06, 0.05
"""Assumptions; the second is its provider's answer."""

# -- What there is of each -------------------------------------------------------------------------------------------

SES_A_SECOND = 14
"""A new account's in production: https://docs.aws.amazon.com/ses/latest/dg/quotas.html"""
TEXTS_A_SECOND = 3
"""https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-mps.html: a toll-free number of the US."""
EXECUTIONS_A_SECOND, TRANSITIONS_A_SECOND = 300, 5_000
"""https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
FUNCTIONS_AT_ONCE = 1_000
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
STRIPE_A_SECOND = 100
"""https://docs.stripe.com/rate-limits: of an account, in live mode."""
SWEEP_STARTS, SWEEP_SECONDS = 500, 300
"""Reminders that a run of StartReminders starts, and how often it runs."""
RESERVATIONS_A_SECOND = 704
"""Measured on 2026-11-29: make bench ONLY=many, eight processes and PostgreSQL together on two cores."""
BYTES_OF_A_BOOKING = 2_480
"""Measured on 2026-11-29: make bench ONLY=scale, with its history, two messages and all indexes."""

# -- Dollars (docs/cost.md has the lines; a test compares) -----------------------------------------------------------

FIXED, PER_BOOKING, PER_BOOKING_TEXTS = 309, 0.00077, 0.019
ACU_OF_A_MILLION, ACU_MONTH = 4, 730 * 0.12
"""What Aurora grows by, an assumption; and a unit's price."""


def bookings_a_second(month: float) -> float:
    """In the busiest second."""
    return month / WORKING_DAYS * BUSIEST_HOUR / 3600 * BUSIEST_MINUTE


def reminders_a_second(month: float) -> float:
    """While they are sent."""
    return month / WORKING_DAYS * REMINDERS / (REMINDER_HOURS * 3600)


def dollars(month: float, texts: bool) -> float:
    """A month's, with or without texts."""
    grown = ACU_OF_A_MILLION * ACU_MONTH * month / 10**6
    return FIXED + grown + (PER_BOOKING + texts * PER_BOOKING_TEXTS) * month


class Part(NamedTuple):
    """What can be too small: how much of it there is, and how much of it a booking and a reminder ask for."""

    what: str
    limit: float
    there_is: str
    booking: float
    reminder: float = 0

    def asked(self, month: float) -> float:
        """By a month's bookings, in the busiest second."""
        return self.booking * bookings_a_second(month) + self.reminder * reminders_a_second(month)

    @property
    def gives_way_at(self) -> float:
        """Bookings a month; what is asked for grows with them."""
        return self.limit / self.asked(1)


def parts() -> list[Part]:
    """All of them, what gives way first before the others."""
    resources = documents.own_template()["Resources"]
    throttle = resources["Api"]["Properties"]["MethodSettings"][0]["ThrottlingRateLimit"]
    source = resources["NotificationSource"]["Properties"]
    consumers, batch = source["ScalingConfig"]["MaximumConcurrency"], source["BatchSize"]
    sent, started = consumers * batch / SECONDS_OF_A_MESSAGE, SWEEP_STARTS / SWEEP_SECONDS
    busy = (FUNCTIONS + READS_OF_SLOTS) * SECONDS_OF_A_FUNCTION
    found = (
        Part("e-mails: SES in production", SES_A_SECOND, "{:.0f} a second at first", EMAILS, 1 / REMINDERS),
        Part("texts", TEXTS_A_SECOND, "{:.0f} a second, a toll-free number's", TEXTS, 1 / REMINDERS),
        Part(
            "the queue's consumers", sent, f"{consumers} × {batch} side by side: {{:,.0f}} a second", EMAILS + TEXTS, 1
        ),
        Part("the API's own throttle", throttle, "{:.0f} a second (template.yaml)", CALLS + READS_OF_SLOTS),
        Part("StartReminders", started, f"{SWEEP_STARTS} in {SWEEP_SECONDS} s: {{:.1f}} a second", 0, 1),
        Part("StartExecution", EXECUTIONS_A_SECOND, "{:.0f} a second", 1, 1),
        Part("transitions", TRANSITIONS_A_SECOND, "{:,.0f} a second", TRANSITIONS, REMINDER_TRANSITIONS),
        Part("transitions, all paid for", TRANSITIONS_A_SECOND, "the same", TRANSITIONS_PAID, REMINDER_TRANSITIONS),
        Part("Stripe, all paid for", STRIPE_A_SECOND, "{:.0f} calls a second", CALLS_OF_STRIPE),
        Part("functions at once", FUNCTIONS_AT_ONCE, "{:,.0f}", busy),
        Part("reservations by the one writer", RESERVATIONS_A_SECOND, "{:,.0f} a second on two cores, measured", 1),
    )
    return sorted(found, key=lambda each: each.gives_way_at)
