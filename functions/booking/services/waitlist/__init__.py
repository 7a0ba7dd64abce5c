"""Who waits for a time, and the offers that are made to them."""
