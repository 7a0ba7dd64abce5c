"""The application: what a booking is, what may be booked, and one use case a step. Knows nothing of Lambda."""
