"""Reading: one object, or pages of them, with what is asked for put in (https://docs.stripe.com/api/expanding_objects)."""

import json
from collections.abc import Mapping
from typing import Any

from local.stripe.account import Account
from local.stripe.errors import Refused, bad_parameter
from local.stripe.objects import Object
from local.stripe.parameters import Check, Table, choice, currency, each, moments, text, whole

DEPTH = 4

EXPANDABLE: Mapping[str, Mapping[str, str]] = {
    "checkout.session": {"customer": "customer", "payment_intent": "payment_intent", "setup_intent": "setup_intent"},
    "payment_intent": {"customer": "customer", "latest_charge": "charge", "payment_method": "payment_method"},
    "setup_intent": {"customer": "customer", "payment_method": "payment_method"},
    "charge": {
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "payment_intent": "payment_intent",
    },
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "payment_intent": "payment_intent",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
}
"""By object: its fields that are ids, and of what."""

_FILTERS: Mapping[str, Mapping[str, Check]] = {
    "checkout.session": {
        "customer": text(),
        "payment_intent": text(),
        "status": choice("complete", "expired", "open"),
    },
    "payment_intent": {"customer": text()},
    "charge": {"customer": text(), "payment_intent": text()},
    "refund": {"charge": text(), "payment_intent": text()},
    "dispute": {"charge": text(), "payment_intent": text()},
    "balance_transaction": {"currency": currency, "source": text(), "type": text()},
    "event": {"type": text(), "types": each(text(), 20)},
}

ONE = Table(expand=each(text(), 20))


def shown(account: Account, thing: Object, expand: list[str]) -> Object:
    """A copy for an answer. Raises ``Refused`` for what can't be expanded."""
    copy: Object = json.loads(json.dumps(thing))
    for path in expand:
        _expand(account, copy, path.split("."), path)
    return copy


def page_of(kind: str) -> Table:
    """The parameters of a list."""
    page: dict[str, Check] = {"limit": whole(1, 100), "starting_after": text(), "created": moments}
    return Table(None, expand=each(text(), 20), **page, **_FILTERS[kind])


def listed(account: Account, kind: str, path: str, given: Object) -> Object:
    """A page, newest first."""
    wanted = [each for each in reversed(account.all(kind)) if _fits(each, given)]
    if "starting_after" in given:
        account.get(kind, given["starting_after"], "starting_after")
        wanted = wanted[_place(wanted, account, kind, given["starting_after"]) :]
    limit = given.get("limit", 10)
    page, has_more = wanted[:limit], len(wanted) > limit
    expand = given.get("expand", [])
    if any(not each.startswith("data.") for each in expand):
        raise bad_parameter(
            "This property cannot be expanded. You may want to try expanding 'data.…' instead.", "expand"
        )
    data = [shown(account, each, [each_path.removeprefix("data.") for each_path in expand]) for each in page]
    return {"object": "list", "data": data, "has_more": has_more, "url": path}


def _place(wanted: list[Object], account: Account, kind: str, given: str) -> int:
    """Where the page after an object begins, also if that is none of those that are wanted."""
    order = {each["id"]: place for place, each in enumerate(reversed(account.all(kind)))}
    return sum(1 for each in wanted if order[each["id"]] <= order[given])


def _fits(thing: Object, given: Object) -> bool:
    bounds = given.get("created", {})
    created = thing["created"]
    in_time = bounds.get("gte", created) <= created <= bounds.get("lte", created) and bounds.get(
        "gt", created - 1
    ) < created < bounds.get("lt", created + 1)
    page = ("limit", "starting_after", "created", "expand", "types")
    fields = {name: value for name, value in given.items() if name not in page}
    is_type = "types" not in given or thing["type"] in given["types"]
    return in_time and is_type and all(thing[name] == value for name, value in fields.items())


def _expand(account: Account, thing: Any, path: list[str], whole_path: str) -> None:
    if len(path) > DEPTH:
        raise bad_parameter(f"You cannot expand more than {DEPTH} levels of a property", "expand", "property_too_deep")
    name, *rest = path
    if thing["object"] == "checkout.session" and name == "line_items":
        items = account.aside(thing["id"])["line_items"]
        url = f"/v1/checkout/sessions/{thing['id']}/line_items"
        thing["line_items"] = {"object": "list", "data": items, "has_more": False, "url": url}
        return
    kind = EXPANDABLE.get(thing["object"], {}).get(name)
    if kind is None:
        raise Refused(f"This property cannot be expanded ({whole_path}).", param="expand", is_kept=False)
    if isinstance(thing[name], str):
        thing[name] = json.loads(json.dumps(account.get(kind, thing[name], "expand")))
    if rest and thing[name] is not None:
        _expand(account, thing[name], rest, whole_path)
