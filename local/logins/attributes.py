"""Changing what Cognito knows of oneself: a new address is one's own when its code has come back."""

from typing import Any

from ministack.services import cognito

from local.logins import codes
from local.logins.pool import Pool, Refused, User, attributes_of, demand_writable, put_attributes, user_named


def update_user_attributes(data: dict[str, Any]) -> dict[str, Any]:
    user, pool, client = _caller(data)
    given = cognito._attr_list_to_dict(data.get("UserAttributes") or [])
    demand_writable(client, given)
    address = given.pop("email", None)
    put_attributes(user, **given)
    if address is None or address.lower() == attributes_of(user)["email"].lower():
        return {"CodeDeliveryDetailsList": []}
    _demand_free(pool, user, address)
    first = pool.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate") or []
    if "email" in first:
        user["_new_address"] = address
    else:
        put_attributes(user, email=address, email_verified="false")
    codes.send(pool, user, "UpdateUserAttribute", codes.DAY, to=address, metadata=data.get("ClientMetadata"))
    return {"CodeDeliveryDetailsList": [codes.delivery(address)]}


def get_user_attribute_verification_code(data: dict[str, Any]) -> dict[str, Any]:
    user, pool, _ = _caller(data)
    address = user.get("_new_address") or attributes_of(user)["email"]
    codes.send(pool, user, "VerifyUserAttribute", codes.DAY, to=address, metadata=data.get("ClientMetadata"))
    return {"CodeDeliveryDetails": codes.delivery(address)}


def verify_user_attribute(data: dict[str, Any]) -> dict[str, Any]:
    user, pool, _ = _caller(data)
    codes.check(user, ("UpdateUserAttribute", "VerifyUserAttribute"), data.get("Code"))
    address = user.pop("_new_address", None) or attributes_of(user)["email"]
    _demand_free(pool, user, address)  # somebody may have proven it meanwhile
    put_attributes(user, email=address, email_verified="true")
    return {}


def _caller(data: dict[str, Any]) -> tuple[User, Pool, dict[str, Any]]:
    token = data.get("AccessToken", "")
    user, pool = cognito._user_pool_for_access_token(token)
    if user is None:
        raise Refused("NotAuthorizedException", "Invalid Access Token")
    return user, pool, pool["_clients"][cognito._token_claims(token)["client_id"]]


def _demand_free(pool: Pool, user: User, address: str) -> None:
    other = user_named(pool, address)
    if other is not None and other is not user:
        raise Refused("AliasExistsException", "An account with the given email already exists.")


CALLS = {
    "UpdateUserAttributes": update_user_attributes,
    "GetUserAttributeVerificationCode": get_user_attribute_verification_code,
    "VerifyUserAttribute": verify_user_attribute,
}
