"""The use cases, by subject. Each owns its transactions, takes a clock, and knows neither Lambda nor SQL.

A module that handlers import is a use case, and no other service imports it: what several share is a module of its own
in the subject's package. Absence is raised (``Refusal``), never returned.
"""
