"""Where a session is held, as messages and calendar files say it. Standard library only.

Who asks for discretion reads how it is held, and what they need to attend: the link of a video session, and an address
that is not the practice's own. Rooms and addresses have names that tell more.
"""

from typing import NamedTuple

from booking.codes import Held, Language, Recipient

_HELD = {
    Language.EN: {Held.AT_PRACTICE: "At the practice", Held.VIDEO: "By video", Held.PHONE: "By phone"},
    Language.DE: {Held.AT_PRACTICE: "In der Praxis", Held.VIDEO: "Per Video", Held.PHONE: "Per Telefon"},
}
_WE_CALL = {
    Language.EN: "we call you at the number you gave us",
    Language.DE: "Wir rufen Sie unter der Nummer an, die Sie uns gegeben haben",
}
_LINK_FOLLOWS = {Language.EN: "we send you the link", Language.DE: "Den Link bekommen Sie von uns"}


def one_line(address: str) -> str:
    """An address of several lines in one."""
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())


class Place(NamedTuple):
    """How a session is held, and where, each on one line. "": nobody has said."""

    held: Held
    room: str = ""
    address: str = ""
    video_link: str = ""

    def discreet(self, practice_address: str) -> "Place":
        """Without what tells more than one needs to attend."""
        return self._replace(room="", address="" if self.address == one_line(practice_address) else self.address)

    @property
    def link(self) -> str:
        """What one attends by; "": by coming."""
        return self.video_link if self.held == Held.VIDEO else ""

    @property
    def location(self) -> str:
        """Where one has to be; "": anywhere."""
        return ", ".join(each for each in (self.address, self.room) if each) if self.held == Held.AT_PRACTICE else ""

    def in_words(self, language: Language, recipient: Recipient) -> str:
        """``At the practice: Street 1, room 2``, without a full stop: a link could take it for its own."""
        more = self.link or self.location
        if recipient == Recipient.CLIENT and self.held == Held.PHONE:
            more = _WE_CALL[language]
        elif recipient == Recipient.CLIENT and self.held == Held.VIDEO and not more:
            more = _LINK_FOLLOWS[language]
        return self.name(language) + (f": {more}" if more else "")

    def name(self, language: Language) -> str:
        """How it is held, in words."""
        return _HELD[language][self.held]
