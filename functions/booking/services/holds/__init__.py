"""Bookings that are held: until the therapist has said yes, until they are paid for."""
