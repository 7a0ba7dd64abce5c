"""What the template promises: least privilege, encryption, partial batches, nothing personal in logs."""

import ast
import json
import re
from typing import Any

import pytest
import yaml

from booking.codes import DeliveryReport, Outcome
from handlers.routes import all_operations
from local import documents, gateway
from local.template import ALIAS, CONTRACT, VERSION_TYPES, local_contract, local_template, unknown_to_the_emulator

TEMPLATE = documents.template()
OPENAPI = documents.openapi()
SCHEMAS = OPENAPI["components"]["schemas"]
RESOURCES = TEMPLATE["Resources"]
FUNCTION_DEFAULTS = TEMPLATE["Globals"]["Function"]
NOTHING = {"Ref": "AWS::NoValue"}


NOT_LOCAL = ("DefinitionBody", "EncryptionConfiguration", "AutoPublishCodeSha256")


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


def test_functions_run_on_python_3_13_on_arm64_with_tracing() -> None:
    assert FUNCTION_DEFAULTS["Runtime"] == "python3.13"
    assert FUNCTION_DEFAULTS["Architectures"] == ["arm64"]
    assert FUNCTION_DEFAULTS["Tracing"] == "Active"
    for each in of_type("AWS::Serverless::Function").values():
        assert not {"Runtime", "Architectures", "Tracing", "CodeUri"} & set(each)


