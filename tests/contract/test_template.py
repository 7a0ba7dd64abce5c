"""What the template promises: least privilege, encryption, partial batches, nothing personal in logs."""

from typing import Any

from local import documents
from local.template import local_template

TEMPLATE = documents.template()
RESOURCES = TEMPLATE["Resources"]
FUNCTION_DEFAULTS = TEMPLATE["Globals"]["Function"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


def test_functions_run_on_python_3_13_on_arm64_with_tracing() -> None:
    assert FUNCTION_DEFAULTS["Runtime"] == "python3.13"
    assert FUNCTION_DEFAULTS["Architectures"] == ["arm64"]
    assert FUNCTION_DEFAULTS["Tracing"] == "Active"
    for each in of_type("AWS::Serverless::Function").values():
        assert not {"Runtime", "Architectures", "Tracing", "CodeUri"} & set(each)


def test_a_message_stays_invisible_six_times_as_long_as_its_consumer_may_run() -> None:
    for source in of_type("AWS::Lambda::EventSourceMapping").values():
        queue = RESOURCES[source["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        consumer = RESOURCES[source["FunctionName"]["Ref"]]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * consumer.get("Timeout", FUNCTION_DEFAULTS["Timeout"])


def test_queues_are_encrypted_and_have_a_dead_letter_queue() -> None:
    for name, queue in of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True
        assert ("RedrivePolicy" in queue) != ("DeadLetter" in name)


def test_consumers_answer_for_each_message_of_a_batch() -> None:
    for source in of_type("AWS::Lambda::EventSourceMapping").values():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_state_machines_log_errors_without_execution_data_and_are_traced() -> None:
    for machine in of_type("AWS::Serverless::StateMachine").values():
        assert machine["Type"] == "STANDARD"
        assert machine["Logging"]["Level"] == "ERROR"
        assert machine["Logging"]["IncludeExecutionData"] is False
        assert machine["Tracing"] == {"Enabled": True}


ACTIONS = {
    "ApiFunction": {"states:DescribeExecution", "states:SendTaskSuccess"},
    "AwaitAnswerFunction": {"states:SendTaskSuccess"},
    "OfferSlotsFunction": {"states:StartExecution"},
    "CancelBookingFunction": {"states:DescribeExecution"},
    "StartRemindersFunction": {"states:StartExecution"},
    "SendNotificationFunction": {"ses:SendEmail", "sns:Publish", "states:SendTaskSuccess", "states:SendTaskFailure"},
}
"""What a function may do beyond logging, tracing and its own queue: what its code calls."""


def test_each_function_may_do_what_its_code_calls_and_no_more() -> None:
    for name, function in of_type("AWS::Serverless::Function").items():
        statements = [
            statement
            for policy in function.get("Policies", [])
            if "Statement" in policy
            for statement in policy["Statement"]
        ]
        for policy in of_type("AWS::IAM::Policy").values():
            if policy["Roles"] == [{"Ref": f"{name}Role"}]:
                statements += policy["PolicyDocument"]["Statement"]
        actions = {
            action
            for statement in statements
            for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        }
        assert actions == ACTIONS.get(name, set()), name
        assert all(statement.get("Resource") != "*" for statement in statements)


def test_every_alarm_reaches_the_operators() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")
    assert len(alarms) == 4
    assert all(alarm["AlarmActions"] == [{"Ref": "OperatorsTopic"}] for alarm in alarms.values())
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for alarm in alarms.values() if "SQS" in alarm["Namespace"]
    }
    assert watched == {name for name in of_type("AWS::SQS::Queue") if "DeadLetter" in name}


def test_the_password_is_never_shown() -> None:
    assert TEMPLATE["Parameters"]["DatabasePassword"]["NoEcho"] is True


def test_logs_are_not_kept_for_ever() -> None:
    for group in of_type("AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_laptops_template_is_the_real_one_but_for_the_runtime_and_the_included_contract() -> None:
    local = local_template()
    defaults = local["Globals"]["Function"]
    assert {key for key in defaults if defaults[key] != FUNCTION_DEFAULTS[key]} == {"Runtime"}
    assert local["Resources"]["Api"]["Properties"].pop("DefinitionBody") == documents.openapi()
    for name, resource in RESOURCES.items():
        real = {key: value for key, value in resource.items() if key != "Metadata"}
        if name == "Api":
            real["Properties"] = {k: v for k, v in real["Properties"].items() if k != "DefinitionBody"}
        assert local["Resources"][name] == real
