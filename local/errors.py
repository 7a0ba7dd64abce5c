"""What goes wrong on a laptop."""


class LocalCloudError(Exception):
    """One line for the person at the keyboard: what is wrong, and what to do."""
