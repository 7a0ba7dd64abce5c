"""Cancelling and moving bookings, and what became of it."""
