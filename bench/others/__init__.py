"""Ours beside what one would write otherwise: check and then insert, and a unique index on the start.

All three are the same FastAPI service on the same PostgreSQL with the same driver (serving.py); what differs is the one
function with which each takes a time, and the tables it needs. race.py asks them.
"""
