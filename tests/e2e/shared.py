"""What all stories of a laptop cloud share: the demo's people, what they offer, the practice, the switches of faults.

A story may change them for as long as it lasts; whoever comes next must find them as they were. It is looked at before
and after each story, so that the one which leaves something behind is the one that fails.
"""

from typing import TYPE_CHECKING, Any

from local import demo, faults
from local.api import call

if TYPE_CHECKING:
    from tests.e2e.conftest import Cloud

KEPT = """
    WITH asked (therapists, clients, services) AS (SELECT %s::uuid[], %s::uuid[], %s::uuid[]), kept (what, it) AS (
        SELECT 'client', to_jsonb(each) FROM asked, clients AS each WHERE id = ANY (clients)
        UNION ALL
        SELECT 'how a client is reached', to_jsonb(each) FROM asked, client_contacts AS each
        WHERE client_id = ANY (clients)
        UNION ALL
        SELECT 'therapist', to_jsonb(each) FROM asked, therapists AS each WHERE id = ANY (therapists)
        UNION ALL
        SELECT 'how a therapist is reached', to_jsonb(each) FROM asked, therapist_contacts AS each
        WHERE therapist_id = ANY (therapists)
        UNION ALL
        SELECT 'working hours', to_jsonb(each) - 'id' FROM asked, availability AS each
        WHERE therapist_id = ANY (therapists)
        UNION ALL
        SELECT 'time off', to_jsonb(each) FROM asked, availability_exceptions AS each
        WHERE therapist_id = ANY (therapists)
        UNION ALL
        SELECT 'service', to_jsonb(each) FROM asked, services AS each WHERE id = ANY (services)
        UNION ALL
        SELECT 'what a therapist gives', to_jsonb(each) FROM asked, therapist_services AS each
        WHERE therapist_id = ANY (therapists) AND service_id = ANY (services)
        UNION ALL
        SELECT 'practice', to_jsonb(each) FROM practice AS each
        UNION ALL
        SELECT 'limits', to_jsonb(each) FROM practice_limits AS each
        UNION ALL
        SELECT 'words', to_jsonb(each) FROM practice_words AS each
        UNION ALL
        SELECT 'closed day', to_jsonb(each) FROM closed_days AS each
    )
    SELECT what, it - '{version,changed_at,consented_at}'::text[]
        || jsonb_build_object('consented', it ->> 'consented_at' IS NOT NULL) AS it
    FROM kept
"""
"""That somebody consented counts, not when; a version that went up and a row written anew hinder nobody."""

Shared = list[tuple[str, Any]]


def shared(cloud: "Cloud") -> Shared:
    """What stories share, as it is now."""
    therapists = [each[0] for each in demo.THERAPISTS]
    clients = [demo.CLIENT_ID, demo.OTHER_CLIENT_ID]
    services = [demo.SERVICE_ID, demo.OTHER_SERVICE_ID, demo.VIDEO_SERVICE_ID]
    people = cloud.rows(KEPT, therapists, clients, services)
    urls = [cloud.stack[name] for name in ("aws_endpoint_url", "stripe_url")]
    switches = [("switches of faults", call("GET", url + faults.PATH).body) for url in urls]
    return [*((each["what"], each["it"]) for each in people), *switches]


def left_behind(before: Shared, after: Shared) -> str:
    """What is another thing than before, in words; empty where nothing is."""
    gone = [f"no longer: {what} {it}" for what, it in before if (what, it) not in after]
    new = [f"and now: {what} {it}" for what, it in after if (what, it) not in before]
    return "\n".join(gone + new)
