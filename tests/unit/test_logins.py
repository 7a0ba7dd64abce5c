"""The laptop's Cognito is as strict as AWS's: attacks on logins, and what holds each. Pages: test_login_pages.py."""

import time
from collections.abc import Iterator

import pytest
from ministack.services import cognito

from local.logins import browsers, codes, pool
from tests.cognito import ADDRESS, Cognito, Refused, other


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cognito]:
    made = Cognito(monkeypatch)
    yield made
    cognito._user_pools.pop(made.pool_id, None)


def test_somebody_signs_up_and_in_by_codes_and_without_a_password(there: Cognito) -> None:
    there.sign_up()
    with pytest.raises(Refused, match="UserNotConfirmedException"):
        there.begin()
    there.confirm()
    claims = there.claims()
    assert (claims["email"], claims["email_verified"]) == (ADDRESS, True)
    assert "cognito:groups" not in claims, "who came by themselves is in no group"
    assert there.asked == [
        *("PreSignUp_SignUp", "CustomMessage_SignUp", "PostConfirmation_ConfirmSignUp", "CustomMessage_Authentication")
    ], "each mail is the trigger's"
    assert {to for to, _ in there.mails} == {ADDRESS}


def test_a_pool_for_invited_people_takes_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Cognito(monkeypatch, open_to_all=False)
    with pytest.raises(Refused, match="NotAuthorizedException: SignUp is not permitted for this user pool"):
        there.sign_up()
    there.call("AdminCreateUser", Username=ADDRESS, UserAttributes=[{"Name": "email_verified", "Value": "true"}])
    assert there.claims()["email_verified"] is True
    cognito._user_pools.pop(there.pool_id, None)


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "custom:group", "name"])
def test_nobody_writes_about_themselves_what_is_not_theirs_to_say(there: Cognito, name: str) -> None:
    given = [{"Name": name, "Value": "true"}]
    with pytest.raises(Refused, match="NotAuthorizedException: A client attempted to write unauthorized attribute"):
        there.sign_up(UserAttributes=given)
    there.sign_up()
    there.confirm()
    token = there.sign_in()["AccessToken"]
    with pytest.raises(Refused, match="NotAuthorizedException"):
        there.call("UpdateUserAttributes", AccessToken=token, UserAttributes=given)


def test_what_is_not_confirmed_is_not_verified(there: Cognito) -> None:
    there.sign_up()
    assert there.known()["email_verified"] == "false"
    assert there.known()["status"] == "UNCONFIRMED"


