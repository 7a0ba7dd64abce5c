"""What the calls have in common: the pool and the user that are meant, what is refused, and asking a trigger."""

from typing import Any

from ministack.services import cognito, lambda_svc

Pool = dict[str, Any]
User = dict[str, Any]


class Refused(Exception):
    """An error of Cognito's: its name and its text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def is_on(setting: Any) -> bool:
    """CloudFormation has written ``true`` as a text or as what it is."""
    return str(setting).lower() == "true"


def case_blind(pool: Pool) -> bool:
    return not is_on(pool.get("UsernameConfiguration", {}).get("CaseSensitive", True))


def only_staff_make_users(pool: Pool) -> bool:
    return is_on(pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"))


def without_passwords(pool: Pool) -> bool:
    """Whether somebody may sign in by a code alone."""
    return "EMAIL_OTP" in cognito._available_first_auth_factors(pool)


def of_client(data: dict[str, Any]) -> tuple[Pool, dict[str, Any]]:
    """The pool and the app client that a call names. Raises ``Refused``."""
    pool, _ = cognito._pool_for_client(data.get("ClientId"))
    if pool is None:
        raise Refused("ResourceNotFoundException", f"Client {data.get('ClientId')} not found.")
    return pool, pool["_clients"][data["ClientId"]]


def user_named(pool: Pool, name: str | None) -> User | None:
    found, _ = cognito._resolve_user(pool, name)
    return dict_of(found)


def dict_of(found: Any) -> User | None:
    return found if isinstance(found, dict) else None


def attributes_of(user: User) -> dict[str, str]:
    return dict(cognito._attr_list_to_dict(user["Attributes"]))


def put_attributes(user: User, **attributes: str) -> None:
    given = [{"Name": name, "Value": value} for name, value in attributes.items()]
    user["Attributes"] = cognito._merge_attributes(user["Attributes"], given)
    user["UserLastModifiedDate"] = cognito._now_epoch()


def demand_writable(client: dict[str, Any], given: dict[str, str]) -> None:
    """Raises ``Refused`` for what users may not write: what the client does not name, and ever that one is verified."""
    writable = set(client.get("WriteAttributes") or ["email", "locale", "name"])
    if set(given) - writable or any(name.endswith("_verified") for name in given):
        raise Refused("NotAuthorizedException", "A client attempted to write unauthorized attribute")


def ask(pool: Pool, trigger: str, source: str, user_attributes: dict[str, str], **request: Any) -> dict[str, Any]:
    """The pool's function is asked: what it answers in ``response``, {} when there is none. Raises ``Refused``."""
    arn = (pool.get("LambdaConfig") or {}).get(trigger)
    if not arn:
        return {}
    event = {
        "version": "1",
        "triggerSource": source,
        "region": cognito._pool_region(pool["Id"]),
        "userPoolId": pool["Id"],
        "userName": user_attributes.get("sub", ""),
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "CLIENT_ID_NOT_APPLICABLE"},
        "request": {"userAttributes": user_attributes, "clientMetadata": None, **request},
        "response": {},
    }
    record, config, _ = lambda_svc._get_func_record_for_ref(arn)
    result = lambda_svc._execute_function_with_config_scope(
        lambda_svc._execution_record_for_config(record, config), event
    )
    body = result.get("body")
    if result.get("error"):
        said = body.get("errorMessage", "") if isinstance(body, dict) else ""
        raise Refused("UserLambdaValidationException", f"{trigger} failed with error {said}.")
    return dict(cognito._extract_trigger_response(body) or {})
