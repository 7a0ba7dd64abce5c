"""What the laptop's gateway compresses, and for whom: as AWS's developer guide says that API Gateway does."""

import gzip
import zlib

import pytest

from local.compression import coding, compressed

TEXT = b'{"days": []}' * 100
JSON = {"Content-Type": "application/json", "Content-Length": str(len(TEXT))}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "gzip"),  # a browser's
        ("deflate, gzip;q=0.9", "deflate"),
        ("deflate;q=0.5, GZIP;q=0.9", "gzip"),
        ("br, gzip", None),  # the first is none it knows: it looks no further
        ("gzip;q=0.9, identity", None),
        ("*", None),
        ("gzip;q=0", None),
        ("gzip;q=much", None),
        ("", None),
    ],
)
def test_the_coding_is_the_first_of_the_highest_quality_or_none(accepted: str, chosen: str | None) -> None:
    assert coding(accepted) == chosen


def test_what_is_long_enough_and_not_coded_yet_is_compressed() -> None:
    for name, read in (("gzip", gzip.decompress), ("deflate", zlib.decompress)):
        headers, body = compressed(name, len(TEXT), JSON, TEXT)
        assert headers == {"Content-Type": "application/json", "Content-Encoding": name}
        assert read(body) == TEXT
    assert compressed("gzip", len(TEXT) + 1, JSON, TEXT) == (JSON, TEXT)
    assert compressed("gzip", None, JSON, TEXT) == (JSON, TEXT), "compression is off"
    coded = {**JSON, "content-encoding": "br"}
    assert compressed("gzip", 0, coded, TEXT) == (coded, TEXT)
