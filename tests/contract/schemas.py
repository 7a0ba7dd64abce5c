"""What the code's models would be as schemas of OpenAPI 3.0: what openapi.yaml must say of them."""

from typing import Any

from pydantic import TypeAdapter

from booking.contracts import bookings, calendars, changes, people, practice, steps, waitlist

NAMES: dict[type, str] = {
    bookings.BookingAnswer: "Booking",
    bookings.BookingList: "BookingList",
    bookings.BookingSummary: "BookingSummary",
    bookings.LocalTimes: "LocalTimes",
    bookings.NotificationState: "Notification",
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
    practice.LimitsBody: "Limits",
    waitlist.WaitlistBody: "WaitlistBody",
    waitlist.WaitlistEntry: "WaitlistEntry",
    waitlist.WaitlistEntries: "WaitlistEntries",
    waitlist.OfferState: "Offer",
    waitlist.OfferDetails: "OfferDetails",
    waitlist.OfferAnswerBody: "OfferAnswerBody",
}
"""The models that are bodies and answers, by the names of their schemas."""

_SENT: set[type] = {calendars.WeeklySpan, calendars.Period, calendars.AvailabilityBody, people.Contact}
"""What callers send and may leave parts out of, beside all that are named ``…Body``."""

_KEPT = (
    *("type", "enum", "format", "pattern", "minimum", "maximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "default"),
)


def undescribed(schema: Any) -> Any:
    """The schema without what is said for people only."""
    if isinstance(schema, dict):
        told = {key for key in ("description", "example") if isinstance(schema.get(key), str)}
        return {key: undescribed(each) for key, each in schema.items() if key not in told}
    return [undescribed(each) for each in schema] if isinstance(schema, list) else schema


def schema_of(model: Any) -> dict[str, Any]:
    """The model's schema: types, bounds, and which fields must be there.

    An answer has all its fields, null or empty where there is nothing; a body may leave out what has a default.
    """
    sent = model in _SENT or getattr(model, "__name__", "").endswith("Body")
    made = TypeAdapter(model).json_schema(ref_template="{model}", mode="validation" if sent else "serialization")
    known = {each.__name__: name for each, name in NAMES.items()}
    definitions = made.get("$defs", {})

    def nullable(some: dict[str, Any]) -> dict[str, Any]:
        """As OpenAPI 3.0.3 has it: beside its ``type`` (a reference would still refuse null), and in the ``enum``."""
        return {**some, **({"enum": [*some["enum"], None]} if "enum" in some else {}), "nullable": True}

    def plain(given: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in given:
            if given["$ref"] in known:
                return {"$ref": f"#/components/schemas/{known[given['$ref']]}"}
            return plain(definitions[given["$ref"]])
        if "anyOf" in given:  # optional
            [some] = [each for each in given["anyOf"] if each.get("type") != "null"]
            return nullable(plain(definitions[some["$ref"]] if "$ref" in some else some))
        kept = {key: given[key] for key in _KEPT if key in given and given[key] is not None}
        if not sent:
            kept.pop("default", None)
        if "const" in given:
            kept["enum"] = [given["const"]]
        if "items" in given:
            kept["items"] = plain(given["items"])
        if "properties" in given:
            kept["properties"] = {name: plain(each) for name, each in given["properties"].items()}
            required = given.get("required", []) if sent else list(given["properties"])
            if required:
                kept["required"] = required
            if given.get("additionalProperties") is False:
                kept["additionalProperties"] = False
        return kept

    return plain(made)


def parameter_of(field: Any) -> dict[str, Any]:
    """The schema of a query parameter: there, or not there, never null."""
    made = schema_of(field.rebuild_annotation())
    made.pop("nullable", None)
    if None in made.get("enum", []):
        made["enum"].remove(None)
    return made if field.is_required() or field.default is None else {**made, "default": field.default}
