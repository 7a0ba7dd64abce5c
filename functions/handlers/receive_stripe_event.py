"""ReceiveStripeEvent: the call with which Stripe tells of payments. Outside the network of the database."""

from handlers._api import app_of, handler_of

app = app_of("ReceiveStripeEvent")
handler = handler_of(app)
