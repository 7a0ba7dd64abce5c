"""What people write: names, text in lines, and addresses of web pages."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from booking import texts

_HOST = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"


def shown_text(value: str) -> str:
    rule = texts.problem(value)
    if rule is not None:
        raise PydanticCustomError("text", rule)
    return value


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(shown_text),
    Field(json_schema_extra={"pattern": texts.PATTERN}),
]


def shown_lines(value: str) -> str:
    """The text, its lines ended as in a browser's field, whatever wrote it. Refuses what could not be seen."""
    lines = value.replace("\r\n", "\n")
    if rule := texts.problem_of_lines(lines):
        raise PydanticCustomError("text", rule)
    return lines


def _leads_there(value: str) -> str:
    """Where it leads can be read in it: a host, and no name or password before it."""
    rule = "must be the address of a web page, like https://practice.example.com/page"
    try:
        parts = urlsplit(value)
        is_one = re.fullmatch(_HOST, parts.hostname or "") and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        raise ValueError(rule) from None
    if not is_one:
        raise ValueError(rule)
    return value


WebAddress = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^https://[!#-;=?-Z\[\]^_a-~]+$"), AfterValidator(_leads_there)
]

Lines = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(shown_lines),
    Field(json_schema_extra={"pattern": texts.LINES_PATTERN}),
]
"""What people write in a few lines: text, wherever it is shown."""
