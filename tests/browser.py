"""Debian's Chromium, in which tests look at pages. Where it draws no window, its headless shell: that one starts and
draws with less work."""

import shutil

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
MISSING = "there is no Chromium here (Debian: chromium-headless-shell)"
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
