"""Therapists, services and clients: read, written, exported, forgotten."""
