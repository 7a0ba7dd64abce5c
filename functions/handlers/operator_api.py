"""OperatorApi: the REST calls for operators, which read and restart executions. Apart, for what it may do."""

from handlers._api import handler_of

handler = handler_of("OperatorApi")
