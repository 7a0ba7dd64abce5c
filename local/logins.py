"""Cognito as strict as the template makes it: who may sign up, and by which flows one may sign in.

The emulator looks at an app client's flows only when it checks every signature, and never at who may sign up.
"""

from typing import Any

from ministack.services import cognito

_run_handler = cognito._run_idp_handler


def install() -> None:
    cognito._run_idp_handler = run_handler


def run_handler(handler: Any, action: str, data: dict[str, Any]) -> Any:
    """The call's answer, or what Cognito says when the pool or the app client does not allow it."""
    refused = cognito._auth_flow_error(action, data) or _sign_up_error(action, data)
    return _run_handler(handler, action, data) if refused is None else refused


def _sign_up_error(action: str, data: dict[str, Any]) -> Any:
    """A pool that ``AllowAdminCreateUserOnly`` takes nobody who comes by themselves."""
    pool, _ = cognito._pool_for_client(data.get("ClientId")) if action == "SignUp" else (None, None)
    if pool is None or str(pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly")).lower() != "true":
        return None
    return cognito.error_response_json("NotAuthorizedException", "SignUp is not permitted for this user pool", 400)
