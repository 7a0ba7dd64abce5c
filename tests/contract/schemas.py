"""What the code's models would be as schemas of OpenAPI 3.0: what openapi.yaml must say of them."""

from typing import Any

from pydantic import TypeAdapter

from booking.contracts import bookings, calendars, changes, people, steps, waitlist

NAMES: dict[type, str] = {
    bookings.BookingList: "BookingList",
    bookings.BookingSummary: "BookingSummary",
    bookings.LocalTimes: "LocalTimes",
    bookings.NotificationState: "Notification",
    bookings.AttentionState: "Attention",
    steps.ReasonContract: "Reason",
    bookings.OccurrenceState: "Occurrence",
    bookings.SeriesAnswer: "Series",
    changes.AttendanceBody: "AttendanceBody",
    changes.ChangeAnswer: "Change",
    changes.SessionLeftState: "SessionLeft",
    calendars.WeeklySpan: "WeeklySpan",
    calendars.Period: "Period",
    calendars.AvailabilityBody: "Availability",
    calendars.TimeOffBody: "TimeOffBody",
    calendars.TimeOffAnswer: "TimeOff",
    calendars.SlotState: "Slot",
    calendars.SlotList: "SlotList",
    people.Contact: "Contact",
    people.KeptContact: "KeptContact",
    people.ClientBody: "ClientBody",
    people.ClientAnswer: "Client",
    people.ClientList: "ClientList",
    people.TherapistBody: "TherapistBody",
    people.TherapistAnswer: "Therapist",
    people.TherapistCard: "TherapistCard",
    people.TherapistList: "TherapistList",
    people.ServiceBody: "ServiceBody",
    people.ServiceAnswer: "Service",
    people.ServiceList: "ServiceList",
    people.MeAnswer: "Me",
    waitlist.WaitlistBody: "WaitlistBody",
    waitlist.WaitlistEntry: "WaitlistEntry",
    waitlist.WaitlistEntries: "WaitlistEntries",
    waitlist.OfferState: "Offer",
    waitlist.OfferDetails: "OfferDetails",
    waitlist.OfferAnswerBody: "OfferAnswerBody",
}
"""The models that are bodies and answers, by the names of their schemas."""

_KEPT = ("type", "enum", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "maxItems", "default")


def schema_of(model: type) -> dict[str, Any]:
    """The model's schema: types, bounds, and which fields must be there."""
    made = TypeAdapter(model).json_schema(ref_template="{model}")
    known = {each.__name__: name for each, name in NAMES.items()}
    definitions = made.get("$defs", {})

    def plain(given: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in given:
            if given["$ref"] in known:
                return {"$ref": f"#/components/schemas/{known[given['$ref']]}"}
            return plain(definitions[given["$ref"]])
        if "anyOf" in given:  # optional
            [some] = [each for each in given["anyOf"] if each.get("type") != "null"]
            some = plain(some)
            return {"allOf": [some], "nullable": True} if "$ref" in some else {**some, "nullable": True}
        kept = {key: given[key] for key in _KEPT if key in given and given[key] is not None}
        if "const" in given:
            kept["enum"] = [given["const"]]
        if "items" in given:
            kept["items"] = plain(given["items"])
        if "properties" in given:
            kept["properties"] = {name: plain(each) for name, each in given["properties"].items()}
            if given.get("required"):
                kept["required"] = given["required"]
            if given.get("additionalProperties") is False:
                kept["additionalProperties"] = False
        return kept

    return plain(made)
