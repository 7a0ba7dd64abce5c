"""``bookingctl keys``: the API keys of applications, each under the usage plan's limits."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from ops.errors import EXIT_FAILED_AGAIN, EXIT_UNKNOWN, OperatorError, translated
from ops.options import DryRun, Json, Wide, Yes
from ops.output import confirm, one_line, print_json, say, say_listed
from ops.practice import Practice
from ops.times import ago

app = typer.Typer(no_args_is_help=True, help="API keys of applications: made, listed, rotated, revoked.")

Name = Annotated[str, typer.Argument(help="The application's name.", show_default=False)]


@dataclass(frozen=True)
class Key:
    """An API key without its value: that is shown once, when it is made."""

    key_id: str
    name: str
    created_at: datetime


@app.command("create")
def create(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """A key for an application. Its value is shown now and never again.

    Example: bookingctl keys create booking-site
    """
    with one_line():
        practice: Practice = ctx.obj()
        if _keys(practice, name):
            raise OperatorError(f"{name} has a key: rotate or revoke it", EXIT_FAILED_AGAIN)
        _show_new(*_make(practice, name), as_json)


@app.command("list")
def list_keys(ctx: typer.Context, wide: Wide = False, as_json: Json = False) -> None:
    """The keys there are, without their values.

    Example: bookingctl keys list
    """
    with one_line():
        practice: Practice = ctx.obj()
        keys = _keys(practice)
        if as_json:
            print_json([dataclasses.asdict(key) for key in keys])
            return
        if keys:
            rows = [(key.name, key.key_id, ago(key.created_at, practice.now())) for key in keys]
            say_listed(("application", "key", "made"), rows, wide=wide)
        else:
            say("There are no keys.")


@app.command("rotate")
def rotate(
    ctx: typer.Context,
    name: Name,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="The old key stays valid, until you rotate again or revoke.")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """A new key in place of the old one. Its value is shown now and never again.

    Example: bookingctl keys rotate booking-site --keep-old
    """
    with one_line():
        practice: Practice = ctx.obj()
        old = _demand(practice, name)
        what = f"make {name} a new key" + ("" if keep_old else f", and end {len(old)}")
        if dry_run:
            _say_all(old, f"would {what}", "would stay" if keep_old else "would be ended", as_json)
            return
        confirm(f"About to {what}{'' if keep_old else ' at once'}.", yes=yes)
        made = _make(practice, name)
        if not keep_old:
            _delete(practice, old)
        _show_new(*made, as_json)


@app.command("revoke")
def revoke(ctx: typer.Context, name: Name, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Every key of an application stops working.

    Example: bookingctl keys revoke booking-site
    """
    with one_line():
        practice: Practice = ctx.obj()
        keys = _demand(practice, name)
        if dry_run:
            _say_all(keys, f"would revoke {len(keys)}", "would be revoked", as_json)
            return
        confirm(f"About to revoke {len(keys)} of {name}.", yes=yes)
        _delete(practice, keys)
        _say_all(keys, f"{len(keys)} revoked", "revoked", as_json)


def _say_all(keys: list[Key], line: str, outcome: str, as_json: bool) -> None:
    if as_json:
        print_json([{"key_id": key.key_id, "application": key.name, "outcome": outcome} for key in keys])
    else:
        say(line)


def _keys(practice: Practice, name: str | None = None) -> list[Key]:
    """The keys of the usage plan, oldest first."""
    gateway, plan = practice.aws.client("apigateway"), practice.aws.output("ApplicationUsagePlanId")
    with translated():
        pages = gateway.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan)
        ours = {item["id"] for page in pages for item in page["items"]}
        pages = gateway.get_paginator("get_api_keys").paginate()
        keys = [
            Key(each["id"], each["name"], each["createdDate"])
            for page in pages
            for each in page["items"]
            if each["id"] in ours
        ]
    return sorted((key for key in keys if name in (None, key.name)), key=lambda key: key.created_at)


def _demand(practice: Practice, name: str) -> list[Key]:
    keys = _keys(practice, name)
    if not keys:
        raise OperatorError(f"{name} has no key", EXIT_UNKNOWN)
    return keys


def _make(practice: Practice, name: str) -> tuple[str, str]:
    gateway, plan = practice.aws.client("apigateway"), practice.aws.output("ApplicationUsagePlanId")
    with translated():
        made = gateway.create_api_key(name=name, enabled=True)
        gateway.create_usage_plan_key(usagePlanId=plan, keyId=made["id"], keyType="API_KEY")
    return made["id"], made["value"]


def _delete(practice: Practice, keys: list[Key]) -> None:
    gateway, plan = practice.aws.client("apigateway"), practice.aws.output("ApplicationUsagePlanId")
    with translated():
        for key in keys:
            gateway.delete_usage_plan_key(usagePlanId=plan, keyId=key.key_id)
            gateway.delete_api_key(apiKey=key.key_id)


def _show_new(key_id: str, value: str, as_json: bool) -> None:
    if as_json:
        print_json({"key_id": key_id, "value": value})
        return
    say(f"key {key_id}")
    say(f"x-api-key: {value}")
    say("This value is not shown again.")
