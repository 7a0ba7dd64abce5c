"""The words of the login's pages. AWS's managed login has eleven languages; the laptop's has the site's two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COOKIE = "lang"
"""Cognito keeps the ``lang`` of a request in a cookie, until another asks for another language
(https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html#managed-login-localization)."""


@dataclass(frozen=True)
class Words:
    """One language. ``{…}`` is put in where a page is made."""

    tag: str
    sign_in: str
    sign_up: str
    address: str
    send_code: str
    use_password: str
    to_sign_up: str
    to_sign_in: str
    password: str
    password_of_no_use: str
    password_refused: str
    at_least: str
    needs: Mapping[str, str]  # by the setting of Cognito's password policy
    and_: str
    type_code: str
    code: str
    sent: str
    hours: str
    minutes: str
    sent_again: str
    go_on: str
    send_another: str
    other_address: str
    type_app_code: str
    by_app: str
    type_password: str
    to_inbox: str
    inbox: str
    wrong_code: str
    code_over: str
    too_many_wrong: str
    too_many_codes: str
    exists: str
    no_address: str
    wrong_password: str
    confirmed_already: str
    begin_again: str

    def password_rule(self, policy: Mapping[str, Any]) -> str:
        """What Cognito asks of a password, said before it refuses one."""
        needs = [need for setting, need in self.needs.items() if policy.get(setting, True) is True]
        asked = [self.at_least.format(count=policy.get("MinimumLength", 8)), *needs]
        listed = ", ".join(asked[:-1]) + f" {self.and_} {asked[-1]}" if needs else asked[0]
        return f"{listed[:1].upper()}{listed[1:]}."


_EN = Words(
    tag="en",
    sign_in="Sign in",
    sign_up="Sign up",
    address="E-mail address",
    send_code="Send me a code",
    use_password="Use my password",  # noqa: S106  # a button
    to_sign_up="I have no login yet: sign up",
    to_sign_in="I have a login: sign in",
    password="Password",  # noqa: S106  # a label
    password_of_no_use="You sign in by codes that we send you, so you need not remember it.",  # noqa: S106  # a remark
    password_refused="This password does not do. It needs:",  # noqa: S106  # a remark
    at_least="at least {count} characters",
    needs={
        "RequireUppercase": "a capital letter",
        "RequireLowercase": "a small letter",
        "RequireNumbers": "a digit",
        "RequireSymbols": "a symbol",
    },
    and_="and",
    type_code="Type the code that we have sent you",
    code="Code",
    sent="We have sent an e-mail to {to}. The code has {digits} digits and is good for {time}.",
    hours="{count} hours",
    minutes="{count} minutes",
    sent_again="We have sent another code. Only the newest one is good.",
    go_on="Go on",
    send_another="Send another code",
    other_address="Wrong address? Type another",
    type_app_code="Type the code that your authenticator app shows",
    by_app="It has 6 digits and changes every half minute.",
    type_password="Type your password",  # noqa: S106  # a heading
    to_inbox="On this laptop all mail goes to {inbox}: codes, too.",
    inbox="the inbox",
    wrong_code="This is not the code that we have sent you. Look at our newest mail, or have another code sent.",
    code_over="This code is good no longer. Please have another sent.",
    too_many_wrong="These were too many wrong codes, and this one is good no longer. Please have another sent.",
    too_many_codes="We have sent you several codes within an hour. Please look for them, or try again in an hour.",
    exists="There is a login with this address already: sign in.",
    no_address="This is no e-mail address. It should read like name@example.com.",
    wrong_password="This is not right: look at the address and the password.",  # noqa: S106  # a remark
    confirmed_already="This address is confirmed already: sign in.",
    begin_again="That is not right, or too late. Please begin again.",
)

_DE = Words(
    tag="de",
    sign_in="Anmelden",
    sign_up="Registrieren",
    address="E-Mail-Adresse",
    send_code="Code senden",
    use_password="Mein Passwort verwenden",  # noqa: S106  # a button
    to_sign_up="Ich habe noch keinen Zugang: registrieren",
    to_sign_in="Ich habe einen Zugang: anmelden",
    password="Passwort",  # noqa: S106  # a label
    password_of_no_use="Sie melden sich mit Codes an, die wir Ihnen senden: Merken müssen Sie es sich nicht.",  # noqa: S106  # a remark
    password_refused="Dieses Passwort genügt nicht. Es braucht:",  # noqa: S106  # a remark
    at_least="mindestens {count} Zeichen",
    needs={
        "RequireUppercase": "ein Großbuchstabe",
        "RequireLowercase": "ein Kleinbuchstabe",
        "RequireNumbers": "eine Ziffer",
        "RequireSymbols": "ein Sonderzeichen",
    },
    and_="und",
    type_code="Geben Sie den Code ein, den wir Ihnen gesendet haben",
    code="Code",
    sent="Wir haben eine E-Mail an {to} gesendet. Der Code hat {digits} Ziffern und gilt {time}.",
    hours="{count} Stunden",
    minutes="{count} Minuten",
    sent_again="Wir haben einen weiteren Code gesendet. Nur der neueste gilt.",
    go_on="Weiter",
    send_another="Weiteren Code senden",
    other_address="Falsche Adresse? Eine andere eingeben",
    type_app_code="Geben Sie den Code ein, den Ihre Authenticator-App zeigt",
    by_app="Er hat 6 Ziffern und wechselt jede halbe Minute.",
    type_password="Geben Sie Ihr Passwort ein",  # noqa: S106  # a heading
    to_inbox="Auf diesem Laptop landet alle Post im {inbox}, auch die Codes.",
    inbox="Posteingang",
    wrong_code=(
        "Das ist nicht der Code, den wir Ihnen gesendet haben. Sehen Sie in unserer neuesten E-Mail nach, oder lassen"
        " Sie sich einen weiteren senden."
    ),
    code_over="Dieser Code gilt nicht mehr. Bitte lassen Sie sich einen weiteren senden.",
    too_many_wrong=(
        "Das waren zu viele falsche Codes, und dieser gilt nicht mehr. Bitte lassen Sie sich einen weiteren senden."
    ),
    too_many_codes=(
        "Wir haben Ihnen in einer Stunde mehrere Codes gesendet. Bitte sehen Sie nach, oder versuchen Sie es in einer"
        " Stunde noch einmal."
    ),
    exists="Mit dieser Adresse gibt es schon einen Zugang: Melden Sie sich an.",
    no_address="Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.com.",
    wrong_password="Das stimmt nicht: Sehen Sie nach der Adresse und dem Passwort.",  # noqa: S106  # a remark
    confirmed_already="Diese Adresse ist schon bestätigt: Melden Sie sich an.",
    begin_again="Das stimmt nicht, oder es ist zu spät. Bitte beginnen Sie noch einmal.",
)

LANGUAGES = {each.tag: each for each in (_EN, _DE)}


def words(asked: str, kept: str) -> Words:
    """In the language that a request asks for, else in that of the cookie, else in English, as AWS's."""
    return LANGUAGES.get(asked) or LANGUAGES.get(kept) or _EN
