"""What a call is given, checked before any work begins, with Stripe's words for what is wrong."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.stripe import money
from local.stripe.errors import bad_parameter

Check = Callable[[Any, str], Any]
"""Takes what was given and its name, returns what it means or raises ``Refused``."""

GONE = "payment_method_types"
"""Since Endive (2026-09-30): https://docs.stripe.com/changelog/endive."""

_WHOLE = re.compile(r"-?\d{1,15}")


def from_form(form: str) -> dict[str, Any]:
    """Stripe's form: ``a[b][0]=x`` becomes ``{"a": {"b": ["x"]}}``."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        *outer, last = name.replace("]", "").split("[")
        place = found
        for part in outer:
            place = place.setdefault(part or str(len(place)), {})
            if not isinstance(place, dict):
                raise bad_parameter("Invalid object", part)
        place[last or str(len(place))] = value
    return {name: _with_lists(value) for name, value in found.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(each) for key, each in value.items()}


class Table:
    """Named parameters, and no others."""

    def __init__(self, required: Mapping[str, Check] | None = None, **optional: Check) -> None:
        self._needed = required or {}
        self.known = {**self._needed, **optional}

    def __call__(self, given: Any, name: str = "") -> dict[str, Any]:
        if not isinstance(given, Mapping):
            raise bad_parameter("Invalid object", name)
        if GONE in given:
            words = f"`{GONE}` is no longer supported. Use `allowed_payment_method_types` instead."
            raise bad_parameter(words, GONE, f"{GONE}_no_longer_supported")
        unknown = [_inside(name, each) for each in given if each not in self.known]
        if unknown:
            words = f"Received unknown parameter{'s' if len(unknown) > 1 else ''}: {', '.join(unknown)}"
            raise bad_parameter(words, unknown[0], "parameter_unknown")
        for each in self._needed:
            if given.get(each) is None:
                place = _inside(name, each)
                raise bad_parameter(f"Missing required param: {place}.", place, "parameter_missing")
        found = {each: value for each, value in given.items() if value is not None}
        return {each: self.known[each](value, _inside(name, each)) for each, value in found.items()}


def _inside(outer: str, name: str) -> str:
    return f"{outer}[{name}]" if outer else name


def each(check: Check, most: int) -> Check:
    """A list of so many at most, and one at least."""

    def checked(given: Any, name: str) -> list[Any]:
        if not isinstance(given, list) or not given:
            raise bad_parameter("Invalid array", name)
        if len(given) > most:
            raise bad_parameter(f"Array must have at most {most} elements", name)
        return [check(value, f"{name}[{index}]") for index, value in enumerate(given)]

    return checked


def text(longest: int = 5000) -> Check:
    def check(given: Any, name: str) -> str:
        if not isinstance(given, str):
            raise bad_parameter("Invalid string", name)
        if not given:
            words = (
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter;"
                f" however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty"
                " value."
            )
            raise bad_parameter(words, name, "parameter_invalid_empty")
        if len(given) > longest:
            raise bad_parameter(f"Invalid string; must be at most {longest} characters", name)
        return given

    return check


def whole(least: int, most: int = money.MOST * 1000) -> Check:
    def check(given: Any, name: str) -> int:
        if isinstance(given, bool) or not _WHOLE.fullmatch(str(given)):
            raise bad_parameter(f"Invalid integer: {given}", name, "parameter_invalid_integer")
        if not least <= int(given) <= most:
            words = f"This value must be greater than or equal to {least}" if int(given) < least else f"at most {most}"
            raise bad_parameter(f"Invalid integer: {given}. {words}", name, "parameter_invalid_integer")
        return int(given)

    return check


def flag(given: Any, name: str) -> bool:
    if given in (True, "true"):
        return True
    if given in (False, "false"):
        return False
    raise bad_parameter(f"Invalid boolean: {given}", name)


def choice(*names: str) -> Check:
    def check(given: Any, name: str) -> str:
        if given not in names:
            raise bad_parameter(f"Invalid {name}: must be one of {', '.join(names)}", name)
        return str(given)

    return check


def currency(given: Any, name: str) -> str:
    return money.check_currency(text(8)(given, name), name)


def url(given: Any, name: str) -> str:
    address: str = text(5000)(given, name)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        words = (
            "Not a valid URL" if parts.scheme else "Invalid URL: An explicit scheme (such as https) must be provided."
        )
        raise bad_parameter(words, name, "url_invalid")
    return address


def metadata(given: Any, name: str) -> dict[str, str]:
    """Fifty pairs, names of 40 characters, values of 500 (https://docs.stripe.com/api/metadata)."""
    if not isinstance(given, Mapping):
        raise bad_parameter("Invalid object", name)
    if len(given) > 50:
        raise bad_parameter("Metadata can have up to 50 keys", name)
    for key, value in given.items():
        if len(key) > 40 or "[" in key or "]" in key:
            raise bad_parameter(f"Metadata keys can have up to 40 characters, without brackets: {key}", name)
        if not isinstance(value, str | int | float) or len(str(value)) > 500:
            raise bad_parameter("Metadata values can have up to 500 characters", f"{name}[{key}]")
    return {key: str(value) for key, value in given.items() if value != ""}


def moments(given: Any, name: str) -> dict[str, int]:
    """``created``: a second since 1970, or bounds of one."""
    if isinstance(given, Mapping):
        bound = whole(0)
        return Table(gt=bound, gte=bound, lt=bound, lte=bound)(given, name)
    second = whole(0)(given, name)
    return {"gte": second, "lte": second}
