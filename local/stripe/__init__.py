"""The laptop's double of Stripe: just the part of the v1 API that this project uses, with a state, and strict.

What works against it works against Stripe. Where it does not follow Stripe it is stricter: a parameter that the
project has no use for is refused as an unknown one; cards are the only way to pay, and must be named
(``allowed_payment_method_types``); a session for exactly thirty minutes is refused, for a call takes time to arrive.
Each currency settles in itself.

From the inside out: ``account`` (the objects, and what can be done to them: no HTTP, no clock of its own), ``api`` (a
request in Stripe's form becomes an answer: keys, idempotency, faults), then ``client`` (the ``stripe`` package talks
to it without a network) or ``server`` (over HTTP, with Checkout's page, webhooks and the laptop's controls).
"""

API_KEY = "sk_test_laptop0000000000000000000000"
WEBHOOK_SECRET = "whsec_laptop000000000000000000000000"  # noqa: S105  # of the laptop's own double
CONTROLS = "/_local/"
"""Below it is what Stripe's dashboard, banks and bad luck do (``laptop``)."""
