"""The words of Checkout's page. Stripe's has forty languages; the double's has the site's two."""

from dataclasses import dataclass

from local.stripe import money


@dataclass(frozen=True)
class Words:
    """One language. ``{…}`` is put in where a page is made."""

    tag: str
    amount: str
    point: str
    double: str
    pay: str
    save: str
    to_pay: str
    to_save: str
    decline: str
    authenticate: str
    close: str
    until: str
    declined: str
    not_known: str
    later: str
    cards: tuple[tuple[str, str], ...]
    is_it_you: str
    asks: str
    approve: str
    fail: str
    expired: str
    has_expired: str
    complete: str
    is_complete: str
    back: str
    missing: str
    is_missing: str

    def sum(self, amount: int, currency: str) -> str:
        """As the reader writes it: ``€80.00``, ``80,00 €``."""
        digits = money.decimals(currency)
        number = f"{amount / 10**digits:,.{digits}f}"
        if self.point == ",":
            number = number.translate(str.maketrans(",.", ".,"))
        sign = money.SYMBOLS.get(currency)
        return self.amount.format(sign=sign, number=number) if sign else f"{number}\N{NO-BREAK SPACE}{currency.upper()}"


_EN = Words(
    tag="en",
    amount="{sign}{number}",
    point=".",
    double="This is the laptop's double of Stripe. No card is asked for, and no money moves.",
    pay="Pay {sum}",
    save="Leave a card",
    to_pay="Pay {sum}",
    to_save="Leave my card",
    decline="Pay with a card that is declined",
    authenticate="Pay with a card that needs 3-D Secure",
    close="Close the window",
    until="This page is open until {time} UTC.",
    declined="The card was declined. Please try another one.",
    not_known="The bank did not recognise you. Please try again, or try another card.",
    later="What the card does later, when you are away",
    cards=(("4242", "It is good"), ("0341", "It is declined"), ("3184", "The bank asks for you")),
    is_it_you="Is it you?",
    asks="Your bank asks whether you want to pay. This is 3-D Secure.",
    approve="Yes, it is me",
    fail="No, it is not me",
    expired="This page is over",
    has_expired="The time to pay has passed, or the booking was cancelled. Nothing was charged.",
    complete="This is done",
    is_complete="Nothing is left to pay here.",
    back="Back to the practice",
    missing="There is nothing here",
    is_missing="This page does not exist. The link may have been cut.",
)

_DE = Words(
    tag="de",
    amount="{number}\N{NO-BREAK SPACE}{sign}",
    point=",",
    double="Das ist der Stripe-Ersatz auf diesem Laptop. Es wird keine Karte verlangt und kein Geld bewegt.",
    pay="{sum} bezahlen",
    save="Karte hinterlegen",
    to_pay="{sum} bezahlen",
    to_save="Meine Karte hinterlegen",
    decline="Mit einer Karte zahlen, die abgelehnt wird",
    authenticate="Mit einer Karte zahlen, die 3-D Secure verlangt",
    close="Fenster schließen",
    until="Diese Seite ist bis {time} UTC offen.",
    declined="Die Karte wurde abgelehnt. Bitte versuchen Sie eine andere.",
    not_known="Die Bank hat Sie nicht erkannt. Bitte versuchen Sie es noch einmal oder mit einer anderen Karte.",
    later="Was die Karte später macht, wenn Sie nicht da sind",
    cards=(("4242", "Sie ist gut"), ("0341", "Sie wird abgelehnt"), ("3184", "Die Bank fragt nach Ihnen")),
    is_it_you="Sind Sie es?",
    asks="Ihre Bank fragt, ob Sie bezahlen möchten. Das ist 3-D Secure.",
    approve="Ja, ich bin es",
    fail="Nein, ich bin es nicht",
    expired="Diese Seite ist abgelaufen",
    has_expired="Die Zeit zum Bezahlen ist vorbei, oder die Buchung wurde abgesagt. Es wurde nichts abgebucht.",
    complete="Das ist erledigt",
    is_complete="Hier ist nichts mehr zu bezahlen.",
    back="Zurück zur Praxis",
    missing="Hier ist nichts",
    is_missing="Diese Seite gibt es nicht. Vielleicht ist der Link abgeschnitten.",
)

_LANGUAGES = {each.tag: each for each in (_EN, _DE)}


def words(locale: str | None, accepted: str) -> Words:
    """In the session's language; ``auto`` and none are what the browser asks for (``Accept-Language``), as Stripe's."""
    wanted = [locale] if locale not in (None, "auto") else [each.split(";")[0] for each in accepted.split(",")]
    known = (_LANGUAGES.get((each or "").strip()[:2].lower()) for each in wanted)
    return next((each for each in known if each), _EN)