def test_snapshots_are_off_unless_they_are_asked_for_and_then_every_function_has_one() -> None:
    parameter = TEMPLATE["Parameters"]["SnapStart"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("false", ["true", "false"])
    assert TEMPLATE["Conditions"]["FromSnapshots"] == {"Fn::Equals": [{"Ref": "SnapStart"}, "true"]}
    assert FUNCTION_DEFAULTS["SnapStart"] == {"ApplyOn": {"Fn::If": ["FromSnapshots", "PublishedVersions", "None"]}}
    for each in of_type("AWS::Serverless::Function").values():  # what has none: reserved environments, disks
        assert not {"SnapStart", "AutoPublishAlias", "ProvisionedConcurrencyConfig", "EphemeralStorage"} & set(each)


def test_whoever_calls_a_function_calls_what_was_published() -> None:
    """A snapshot is of a version: who calls the function itself would wait for its start."""
    called = [each["FunctionName"] for each in of_type("AWS::Lambda::EventSourceMapping").values()]
    called += [each["FunctionName"] for each in of_type("AWS::Lambda::Permission").values()]
    triggers = of_type("AWS::Cognito::UserPool")["UserPool"]["LambdaConfig"]
    called += [each["Fn::If"][1] if "Fn::If" in each else each for each in triggers.values()]
    for machine in of_type("AWS::StepFunctions::StateMachine").values():
        called += [arn for name, arn in machine["DefinitionSubstitutions"].items() if name.endswith("FunctionArn")]
    for rule in of_type("AWS::Events::Rule").values():
        called += [target["Arn"] for target in rule["Targets"] if "Function" in json.dumps(target["Arn"])]
    assert len(called) > len(of_type("AWS::Serverless::Function")) / 2
    assert [each for each in called if not each.get("Ref", "").endswith((".Alias", ".Version"))] == []
    uris = re.findall(r"functions/\$\{(\w+)", json.dumps(OPENAPI))
    assert uris
    assert [each for each in uris if not each.endswith("FunctionAliaslive")] == []


def test_a_message_stays_invisible_six_times_as_long_as_its_consumer_may_run() -> None:
    for source in of_type("AWS::Lambda::EventSourceMapping").values():
        queue = RESOURCES[source["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        consumer = RESOURCES[source["FunctionName"]["Ref"].removesuffix(".Alias")]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * consumer.get("Timeout", FUNCTION_DEFAULTS["Timeout"])


def test_queues_are_encrypted_and_have_a_dead_letter_queue() -> None:
    for name, queue in of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] == {"Fn::If": ["WithKey", NOTHING, True]}
        assert queue["KmsMasterKeyId"] == {"Fn::If": ["WithKey", {"Ref": "WorkflowKeyArn"}, NOTHING]}
        assert ("RedrivePolicy" in queue) != ("DeadLetter" in name)


def test_consumers_answer_for_each_message_of_a_batch() -> None:
    for source in of_type("AWS::Lambda::EventSourceMapping").values():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_state_machines_log_errors_without_execution_data_and_are_traced() -> None:
    for machine in of_type("AWS::StepFunctions::StateMachine").values():
        assert machine["StateMachineType"] == "STANDARD"
        assert machine["LoggingConfiguration"]["Level"] == "ERROR"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
        assert machine["TracingConfiguration"] == {"Enabled": True}
        condition, with_key, without = machine["EncryptionConfiguration"]["Fn::If"]
        assert (condition, without) == ("WithKey", NOTHING)
        assert with_key["KmsKeyId"] == {"Ref": "WorkflowKeyArn"}


def test_a_workflow_may_call_its_own_tasks_and_no_more() -> None:
    for name, machine in of_type("AWS::StepFunctions::StateMachine").items():
        role = RESOURCES[machine["RoleArn"]["Fn::GetAtt"][0]]["Properties"]
        [invoke, send] = role["Policies"][0]["PolicyDocument"]["Statement"]
        tasks = [each.removesuffix("Arn") for each in machine["DefinitionSubstitutions"] if "Function" in each]
        assert invoke["Resource"] == [{"Fn::Sub": f"${{{task}.Arn}}:*"} for task in tasks], name
        assert send == {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": {"Fn::GetAtt": ["NotificationQueue", "Arn"]},
        }


def test_every_machine_is_answered_and_its_failures_are_heard_of() -> None:
    """A machine that one of these lists has forgotten waits for its messages, or fails, and nobody knows."""
    machines = [{"Ref": name} for name in of_type("AWS::StepFunctions::StateMachine")]
    rules = of_type("AWS::Events::Rule")
    for name in ("ExecutionUnsuccessfulRule", "ExecutionRedrivenRule", "ExecutionRerunRule"):
        assert rules[name]["EventPattern"]["detail"]["stateMachineArn"] == machines, name
    granted = {
        action: statement["Resource"]
        for name in ("SendNotificationFunction", "MarkAttentionFunction")
        for statement in _statements(RESOURCES[name])
        if "Resource" in statement
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert granted["states:SendTaskSuccess"] == granted["states:SendTaskFailure"] == machines
    described = [each["Fn::Sub"].rpartition("${")[2] for each in granted["states:DescribeExecution"]]
    assert described == [f"{each['Ref']}.Name}}:*" for each in machines]


OUTSIDE = {
    *("OpenCheckoutFunction", "CloseCheckoutFunction", "ReadPaymentFunction", "RefundPaymentFunction"),
    *("ChargeFeeFunction", "ListChargesFunction", "ReceiveStripeEventFunction"),
}
"""They speak to Stripe, and stand outside the private network, which has no way out."""

ACTIONS = {
    "ApiFunction": {
        *("states:DescribeExecution", "states:SendTaskSuccess", "states:StartExecution"),
        *("sns:Publish", "sns:CheckIfPhoneNumberIsOptedOut"),
        *("cognito-idp:AdminCreateUser", "cognito-idp:AdminGetUser"),
        *("cognito-idp:AdminDeleteUser", "cognito-idp:AdminAddUserToGroup"),
    },
    "OperatorApiFunction": {
        *("states:ListExecutions", "states:DescribeExecution", "states:DescribeStateMachineForExecution"),
        *("states:GetExecutionHistory", "states:RedriveExecution", "states:StartExecution"),
        *("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:SendMessage"),
    },
    "ForgetClientsFunction": {"cognito-idp:AdminListGroupsForUser", "cognito-idp:AdminDeleteUser"},
    "PreTokenGenerationFunction": {"cognito-idp:AdminGetUser"},
    "PostConfirmationFunction": {"cognito-idp:AdminSetUserPassword", "cognito-idp:AdminUserGlobalSignOut"},
    "AwaitAnswerFunction": {"states:SendTaskSuccess"},
    "AwaitApprovalFunction": {"states:SendTaskSuccess"},
    "AwaitPaymentFunction": {"states:SendTaskSuccess"},
    "RecordPaymentFunction": {"states:SendTaskSuccess"},
    "SettlePaymentFunction": {"states:StartExecution"},
    "SettleHoldsFunction": {"states:StartExecution", "states:SendTaskSuccess"},
    "OfferSlotsFunction": {"states:StartExecution"},
    "CancelBookingFunction": {"states:DescribeExecution", "states:StartExecution", "states:SendTaskSuccess"},
    "MarkAttentionFunction": {"states:DescribeExecution"},
    "StartCancellationsFunction": {"states:StartExecution"},
    "StartRemindersFunction": {"states:StartExecution"},
    "StartPaymentFunction": {"states:StartExecution"},
    **{name: {"secretsmanager:GetSecretValue"} for name in OUTSIDE},
    "SendNotificationFunction": {
        *("ses:SendEmail", "ses:SendRawEmail", "sns:Publish", "sns:CheckIfPhoneNumberIsOptedOut"),
        *("states:SendTaskSuccess", "states:SendTaskFailure"),
    },
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
            if {"Ref": f"{name}Role"} in policy["Roles"]:
                statements += policy["PolicyDocument"]["Statement"]
        actions = {
            action
            for statement in statements
            for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        }
        assert actions == ACTIONS.get(name, set()), name
        assert all(statement.get("Resource") != "*" for statement in statements)


def test_who_speaks_to_stripe_has_no_database_and_who_has_the_database_no_way_out() -> None:
    for name, function in of_type("AWS::Serverless::Function").items():
        is_outside = function.get("VpcConfig") == NOTHING
        assert is_outside == (name in OUTSIDE or name == "StartPaymentFunction"), name
        policies = json.dumps(function.get("Policies", []))
        assert ("GetSecretValue" in policies) == (name in OUTSIDE), name
        if is_outside:
            assert "ConnectToDatabase" not in policies
            assert function["Environment"]["Variables"]["DATABASE_PASSWORD"] == ""


CALLS = {
    "send_email": {"ses:SendEmail", "ses:SendRawEmail"},
    "publish": {"sns:Publish"},
    "check_if_phone_number_is_opted_out": {"sns:CheckIfPhoneNumberIsOptedOut"},
    "send_task_success": {"states:SendTaskSuccess"},
    "send_task_failure": {"states:SendTaskFailure"},
    "describe_execution": {"states:DescribeExecution"},
    "start_execution": {"states:StartExecution"},
    "admin_create_user": {"cognito-idp:AdminCreateUser"},
    "admin_get_user": {"cognito-idp:AdminGetUser"},
    "admin_delete_user": {"cognito-idp:AdminDeleteUser"},
    "admin_list_groups_for_user": {"cognito-idp:AdminListGroupsForUser"},
    "admin_user_global_sign_out": {"cognito-idp:AdminUserGlobalSignOut"},
    "admin_set_user_password": {"cognito-idp:AdminSetUserPassword"},
    "admin_add_user_to_group": {"cognito-idp:AdminAddUserToGroup"},
    "list_executions": {"states:ListExecutions"},
    "describe_state_machine_for_execution": {"states:DescribeStateMachineForExecution"},
    "get_execution_history": {"states:GetExecutionHistory"},
    "redrive_execution": {"states:RedriveExecution"},
    "receive_message": {"sqs:ReceiveMessage"},
    "change_message_visibility_batch": {"sqs:ChangeMessageVisibility"},
    "delete_message": {"sqs:DeleteMessage"},
    "get_secret_value": {"secretsmanager:GetSecretValue"},
    "send_message": {"sqs:SendMessage"},  # to its own dead-letter queue: by SAM's SQSSendMessagePolicy
}
"""What IAM calls the calls that the code makes; an e-mail of ours is MIME, which IAM calls raw."""


def test_the_code_makes_no_call_that_is_not_allowed_and_nothing_is_allowed_that_it_does_not_call() -> None:
    """Every method of an AWS client, wherever the code speaks to one, by the code itself."""
    calls: set[str] = set()
    for path in (documents.ROOT / "functions").rglob("*.py"):
        tree = ast.parse(path.read_text())
        clients = {"states", "_states", "_ses", "_sns", "_sqs", "_cognito", "_secrets"}
        calls |= {
            each.attr
            for each in ast.walk(tree)
            if isinstance(each, ast.Attribute)
            and (getattr(each.value, "attr", None) in clients or getattr(each.value, "id", None) in clients)
        }
    calls -= {"exceptions", "client"}
    assert calls == set(CALLS), "a call that nobody has thought of IAM for"
    assert {action for call in calls for action in CALLS[call]} == {each for own in ACTIONS.values() for each in own}


def test_each_call_for_operators_is_throttled_apart_and_no_other() -> None:
    """A setting of one method replaces those of all methods, so it says all that they say."""
    everywhere, *apart = RESOURCES["Api"]["Properties"]["MethodSettings"]
    assert {(each["HttpMethod"], each["ResourcePath"][1:].replace("~1", "/")) for each in apart} == {
        (each.method, each.path) for each in all_operations() if each.function == "OperatorApi"
    }
    for each in apart:
        assert each["ThrottlingRateLimit"] < everywhere["ThrottlingRateLimit"]
        assert set(each) == set(everywhere)


SITE = "https://booking.example.com"


@pytest.mark.parametrize(
    ("rule", "status", "headers"), [("TooManyFromOneAddress", 429, {"Retry-After": "300"}), ("BodyTooLarge", 413, {})]
)
def test_what_the_firewall_blocks_is_answered_as_a_problem(rule: str, status: int, headers: dict[str, str]) -> None:
    """WAF lets nobody set Content-Type, and JSON is the nearest it knows: the contract says so."""
    code, sent, body = gateway.blocked(rule, "")
    problem = json.loads(body)
    assert code == problem["status"] == status
    assert sent == {"Content-Type": "application/json", **headers}
    assert set(SCHEMAS["Problem"]["required"]) <= set(problem) <= set(SCHEMAS["Problem"]["properties"])
    declared = OPENAPI["components"]["responses"][{429: "Throttled", 413: "TooLarge"}[status]]["content"]
    assert set(declared) == {"application/json", "application/problem+json"}

    _, sent, _ = gateway.blocked(rule, SITE)
    assert sent["Access-Control-Allow-Origin"] == SITE
    assert sent["Access-Control-Expose-Headers"] == "Location, ETag, Retry-After"


def test_retry_after_is_the_firewalls_window_and_its_limit_the_contracts() -> None:
    firewall = of_type("AWS::WAFv2::WebACL")["Firewall"]
    rules = {each["Name"]: each for each in firewall["Rules"]}
    many = rules["TooManyFromOneAddress"]
    assert many["Statement"]["RateBasedStatement"]["EvaluationWindowSec"] == 300
    assert rules["BodyTooLarge"]["Statement"]["SizeConstraintStatement"]["Size"] == gateway.FIREWALL_BODY_BYTES
    assert "64 KiB" in OPENAPI["components"]["responses"]["TooLarge"]["description"]
    assert "10 MB" not in (documents.ROOT / "openapi.yaml").read_text()


def test_the_api_has_one_name_and_the_alarm_knows_it() -> None:
    """CloudFormation says one in Name, the imported document one in its title; API Gateway's metrics have either."""
    [api] = of_type("AWS::Serverless::Api").values()
    [dimensions] = [
        {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("Namespace") == "AWS/ApiGateway"
    ]
    assert api["Name"] == OPENAPI["info"]["title"] == dimensions["ApiName"]
    assert dimensions["Stage"] == api["StageName"] == {"Ref": "StageName"}


def test_stacks_of_one_account_have_stages_of_their_own() -> None:
    """Their APIs have one name: their metrics are told apart by the stage."""
    text = (documents.ROOT / "samconfig.toml").read_text()
    stages = re.findall(r"StageName=([a-z0-9-]+)", text)
    assert len(stages) == len(set(stages)) == 2


@pytest.mark.parametrize(
    ("origin", "legal"),
    [
        ("", True),
        (SITE, True),
        ("https://booking.example.com:8443", True),
        ("http://localhost:3000", True),
        ("*", False),
        ("null", False),
        ("https://*.example.com", False),
        ("https://booking.example.com/", False),
        ("http://booking.example.com", False),
        ("https://a.example,https://b.example", False),
        ("https://a'.example", False),
    ],
)
def test_the_allowed_origin_is_one_or_none_and_never_everybody(origin: str, legal: bool) -> None:
    parameter = TEMPLATE["Parameters"]["AllowedOrigin"]
    assert parameter["Default"] == ""
    assert (re.search(parameter["AllowedPattern"], origin) is not None) == legal


def test_the_firewall_looks_at_whole_bodies_and_counts_callers() -> None:
    firewall = of_type("AWS::WAFv2::WebACL")["Firewall"]
    rules = {each["Name"]: each["Statement"] for each in firewall["Rules"]}
    size = rules["BodyTooLarge"]["SizeConstraintStatement"]
    assert (size["Size"], size["FieldToMatch"]["Body"]["OversizeHandling"]) == (64 * 1024, "MATCH")
    inspected = firewall["AssociationConfig"]["RequestBody"]["API_GATEWAY"]["DefaultSizeInspectionLimit"]
    assert inspected == "KB_64", "what is longer than is looked at is refused: that must be what is too large"
    assert rules["TooManyFromOneAddress"]["RateBasedStatement"]["Limit"] == {"Ref": "FirewallRequestLimit"}
    managed = [each["ManagedRuleGroupStatement"] for each in rules.values() if "ManagedRuleGroupStatement" in each]
    assert {each["Name"] for each in managed} == {
        *("AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesAmazonIpReputationList")
    }
    associated = of_type("AWS::WAFv2::WebACLAssociation")
    assert associated["FirewallBeforeApi"]["WebACLArn"] == {"Fn::GetAtt": ["Firewall", "Arn"]}


def test_the_firewall_before_the_login_counts_forms_and_not_tokens() -> None:
    """An office has one address, and its pages fetch tokens; codes and passwords are what is tried by the thousand."""
    rules = {each["Name"]: each["Statement"] for each in of_type("AWS::WAFv2::WebACL")["LoginFirewall"]["Rules"]}
    forms = rules["TooManyFormsFromOneAddress"]["RateBasedStatement"]
    assert (forms["Limit"], forms["AggregateKeyType"]) == ({"Ref": "LoginRequestLimit"}, "IP")
    posted, other = forms["ScopeDownStatement"]["AndStatement"]["Statements"]
    assert posted["ByteMatchStatement"]["SearchString"] == "POST"
    assert other["NotStatement"]["Statement"]["ByteMatchStatement"]["SearchString"] == "/oauth2/token"
    association = of_type("AWS::WAFv2::WebACLAssociation")["FirewallBeforeLogin"]
    assert association == {
        "ResourceArn": {"Fn::GetAtt": ["UserPool", "Arn"]},
        "WebACLArn": {"Fn::GetAtt": ["LoginFirewall", "Arn"]},
    }


def test_nobody_becomes_somebody_else_by_the_pools_settings() -> None:
    pool, client = (
        of_type("AWS::Cognito::UserPool")["UserPool"],
        of_type("AWS::Cognito::UserPoolClient")["UserPoolClient"],
    )
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": {"Fn::If": ["OpenToAll", False, True]}}
    assert TEMPLATE["Parameters"]["SelfSignUp"]["Default"] == "false"
    assert "email_verified" not in client["WriteAttributes"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["GenerateSecret"] is False


def test_every_alarm_reaches_the_operators() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmActions"] == [{"Ref": "OperatorsTopic"}] for alarm in alarms.values())
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in alarms.values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
    }
    assert watched == {name for name in of_type("AWS::SQS::Queue") if "DeadLetter" in name}


def test_every_alarm_has_its_section_of_the_runbook_and_none_is_about_business() -> None:
    runbook = (documents.ROOT / "docs" / "runbook.md").read_text()
    outcomes = {str(each).title().replace("_", "") for each in Outcome}
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        [section] = re.findall(r'docs/runbook.md, "(.+)"', alarm["AlarmDescription"])
        assert f"## {section}\n" in runbook, name
        assert alarm.get("MetricName") not in outcomes, "a taken slot is nobody's trouble"


def test_what_stops_a_deployment_exists() -> None:
    brakes = FUNCTION_DEFAULTS["DeploymentPreference"]["Alarms"]
    on_sums = [name for name, each in of_type("AWS::CloudWatch::Alarm").items() if "Metrics" in each]
    assert [each["Ref"] for each in brakes] == [*on_sums, "ApiErrorsAlarm"], "a new sum goes among the &brakes"
    for name, machine in of_type("AWS::StepFunctions::StateMachine").items():
        alias, version = (RESOURCES[f"{name}{part}"]["Properties"] for part in ("Alias", "Version"))
        assert alias["Name"] == FUNCTION_DEFAULTS["AutoPublishAlias"] == ALIAS
        assert alias["DeploymentPreference"]["Alarms"] == {"Fn::If": ["AllAtOnce", NOTHING, brakes]}
        assert alias["DeploymentPreference"]["Type"] == {"Fn::If": ["AllAtOnce", "ALL_AT_ONCE", "CANARY"]}
        assert alias["DeploymentPreference"]["StateMachineVersionArn"] == {"Ref": f"{name}Version"}
        assert version["StateMachineRevisionId"] == {"Fn::GetAtt": [name, "StateMachineRevisionId"]}
        assert RESOURCES[f"{name}Version"]["DeletionPolicy"] == "Retain", "executions run on it"
        substitutions = {name: each for name, each in machine["DefinitionSubstitutions"].items() if "Function" in name}
        for name, each in substitutions.items():
            assert each == {"Ref": f"{name.removesuffix('Arn')}.Version"}, "a running execution keeps to its code"


def test_what_is_included_is_nothing_but_what_watches_and_in_the_long_form() -> None:
    """AWS::Include reads the file itself: no short tags, no shared parts, which plain YAML would not load."""
    included = yaml.safe_load((documents.ROOT / "monitoring.yaml").read_text())
    assert documents.own_template()["Resources"] | included == RESOURCES
    kinds = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition"}
    assert {each["Type"] for each in included.values()} == kinds
    assert not kinds & {each["Type"] for each in documents.own_template()["Resources"].values()}


def watched(name: str, dimension: str) -> list[str]:
    """What the alarms of this name, one or several, take the sum of."""
    alarms = [each for alarm, each in RESOURCES.items() if re.fullmatch(rf"{name}\d*Alarm", alarm)]
    metrics = [[each["MetricStat"]["Metric"] for each in alarm["Properties"]["Metrics"][1:]] for alarm in alarms]
    assert all(len(each) <= 10 for each in metrics), "more may not be summed up (CloudWatch, 'Alarm data queries')"
    dimensions = [metric["Dimensions"][0] for each in metrics for metric in each]
    return [each["Value"]["Ref"] for each in dimensions if each["Name"] == dimension]


def test_the_alarms_on_errors_watch_every_function_and_every_machine() -> None:
    functions = watched("FunctionErrors", "FunctionName") + watched("OtherFunctionErrors", "FunctionName")
    no_by_error = ["PreSignUpFunction"]  # SignUpsFailAlarm watches what is trouble of it
    assert sorted(functions + no_by_error) == sorted(of_type("AWS::Serverless::Function"))
    machines = of_type("AWS::StepFunctions::StateMachine")
    assert sorted(watched("ExecutionsFailed", "StateMachineArn")) == sorted([*machines, *machines])
    tasks = {
        f"{name}Function" for machine in documents.state_machines().values() for name in documents.functions_of(machine)
    }
    assert set(watched("FunctionErrors", "FunctionName")) == tasks | {"ApiFunction", "SendNotificationFunction"}


def test_the_access_log_names_nobody() -> None:
    log = RESOURCES["Api"]["Properties"]["AccessLogSetting"]["Format"]
    logged = set(re.findall(r"\$context\.([\w.]+)", log))
    assert json.loads(log)
    assert logged == {
        *("requestId", "httpMethod", "resourcePath", "status", "responseLatency", "integrationLatency"),
        *("integrationStatus", "error.responseType", "wafResponseCode", "xrayTraceId"),
    }


def test_the_dashboard_shows_metrics_that_something_counts() -> None:
    [dashboard] = of_type("AWS::CloudWatch::Dashboard").values()
    text = dashboard["DashboardBody"]["Fn::Sub"]
    shown = {
        metric[1]
        for widget in json.loads(text)["widgets"]
        for metric in widget["properties"]["metrics"]
        if metric[0] == "TherapistBooking"
    }
    counted = {str(each).title().replace("_", "") for each in Outcome}
    counted |= {f"Notification{each}" for each in ("Sent", "Undeliverable", "Failed")}
    counted |= {f"Message{str(each).title()}" for each in DeliveryReport}
    assert shown <= counted
    named = set(re.findall(r"\$\{(\w+)(?:\.\w+)?\}", text)) - {"DatabaseProxyName"}
    assert named <= set(RESOURCES), named


def test_nothing_may_be_done_to_everything_but_for_what_has_no_name() -> None:
    for name, resource in RESOURCES.items():
        for statement in _statements(resource):
            if statement.get("Resource") == "*":
                actions = set(statement["Action"])
                assert all(action.startswith(("logs:", "xray:")) for action in actions), name


def _statements(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in _statements(each)]
    if not isinstance(part, dict):
        return []
    own = part["Statement"] if isinstance(part.get("Statement"), list) else []
    return [*own, *(found for each in part.values() for found in _statements(each))]


def test_the_password_is_never_shown() -> None:
    assert TEMPLATE["Parameters"]["DatabasePassword"]["NoEcho"] is True


def test_logs_are_not_kept_for_ever() -> None:
    for group in of_type("AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_laptops_template_is_the_real_one_but_for_the_runtime() -> None:
    local = local_template()
    defaults = local["Globals"]["Function"]
    assert {key for key in FUNCTION_DEFAULTS if defaults.get(key) != FUNCTION_DEFAULTS[key]} == {
        *("Runtime", "CodeUri", "AutoPublishAlias", "DeploymentPreference", "SnapStart")
    }
    included = local["Resources"]["Api"]["Properties"].pop("DefinitionBody")
    assert included == {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": CONTRACT}}}
    contract = json.dumps(documents.openapi()).replace("FunctionAliaslive}", "Function.Arn}")
    assert local_contract() == json.loads(contract.replace("StateMachineAlias}", "StateMachine}"))
    left_out = unknown_to_the_emulator(TEMPLATE)
    versions = {name for name, each in RESOURCES.items() if each["Type"] in VERSION_TYPES}
    assert set(RESOURCES) - set(local["Resources"]) == set(left_out) | versions
    for name, resource in RESOURCES.items():
        if name in left_out or name in versions:
            continue
        real = {key: value for key, value in resource.items() if key != "Metadata"}
        properties = {k: v for k, v in real.get("Properties", {}).items() if k not in NOT_LOCAL}
        text = re.sub(
            r'\{"Ref": "(\w+)\.(?:Version|Alias)"\}', r'{"Fn::GetAtt": ["\1", "Arn"]}', json.dumps(properties)
        )
        assert local["Resources"][name].get("Properties", {}) == json.loads(
            text.replace("StateMachine}:live", "StateMachine}")
        )


def test_the_stack_is_not_larger_than_cloudformation_takes() -> None:
    """A megabyte and 500 resources, once it has included and SAM has made roles, versions, aliases and deployments.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-troubleshoot-processed-template.html
    """
    functions = len(of_type("AWS::Serverless::Function"))
    assert len(json.dumps([local_template(), local_contract()])) + functions * 5_000 < 1_000_000
    assert len(RESOURCES) + functions * 4 < 500
