"""Api: the REST calls that PostgreSQL answers. A request for a booking goes past it, straight to the workflow."""

from handlers._api import app_of, handler_of

app = app_of("Api")
handler = handler_of(app)
