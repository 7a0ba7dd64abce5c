"""The dashboard: what a person looks at first. Two widgets stand side by side."""

import json
from typing import Any


def _counted(name: str, *more: dict[str, str]) -> list[Any]:
    """A metric that the functions count."""
    return ["TherapistBooking", name, "service", "therapist-booking", *more]


def _function(metric: str, name: str) -> list[Any]:
    return ["AWS/Lambda", metric, "FunctionName", f"${{{name}Function}}"]


def _machine(metric: str, name: str, *more: dict[str, str]) -> list[Any]:
    return ["AWS/States", metric, "StateMachineArn", f"${{{name}}}", *more]


def _proxy(metric: str) -> list[Any]:
    return ["AWS/RDS", metric, "ProxyName", "${DatabaseProxyName}"]


REASONS = {
    "expression": "SEARCH('{TherapistBooking,service,reason} MetricName=\"Rejections\"', 'Sum', 300)",
    "label": "${!PROP('Dim.reason')}",
    "id": "e1",
}
SEEN = ("ValidateRequest", "ReserveSlot", "SendNotification", "Api")
"""The functions that a client waits for."""


def dashboard(machines: list[str]) -> dict[str, Any]:
    booking = "BookingStateMachine"
    widgets = [
        (
            "Submissions and confirmations",
            "Sum",
            [
                _machine("ExecutionsStarted", booking, {"label": "asked for"}),
                _counted("Reserved", {"label": "confirmed"}),
                _counted("Rejected", {"label": "rejected"}),
            ],
        ),
        ("Rejections by reason", "Sum", [[REASONS]]),
        (
            "How long a booking takes (ms)",
            "p50",
            [_machine("ExecutionTime", booking, {"stat": "p50"}), ["...", {"stat": "p95"}]],
        ),
        ("How long each step takes (ms, p95)", "p95", [_function("Duration", name) for name in SEEN]),
        (
            "What became of messages",
            "Sum",
            [
                *(_counted(f"Notification{each}") for each in ("Sent", "Undeliverable", "Failed")),
                *(_counted(f"Message{each}") for each in ("Delivered", "Bounced", "Complained")),
            ],
        ),
        (
            "Age of the oldest message (s)",
            "Maximum",
            [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "${NotificationQueue.QueueName}"]],
        ),
        ("Executions that failed", "Sum", [_machine("ExecutionsFailed", name) for name in machines]),
        (
            "Functions: errors and throttles",
            "Sum",
            [*(_function("Errors", name) for name in SEEN), _function("Throttles", "ReserveSlot")],
        ),
        ("Connections to the database", "Maximum", [_proxy("ClientConnections"), _proxy("DatabaseConnections")]),
        ("Wait list: offers", "Sum", [_counted(each) for each in ("Accepted", "Declined", "Expired")]),
    ]
    shown = ",\n".join(_widget(at, *widget) for at, widget in enumerate(widgets))
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": {"Ref": "AWS::StackName"},
            "DashboardBody": {"Fn::Sub": f'{{"widgets": [\n{shown}\n]}}\n'},
        },
    }


def _widget(at: int, title: str, statistic: str, metrics: list[Any]) -> str:
    """A widget as JSON, a metric a line."""
    place = {"type": "metric", "x": at % 2 * 12, "y": at // 2 * 6, "width": 12, "height": 6}
    how = {"title": title, "region": "${AWS::Region}", "stat": statistic, "period": 300, "view": "timeSeries"}
    rows = ",\n".join(f"   {json.dumps(each)}" for each in metrics)
    return f'{json.dumps(place)[:-1]}, "properties": {{\n  {json.dumps(how)[1:-1]}, "metrics": [\n{rows}\n]}}}}'
