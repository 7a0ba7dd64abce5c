"""Money: what is intended, what the provider says became of it, and what follows."""
