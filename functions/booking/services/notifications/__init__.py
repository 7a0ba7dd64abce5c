"""Telling people: sending, reminding, and what providers report."""
