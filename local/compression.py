"""What API Gateway compresses, as AWS's developer guide has it ("Payload compression for REST APIs").

Only for who names a coding it knows before all others: ``br`` first, or no ``Accept-Encoding`` at all, and the answer
comes as it is. What is compressed already is left alone. It adds no ``Vary``.
"""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

CODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


def coding(accept_encoding: str) -> str | None:
    """The coding of an answer for who accepts these: their first of the highest quality, if the gateway knows it."""
    asked: list[tuple[float, str]] = []
    for each in accept_encoding.lower().split(","):
        name, _, quality = each.partition(";q=")
        try:
            asked.append((float(quality or 1), name.strip()))
        except ValueError:
            return None
    highest, first = max(asked, key=lambda each: each[0])
    return first if highest > 0 and first in CODINGS else None


def compressed(
    accept_encoding: str, at_least: int | None, headers: dict[str, Any], body: bytes
) -> tuple[dict[str, Any], bytes]:
    """The answer's headers and body as they are sent. ``at_least``: the API's MinimumCompressionSize, in bytes."""
    chosen = coding(accept_encoding)
    is_coded = "content-encoding" in {name.lower() for name in headers}
    if at_least is None or len(body) < at_least or chosen is None or is_coded:
        return headers, body
    kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    return {**kept, "Content-Encoding": chosen}, CODINGS[chosen](body)
