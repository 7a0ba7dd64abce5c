"""monitoring.yaml: what watches the application, which template.yaml includes among its resources.

Alarms, the dashboard and saved queries are edited here, and ``make contract-files`` writes them as CloudFormation has
them. The functions and the machines that are watched are those of template.yaml: nobody keeps a list of them.

What is written is in the long form throughout: AWS::Include reads the file itself, and knows neither !Ref nor shared
parts (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html).
"""

from pathlib import Path
from typing import Any

import yaml

from local import documents
from local.contract_files.dashboard import dashboard

PATH = documents.ROOT / "monitoring.yaml"
HEAD = """\
# What watches the application: alarms, the dashboard, saved queries. template.yaml includes it among its resources.
# Written by make contract-files, from local/contract_files/monitoring.py and template.yaml: edit those.
"""

Resources = dict[str, dict[str, Any]]
Metric = tuple[str, str, dict[str, Any]]
"""Namespace, name, dimensions."""

WAITED_FOR = ("ApiFunction", "SendNotificationFunction")
"""Somebody waits for these two and for each task of a machine; for the other functions nobody does."""

REFUSES_BY_ERRORS = ("PreSignUpFunction",)
"""Cognito knows no other no: its errors are no trouble, and what is, it counts itself (SignUpFailed)."""

METRICS_OF_A_SUM = 10
"""So many an alarm on a sum may have (CloudWatch, "Alarm data queries"): for more there are several alarms."""


def files() -> dict[Path, str]:
    made = resources(documents.own_template()["Resources"])
    return {PATH: "\n".join([HEAD, *(_text({name: each}) for name, each in made.items())])}


def resources(watched: Resources) -> Resources:
    """What watches these resources of template.yaml, by name."""
    functions = [name for name, each in watched.items() if each["Type"] == "AWS::Serverless::Function"]
    machines = [name for name, each in watched.items() if each["Type"] == "AWS::StepFunctions::StateMachine"]
    given = {name for each in machines for name in watched[each]["Properties"]["DefinitionSubstitutions"]}
    waited_for = [name for name in functions if name in WAITED_FOR or f"{name}Arn" in given]
    others = [name for name in functions if name not in (*waited_for, *REFUSES_BY_ERRORS)]
    ended_badly = [
        ("AWS/States", metric, {"StateMachineArn": _ref(machine)})
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut")
        for machine in machines
    ]
    return {
        **_on_sums("FunctionErrors", "Functions raise errors", "Functions raise errors", _errors(waited_for), TWICE),
        **_on_sums(
            "OtherFunctionErrors",
            "Functions in the background raise errors",
            "Functions raise errors",
            _errors(others),
            TWICE,
        ),
        **_on_sums("ExecutionsFailed", "Executions fail", NEED_ATTENTION, ended_badly, ONCE),
        **ALARMS,
        "Dashboard": dashboard(machines),
        **QUERIES,
    }


# -- Alarms ------------------------------------------------------------------------------------------------------------

ONCE = {"EvaluationPeriods": 1, "DatapointsToAlarm": 1}
TWICE = {"EvaluationPeriods": 5, "DatapointsToAlarm": 2}
"""An error in two of five minutes: one alone the workflow has tried again."""

NEED_ATTENTION = "The alarm says that bookings need attention"
NOT_RECORDED = "A report or a failure could not be recorded"


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def _queue(name: str) -> dict[str, Any]:
    return {"QueueName": {"Fn::GetAtt": [name, "QueueName"]}}


def _on_metric(about: str, section: str, metric: Metric, statistic: str, above: int, minutes: int) -> dict[str, Any]:
    """An alarm when the metric is above a number in each of so many minutes. The section is of docs/runbook.md."""
    namespace, name, dimensions = metric
    return _alarm(
        about,
        section,
        {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "Statistic": statistic,
            "Period": 60,
            "EvaluationPeriods": minutes,
        },
        above,
    )


def _on_sums(name: str, about: str, section: str, metrics: list[Metric], period: dict[str, int]) -> Resources:
    """An alarm when the sum of the metrics is above zero; several alarms, when one can't have so many."""
    alarms = {}
    for first in range(0, len(metrics), METRICS_OF_A_SUM):
        number = "" if first == 0 else str(first // METRICS_OF_A_SUM + 1)
        parts = [
            {
                "Id": f"m{at}",
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": metric,
                        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
            for at, (namespace, metric, dimensions) in enumerate(metrics[first : first + METRICS_OF_A_SUM])
        ]
        total = {"Id": "all", "Expression": "SUM(METRICS())", "Label": name, "ReturnData": True}
        alarms[f"{name}{number}Alarm"] = _alarm(about, section, {"Metrics": [total, *parts], **period}, 0)
    return alarms


def _alarm(about: str, section: str, watched: dict[str, Any], above: int) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": f'{about} - see docs/runbook.md, "{section}"',
            **watched,
            "Threshold": above,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [_ref("OperatorsTopic")],
        },
    }


