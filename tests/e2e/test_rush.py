"""Hundreds of concurrent submissions over a handful of slots: each slot has one owner, and every 202 has its answer."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from tests.e2e.conftest import Cloud

SLOTS, EACH, SECONDS = 5, 40, 120


def test_each_slot_of_a_rush_has_one_owner(cloud: Cloud, request_body: dict[str, str], free_starts: Any) -> None:
    starts = list(islice(free_starts, SLOTS))
    wanted = {
        f"rush-{slot}-{n}": {**request_body, "starts_at": start}
        for slot, start in enumerate(starts)
        for n in range(EACH)
    }

    def post(item: tuple[str, dict[str, str]]) -> int:
        key, body = item
        return cloud.post(key, body, "client" if hash(key) % 2 else "other_client").status

    with ThreadPoolExecutor(40) as pool:
        answers = dict(zip(wanted, pool.map(post, wanted.items()), strict=True))
    assert set(answers.values()) <= {202, 429}
    accepted = {key for key, status in answers.items() if status == 202}

    decided: dict[str, str] = {}
    deadline = time.monotonic() + SECONDS
    while len(decided) < len(accepted):
        assert time.monotonic() < deadline, f"{len(decided)} of {len(accepted)} are decided"
        time.sleep(0.5)
        rows = cloud.rows("SELECT id, status FROM bookings WHERE id LIKE 'rush-%%'")
        decided = {row["id"]: row["status"] for row in rows}
    assert set(decided) == accepted
    owners = Counter(wanted[key]["starts_at"] for key, status in decided.items() if status == "confirmed")
    assert owners == Counter(starts)
    assert set(decided.values()) == {"confirmed", "rejected"}
