"""Api: the REST calls that PostgreSQL answers. A request for a booking goes past it, straight to the workflow."""

from handlers._api import handler_of

handler = handler_of("Api")
