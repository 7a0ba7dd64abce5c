"""ReceiveStripeEvent: the call with which Stripe tells of payments. Outside the network of the database."""

from handlers._api import handler_of

handler = handler_of("ReceiveStripeEvent")