def _errors(functions: list[str]) -> list[Metric]:
    return [("AWS/Lambda", "Errors", {"FunctionName": _ref(name)}) for name in functions]


def _dead_letters(about: str, section: str, queue: str) -> dict[str, Any]:
    metric = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", _queue(queue))
    return _on_metric(about, section, metric, "Maximum", above=0, minutes=1)


ALARMS: Resources = {
    "AttentionAlarm": _on_metric(
        "Bookings need an operator",
        NEED_ATTENTION,
        ("TherapistBooking", "AttentionNeeded", {"service": "therapist-booking"}),
        "Sum",
        above=0,
        minutes=1,
    ),
    "SignUpsFailAlarm": _on_metric(
        "Nobody can sign up",
        "Nobody can sign up, or codes do not arrive",
        ("TherapistBooking", "SignUpFailed", {"service": "therapist-booking"}),
        "Sum",
        above=0,
        minutes=2,
    ),
    "ApiErrorsAlarm": _on_metric(
        "The API answers 5xx",
        "The API answers 5xx",
        ("AWS/ApiGateway", "5XXError", {"ApiName": "Therapist Booking", "Stage": _ref("StageName")}),
        "Sum",
        above=5,
        minutes=2,
    ),
    "QueueAgeAlarm": _on_metric(
        "Messages wait",
        "Messages wait in the queue",
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", _queue("NotificationQueue")),
        "Maximum",
        above=300,  # seconds
        minutes=5,
    ),
    "FunctionsThrottledAlarm": _on_metric(
        "Lambda has no more room",
        "Lambda throttles",
        ("AWS/Lambda", "Throttles", {"FunctionName": _ref("ReserveSlotFunction")}),
        "Sum",
        above=0,
        minutes=5,
    ),
    "DeadLetterAlarm": _dead_letters(
        "A message could not be handled", "The dead-letter queue is not empty", "NotificationDeadLetterQueue"
    ),
    "DeliveryDeadLetterAlarm": _dead_letters(
        "A report of a provider could not be handled", NOT_RECORDED, "DeliveryDeadLetterQueue"
    ),
    "AttentionDeadLetterAlarm": _dead_letters(
        "The news of an execution could not be handled", NOT_RECORDED, "AttentionDeadLetterQueue"
    ),
    "ActsDeadLetterAlarm": _dead_letters(
        "An operator's act could not be recorded", NOT_RECORDED, "ActsDeadLetterQueue"
    ),
    "PaymentEventsDeadLetterAlarm": _dead_letters(
        "What Stripe has told of a payment could not be handled", NOT_RECORDED, "PaymentEventsDeadLetterQueue"
    ),
}

# -- Saved queries -----------------------------------------------------------------------------------------------------


def _query(name: str, group: str, text: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::QueryDefinition",
        "Properties": {
            "Name": {"Fn::Sub": f"${{AWS::StackName}}/{name}"},
            "LogGroupNames": [_ref(group)],
            "QueryString": text,
        },
    }


QUERIES: Resources = {
    "EverythingAboutOneBooking": _query(
        "everything about one booking",
        "FunctionLogs",
        """\
fields @timestamp, function, message, outcome, error, notification_id, xray_trace_id
| filter booking_id = "PUT-THE-ID-HERE"
| sort @timestamp asc
""",
    ),
    "ErrorsByName": _query(
        "errors by name",
        "FunctionLogs",
        """\
fields coalesce(error, errorType) as name
| filter ispresent(error) or errorType like /^(Runtime|Sandbox)/
| stats count() as times, min(@timestamp) as first, max(@timestamp) as last by name, function
| sort times desc
""",
    ),
    "SlowestCalls": _query(
        "slowest calls",
        "AccessLogs",
        """\
stats count() as calls, pct(latency, 50) as p50, pct(latency, 95) as p95 by method, resource
| sort p95 desc
""",
    ),
}


class _Dumper(yaml.SafeDumper):
    """YAML as one would write it: each thing written out, and a text of several lines as its lines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's
        return True


def _lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _lines)


def _text(part: Resources) -> str:
    return yaml.dump(part, Dumper=_Dumper, sort_keys=False, width=110, default_flow_style=None)
