"""The booking site in a real browser."""

import pytest

pytest.register_assert_rewrite("tests.e2e.site.visit")  # so that a failed check says what it found
