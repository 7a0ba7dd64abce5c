"""How a message leaves: one Protocol, one adapter a channel. Also the callback to the task that waits for it."""
