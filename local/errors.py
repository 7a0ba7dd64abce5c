"""What goes wrong on a laptop."""

NOT_RUNNING = "the laptop cloud is not running: start it with `make run` in another terminal"


class LocalCloudError(Exception):
    """One line for the person at the keyboard: what is wrong, and what to do."""
