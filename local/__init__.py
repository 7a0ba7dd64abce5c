"""The laptop cloud: everything `make run` needs. Nothing in functions/ imports it."""
