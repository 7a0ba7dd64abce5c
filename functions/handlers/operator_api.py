"""OperatorApi: the REST calls for operators, which read and restart executions. Apart, for what it may do."""

from handlers._api import app_of, handler_of

app = app_of("OperatorApi")
handler = handler_of(app)
