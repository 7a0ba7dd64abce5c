"""What other people's calendars make of our files, one after the other: two libraries that did not write them."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import vobject
from dateutil.rrule import rruleset, rrulestr

JS = Path(__file__).parent / "js"


def by_vobject(files: Sequence[str]) -> list[datetime]:
    """The starts (UTC, in order) that a calendar on vobject and dateutil shows. Newer is what RFC 5546, 2.1.4 says."""
    master: vobject.base.Component | None = None
    changed: dict[datetime, vobject.base.Component] = {}
    ended_at = -1
    for text in files:
        vars(vobject.icalendar)["__tzidMap"].clear()  # it keeps, for ever, the first zone that it read by a name
        calendar = vobject.readOne(text)
        for event in calendar.vevent_list:
            if hasattr(event, "recurrence_id"):
                key = event.recurrence_id.value.astimezone(UTC)
                known = changed.get(key) or master
                if known is None or _sequence(event) >= _sequence(known):
                    changed[key] = event
            elif calendar.method.value == "CANCEL":
                ended_at = max(ended_at, _sequence(event))
            elif master is None or _sequence(event) >= _sequence(master):
                changed = {key: each for key, each in changed.items() if _sequence(each) >= _sequence(event)}
                master = event
    events = dict(changed)
    starts = {key: each.dtstart.value.astimezone(UTC) for key, each in events.items()}
    if master is not None and _sequence(master) > ended_at:
        for instant in _instants(master):
            starts.setdefault(instant, instant)
    gone = {key for key, each in events.items() if each.status.value == "CANCELLED" or _sequence(each) <= ended_at}
    return sorted(start for key, start in starts.items() if key not in gone)


def by_ical_js(files: Sequence[str]) -> list[datetime]:
    """The same of a calendar on ical.js, as Thunderbird's is. See ``tests/js/calendar.mjs``."""
    given = json.dumps({"files": list(files)})
    done = subprocess.run(["node", "calendar.mjs"], cwd=JS, input=given, capture_output=True, text=True, check=True)
    return [datetime.fromisoformat(each).astimezone(UTC) for each in json.loads(done.stdout)]


def ical_js_is_missing() -> str:
    """Why it can't be asked, or nothing."""
    if shutil.which("node") is None:
        return "node is not installed"
    return "" if (JS / "node_modules" / "ical.js").is_dir() else "`npm ci --prefix tests/js` has not been run"


def _sequence(event: vobject.base.Component) -> int:
    return int(event.sequence.value)


def _instants(event: vobject.base.Component) -> list[datetime]:
    """The starts (UTC) of an event or of its rule, which is expanded on the wall clock of the event's zone."""
    first = event.dtstart.value
    if not hasattr(event, "rrule"):
        return [first.astimezone(UTC)]
    dates = rruleset()
    dates.rrule(rrulestr(event.rrule.value, dtstart=first.replace(tzinfo=None)))
    for lines in getattr(event, "exdate_list", ()):
        for left_out in lines.value:
            dates.exdate(left_out.replace(tzinfo=None))
    zone = first.tzinfo
    # vobject uses pytz for some zones, and a pytz zone gives the right offset by localize() only
    localized = [zone.localize(each) if hasattr(zone, "localize") else each.replace(tzinfo=zone) for each in dates]
    return [each.astimezone(UTC) for each in localized]
