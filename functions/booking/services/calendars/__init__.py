"""When a therapist works, is away, and is free."""
