"""Pages that only a laptop has, below /laptop/ on the site's port: the inbox, and the switches of faults.

They are not the site's, know more than its contract, and are not deployed with it. They use its vendored Preact, parts
and styles.
"""

LAPTOP = "/laptop/"
INBOX = f"{LAPTOP}inbox"
FAULTS = f"{LAPTOP}faults"
