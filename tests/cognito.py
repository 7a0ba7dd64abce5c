"""A user pool of the laptop's Cognito, with the template's settings, and its mails; without an emulator around it."""

import json
import re
from typing import Any
from unittest.mock import patch

import pytest
from ministack.services import cognito

from booking.channels.logins import CognitoLogins
from handlers import post_confirmation
from handlers._outside import outside
from local import documents, logins
from local.logins import codes, pool
from tests.fakes import context

ADDRESS = "new.person@example.com"
COMPOSITION = ("RequireLowercase", "RequireNumbers", "RequireSymbols", "RequireUppercase")
SITE = "https://practice.example/signed-in"


class Refused(Exception):
    """What the pool says no with."""


class Cognito:
    """A pool with the template's settings, its calls, and the mails it has sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, open_to_all: bool = True) -> None:
        self.mails: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.refuses = ""
        made = self._made(
            cognito._create_user_pool(
                {
                    "PoolName": "test",
                    "UsernameAttributes": ["email"],
                    "UsernameConfiguration": {"CaseSensitive": False},
                    "AutoVerifiedAttributes": ["email"],
                    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
                    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": not open_to_all},
                    "UserPoolTier": "ESSENTIALS",
                    "Policies": {
                        "PasswordPolicy": {"MinimumLength": 12, **dict.fromkeys(COMPOSITION, False)},
                        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
                    },
                }
            )
        )["UserPool"]
        self.pool_id = made["Id"]
        client = {
            "UserPoolId": self.pool_id,
            "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "WriteAttributes": ["email", "locale"],
            "PreventUserExistenceErrors": "ENABLED",
            "AuthSessionValidity": 10,
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"],
            "CallbackURLs": [SITE],
        }
        self.client_id = self._made(cognito._create_user_pool_client(client))["UserPoolClient"]["ClientId"]
        monkeypatch.setattr(cognito, "_resolve_user", logins.resolve_user)
        monkeypatch.setattr(
            cognito, "_deliver_cognito_email", lambda _, to, _subject, body, **__: self.mails.append((to, body))
        )
        for module in (logins.signing_up, codes):
            monkeypatch.setattr(module, "ask", self._ask)

    def _ask(self, _pool: Any, trigger: str, source: str, attributes: Any, **_request: Any) -> dict[str, Any]:
        self.asked.append(source)
        if trigger == "PreSignUp" and self.refuses:
            raise pool.Refused("UserLambdaValidationException", f"PreSignUp failed with error {self.refuses}.")
        if trigger == "PostConfirmation":
            event = {**documents.event("post_confirmation"), "triggerSource": source, "userName": attributes["email"]}
            with patch.dict(vars(outside), {"logins_of": lambda _: CognitoLogins(self.pool_id, self)}):
                post_confirmation.handler(event, context("PostConfirmation"))
        return {"emailMessage": "{username} {####}", "emailSubject": "x"} if trigger == "CustomMessage" else {}

    @staticmethod
    def _made(answer: Any) -> dict[str, Any]:
        status, _, body = answer
        made: dict[str, Any] = json.loads(body)
        if status != 200:
            raise Refused(f"{made['__type']}: {made['message']}")
        return made

    def call(self, action: str, **data: Any) -> dict[str, Any]:
        return self._made(logins.answer(action, {"ClientId": self.client_id, "UserPoolId": self.pool_id, **data}))

    def admin_set_user_password(self, **given: Any) -> None:
        self._made(cognito._admin_set_user_password(given))

    def admin_user_global_sign_out(self, **given: Any) -> None:
        self._made(cognito._admin_user_global_sign_out(given))

    def sign_up(self, address: str = ADDRESS, **data: Any) -> str:
        return str(self.call("SignUp", Username=address, **data)["UserSub"])

    def confirm(self, address: str = ADDRESS, code: str = "") -> None:
        self.call("ConfirmSignUp", Username=address, ConfirmationCode=code or self.code())

    def codes(self, address: str) -> list[str]:
        """All that were sent there, in order."""
        return [code for to, body in self.mails if to == address for code in re.findall(r"\d{6,8}", body)]

    def code(self) -> str:
        found = re.search(r"\d{6,8}", self.mails[-1][1])
        assert found
        return found[0]

    def begin(self, address: str = ADDRESS) -> str:
        parameters = {"USERNAME": address, "PREFERRED_CHALLENGE": "EMAIL_OTP"}
        return str(self.call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=parameters)["Session"])

    def finish(self, session: str, code: str, address: str = ADDRESS) -> dict[str, Any]:
        responses = {"USERNAME": address, "EMAIL_OTP_CODE": code}
        answer = self.call(
            "RespondToAuthChallenge", ChallengeName="EMAIL_OTP", Session=session, ChallengeResponses=responses
        )
        return dict(answer["AuthenticationResult"])

    def sign_in(self, address: str = ADDRESS) -> dict[str, Any]:
        session = self.begin(address)
        return self.finish(session, self.code(), address)

    def claims(self, address: str = ADDRESS) -> dict[str, Any]:
        return dict(cognito._token_claims(self.sign_in(address)["IdToken"]))

    def known(self, address: str = ADDRESS) -> dict[str, Any]:
        user = pool.user_named(cognito._user_pools[self.pool_id], address)
        assert user
        return {**pool.attributes_of(user), "status": user["UserStatus"]}


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"