def test_a_changed_address_is_theirs_when_its_code_came_back(there: Cognito) -> None:
    """Who types the address of somebody else keeps their own, in the token too, and the code goes to the other."""
    there.sign_up()
    there.confirm()
    token = there.sign_in()["AccessToken"]
    there.call(
        "UpdateUserAttributes", AccessToken=token, UserAttributes=[{"Name": "email", "Value": "victim@example.com"}]
    )
    assert there.mails[-1][0] == "victim@example.com"
    assert there.asked[-1] == "CustomMessage_UpdateUserAttribute"
    code = there.code()
    assert there.known()["email"] == ADDRESS
    with pytest.raises(Refused, match="CodeMismatchException"):
        there.call("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=other(code))
    assert there.claims()["email"] == ADDRESS


def test_the_new_address_signs_in_and_the_old_one_no_longer(there: Cognito) -> None:
    there.sign_up()
    there.confirm()
    token = there.sign_in()["AccessToken"]
    there.call(
        "UpdateUserAttributes", AccessToken=token, UserAttributes=[{"Name": "email", "Value": "new@example.com"}]
    )
    there.call("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=there.code())
    assert there.claims("new@example.com")["email_verified"] is True
    before = len(there.mails)
    there.begin()
    assert len(there.mails) == before, "nobody has the old address now"


def test_an_address_that_has_a_login_is_nobody_elses_however_it_is_spelled(there: Cognito) -> None:
    there.sign_up("other@example.com")
    there.confirm("other@example.com")
    for spelled in ("other@example.com", "OTHER@Example.com"):
        with pytest.raises(Refused, match="UsernameExistsException"):
            there.sign_up(spelled)
        with pytest.raises(Refused, match="UsernameExistsException"):
            there.call("AdminCreateUser", Username=spelled)
    there.sign_up()
    there.confirm()
    token = there.sign_in()["AccessToken"]
    with pytest.raises(Refused, match="AliasExistsException"):
        there.call(
            "UpdateUserAttributes", AccessToken=token, UserAttributes=[{"Name": "email", "Value": "OTHER@example.com"}]
        )
    assert there.claims("OTHER@EXAMPLE.COM")["email"] == "other@example.com", "and its owner types it as they like"


def test_two_who_ask_for_one_address_one_proves_it(there: Cognito) -> None:
    """Both are on the way to it; the second to bring its code back finds it taken."""
    tokens = {}
    for name in ("a@example.com", "b@example.com"):
        there.sign_up(name)
        there.confirm(name)
        tokens[name] = there.sign_in(name)["AccessToken"]
    sent = {}
    for name, token in tokens.items():
        there.call(
            "UpdateUserAttributes", AccessToken=token, UserAttributes=[{"Name": "email", "Value": "wanted@example.com"}]
        )
        sent[name] = there.code()
    there.call(
        "VerifyUserAttribute", AccessToken=tokens["a@example.com"], AttributeName="email", Code=sent["a@example.com"]
    )
    with pytest.raises(Refused, match="AliasExistsException"):
        there.call(
            "VerifyUserAttribute",
            AccessToken=tokens["b@example.com"],
            AttributeName="email",
            Code=sent["b@example.com"],
        )


def test_a_plus_sign_makes_another_address(there: Cognito) -> None:
    """a+b@ and a@ are two logins: whether they are one mailbox is its provider's business, and no guess of ours."""
    there.sign_up("new.person+practice@example.com")
    there.confirm("new.person+practice@example.com")
    there.sign_up()
    there.confirm()
    assert there.claims()["sub"] != there.claims("new.person+practice@example.com")["sub"]


def test_codes_are_for_one_thing_and_used_once(there: Cognito) -> None:
    there.sign_up()
    code = there.code()
    there.confirm()
    with pytest.raises(Refused, match="Current status is CONFIRMED"):
        there.confirm(code=code)
    session = there.begin()
    with pytest.raises(Refused, match=r"CodeMismatchException|ExpiredCodeException"):
        there.finish(session, code if code != there.code() else other(code))
    there.finish(session, there.code())
    with pytest.raises(Refused, match="NotAuthorizedException: Invalid session"):
        there.finish(session, there.code())


def test_wrong_codes_come_to_an_end(there: Cognito) -> None:
    there.sign_up()
    for _ in range(codes.TRIES):
        with pytest.raises(Refused, match="CodeMismatchException"):
            there.confirm(code=other(there.code()))
    with pytest.raises(Refused, match="LimitExceededException"):
        there.confirm()
    there.call("ResendConfirmationCode", Username=ADDRESS)
    there.confirm()
    session = there.begin()
    for _ in range(codes.TRIES):
        with pytest.raises(Refused, match="CodeMismatchException"):
            there.finish(session, other(there.code()))
    with pytest.raises(Refused, match="NotAuthorizedException"):
        there.finish(session, there.code())


def test_codes_end(there: Cognito, monkeypatch: pytest.MonkeyPatch) -> None:
    there.sign_up()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + codes.DAY + 1)
    with pytest.raises(Refused, match="ExpiredCodeException"):
        there.confirm()
    there.call("ResendConfirmationCode", Username=ADDRESS)
    there.confirm()
    session = there.begin()
    monkeypatch.setattr(time, "time", lambda: now + codes.DAY + 1 + 11 * 60)
    with pytest.raises(Refused, match="session is expired"):
        there.finish(session, there.code())


def test_nobody_is_sent_codes_without_end(there: Cognito) -> None:
    there.sign_up()
    for _ in range(codes.CODES_AN_HOUR):
        there.call("ResendConfirmationCode", Username=ADDRESS)
    with pytest.raises(Refused, match="LimitExceededException"):
        there.call("ResendConfirmationCode", Username=ADDRESS)


def test_who_signs_in_often_is_sent_a_code_each_time(there: Cognito) -> None:
    there.sign_up()
    there.confirm()
    for _ in range(3 * codes.CODES_AN_HOUR):
        there.finish(there.begin(), there.code())


def test_a_browser_is_known_for_an_hour_from_the_sign_in(there: Cognito, monkeypatch: pytest.MonkeyPatch) -> None:
    there.sign_up()
    there.confirm()
    here = cognito._user_pools[there.pool_id]
    user = pool.user_named(here, ADDRESS)
    assert user is not None
    cookie = browsers.remember(here, user).partition(";")[0]
    now = time.time()
    assert browsers.whose(here, f"other=1; {cookie}") is user
    assert browsers.whose({**here, "Id": "another"}, cookie) is None
    assert browsers.whose(here, f"{cookie}x") is browsers.whose(here, "") is browsers.whose(here, "=;,") is None
    user["Enabled"] = False
    assert browsers.whose(here, cookie) is None
    user["Enabled"] = True
    monkeypatch.setattr(time, "time", lambda: now + 59 * 60)
    assert browsers.whose(here, cookie) is user
    monkeypatch.setattr(time, "time", lambda: now + browsers.SECONDS + 1)
    assert browsers.whose(here, cookie) is None, "not from its last use"


def test_a_browser_that_signs_out_is_known_no_more(there: Cognito) -> None:
    there.sign_up()
    here = cognito._user_pools[there.pool_id]
    cookie = browsers.remember(here, here["_users"][next(iter(here["_users"]))]).partition(";")[0]
    assert "Max-Age=0" in browsers.forget(cookie)
    assert browsers.whose(here, cookie) is None, "whoever has kept the cookie"


def test_nobody_learns_who_has_a_login(there: Cognito) -> None:
    """But for signing up, where Cognito says so; a code page looks the same, and no mail goes out."""
    session = there.begin("nobody@example.com")
    assert there.mails == []
    with pytest.raises(Refused, match="CodeMismatchException"):
        there.finish(session, "123456", "nobody@example.com")
    assert there.call("ForgotPassword", Username="nobody@example.com")["CodeDeliveryDetails"]
    assert there.call("ResendConfirmationCode", Username="nobody@example.com")["CodeDeliveryDetails"]
    with pytest.raises(Refused, match="CodeMismatchException"):
        there.confirm("nobody@example.com", "123456")


def test_a_sign_in_is_whose_it_was_begun_for(there: Cognito) -> None:
    for name in (ADDRESS, "victim@example.com"):
        there.sign_up(name)
        there.confirm(name)
    session = there.begin()
    with pytest.raises(Refused, match="NotAuthorizedException"):
        there.finish(session, there.code(), "victim@example.com")


def test_a_password_nobody_chose_lets_nobody_in(there: Cognito) -> None:
    there.sign_up()
    there.confirm()
    for password in ("", "guess", "None"):
        parameters = {"USERNAME": ADDRESS, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password}
        with pytest.raises(Refused, match="NotAuthorizedException"):
            there.call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=parameters)
    with pytest.raises(Refused, match="InvalidParameterException"):
        there.call("InitiateAuth", AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": ADDRESS, "PASSWORD": "x"})


def test_a_password_is_not_reset_at_an_address_that_is_not_proven(there: Cognito) -> None:
    """Who has signed up at somebody else's address can do nothing with it."""
    there.sign_up(Password="Rather-long-and-1-digit")
    with pytest.raises(Refused, match="no registered/verified email"):
        there.call("ForgotPassword", Username=ADDRESS)
    parameters = {"USERNAME": ADDRESS, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Rather-long-and-1-digit"}
    with pytest.raises(Refused, match="UserNotConfirmedException"):
        there.call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=parameters)


def test_who_began_the_sign_up_of_another_does_not_get_in_with_the_password_they_chose(there: Cognito) -> None:
    """They wait until the owner confirms it, and have the owner's login: unless the password is nobody's by then."""
    there.sign_up(Password="Rather-long-and-1-digit")
    there.confirm()
    parameters = {"USERNAME": ADDRESS, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Rather-long-and-1-digit"}
    with pytest.raises(Refused, match="NotAuthorizedException"):
        there.call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=parameters)
    assert there.claims()["email"] == ADDRESS, "its owner signs in by code"


def test_the_trigger_says_no_in_its_own_words_and_nobody_is_added(there: Cognito) -> None:
    there.refuses = "Too many people are signing up just now"
    with pytest.raises(Refused, match="PreSignUp failed with error Too many people are signing up just now"):
        there.sign_up()
    there.refuses = ""
    there.sign_up()


def test_who_is_invited_has_no_password_and_gets_a_code(there: Cognito) -> None:
    attributes = [{"Name": "email", "Value": ADDRESS}, {"Name": "email_verified", "Value": "true"}]
    there.call("AdminCreateUser", Username=ADDRESS, UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"])
    assert there.asked == ["PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser"]
    assert there.mails == [(ADDRESS, f"{ADDRESS} ")], "its name, and no password"
    assert there.known()["status"] == "CONFIRMED"
    assert there.claims()["email"] == ADDRESS
    with pytest.raises(Refused, match="UnsupportedUserStateException"):
        there.call("AdminCreateUser", Username=ADDRESS, MessageAction="RESEND")
