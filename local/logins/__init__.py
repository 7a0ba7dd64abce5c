"""Cognito as strict as AWS's, around the emulator's: its calls, its pages, its mails, its triggers.

What the emulator lacks or takes too easily is here: who may sign up, whose word ``email_verified`` is, codes that are
made up, end and run out, sign-in by a code, changed addresses, names without regard to case, and functions that are
really asked. ``calls`` says which calls are answered here; everything else is the emulator's.
"""

from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.services import cognito

from local.logins import attributes, passwords, signing_in, signing_up
from local.logins.pool import Refused, case_blind

_dispatch = cognito._dispatch_idp
_run_handler = cognito._run_idp_handler
_resolve_user = cognito._resolve_user

CALLS = {**signing_up.CALLS, **signing_in.CALLS, **attributes.CALLS, **passwords.CALLS}


def install() -> None:
    cognito._dispatch_idp = dispatch
    cognito._run_idp_handler = run_handler
    cognito._resolve_user = resolve_user


async def dispatch(action: str, data: dict[str, Any]) -> Any:
    """In a thread of its own, for a trigger calls back."""
    if action not in CALLS:
        return await _dispatch(action, data)
    return await run_reentrant(answer, action, data, thread_name="cognito")


def answer(action: str, data: dict[str, Any]) -> Any:
    """The call's answer: status, headers, body."""
    if action in cognito._UNSIGNED_IDP_ACTIONS or not action.startswith("Admin"):
        cognito._pin_unsigned_idp_scope(data)
    refused = cognito._auth_flow_error(action, data) or cognito._access_token_error(data)
    if refused is not None:
        return refused
    try:
        made = CALLS[action](data)
    except Refused as no:
        return cognito.error_response_json(no.code, no.message, 400)
    return made if isinstance(made, tuple) else cognito.json_response(made)


def run_handler(handler: Any, action: str, data: dict[str, Any]) -> Any:
    """The emulator's own answer, or what Cognito says when the app client or the token does not allow the call.

    The emulator looks at both only when it checks every signature.
    """
    refused = cognito._auth_flow_error(action, data) or cognito._access_token_error(data)
    return _run_handler(handler, action, data) if refused is None else refused


def resolve_user(pool: dict[str, Any], username: str) -> Any:
    """A user by any of their names, in capitals or not, where the pool makes no difference."""
    found, error = _resolve_user(pool, username)
    if error is None or username is None or not case_blind(pool):
        return found, error
    for user in pool["_users"].values():
        if cognito._attr_list_to_dict(user["Attributes"]).get("email", "").lower() == username.lower():
            return user, None
    return found, error
