"""What the data stack promises: nothing is lost, nobody comes in, nothing waits for ever."""

import re
from typing import Any

from local import documents

CODE = sorted((documents.ROOT / "functions").rglob("*.py"))
TEMPLATE = documents.data_template()
RESOURCES = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


def test_what_must_not_be_lost_outlives_its_stack() -> None:
    for name in ("DataKey", "WorkflowKey", "FlowLogGroup"):
        assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    assert RESOURCES["DatabaseLogs"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES["DatabaseLogs"]["UpdateReplacePolicy"] == "Retain"
    assert RESOURCES["Database"]["DeletionPolicy"] == RESOURCES["Database"]["UpdateReplacePolicy"] == "Snapshot"
    database = RESOURCES["Database"]["Properties"]
    assert database["DeletionProtection"] is True
    assert database["StorageEncrypted"] is True
    assert database["KmsKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
    assert database["BackupRetentionPeriod"] == {"Ref": "BackupRetentionDays"}
    assert TEMPLATE["Parameters"]["BackupRetentionDays"]["MinValue"] >= 7
    assert all(key["EnableKeyRotation"] for key in of_type("AWS::KMS::Key").values())


def test_the_network_is_private_and_reaches_the_services_that_the_functions_call() -> None:
    kinds = {each["Type"] for each in RESOURCES.values()}
    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route"}
    endpoints = of_type("AWS::EC2::VPCEndpoint").values()
    services = {each["ServiceName"]["Fn::Sub"].rsplit(".", 1)[1] for each in endpoints}
    assert services == {"states", "sqs", "email", "sns", "cognito-idp", "secretsmanager"}, (
        "the functions' five, and RDS Proxy's"
    )
    # Lambda itself carries logs and traces, over its own network.
    called = {call.group(1) for path in CODE for call in re.finditer(r'\bclient\("([\w-]+)"', path.read_text())}
    assert called == {"stepfunctions", "sqs", "sesv2", "sns", "cognito-idp", "secretsmanager"}, "the last from outside"
    for each in endpoints:
        assert each["PrivateDnsEnabled"] is True
        [statement] = each["PolicyDocument"]["Statement"]
        assert statement["Condition"]["StringEquals"] == {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}


def test_functions_reach_the_proxy_the_proxy_the_database_and_nobody_else_anybody() -> None:
    def rules(kind: str, peer: str) -> set[tuple[str, str, int]]:
        return {
            (each["GroupId"]["Ref"], each[peer]["Ref"], each["ToPort"])
            for each in of_type(f"AWS::EC2::SecurityGroup{kind}").values()
        }

    assert rules("Ingress", "SourceSecurityGroupId") == {
        ("ProxyGroup", "FunctionsGroup", 5432),
        ("DatabaseGroup", "ProxyGroup", 5432),
    }
    assert rules("Egress", "DestinationSecurityGroupId") == {
        ("FunctionsGroup", "ProxyGroup", 5432),
        ("FunctionsGroup", "EndpointsGroup", 443),
        ("ProxyGroup", "DatabaseGroup", 5432),
        ("ProxyGroup", "EndpointsGroup", 443),
    }
    for name, group in of_type("AWS::EC2::SecurityGroup").items():
        assert [each["CidrIp"] for each in group["SecurityGroupEgress"]] == ["255.255.255.255/32"], name
        sources = [each["SourceSecurityGroupId"]["Ref"] for each in group.get("SecurityGroupIngress", [])]
        assert sources == (["FunctionsGroup", "ProxyGroup"] if name == "EndpointsGroup" else [])
    assert all(each["PubliclyAccessible"] is False for each in of_type("AWS::RDS::DBInstance").values())


def test_the_proxy_takes_tokens_over_tls_and_nothing_waits_for_ever() -> None:
    [proxy] = of_type("AWS::RDS::DBProxy").values()
    assert proxy["RequireTLS"] is True
    assert [each["IAMAuth"] for each in proxy["Auth"]] == ["REQUIRED"]
    parameters = RESOURCES["DatabaseParameters"]["Properties"]["Parameters"]
    assert parameters["rds.force_ssl"] == "1"
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert int(parameters[name]) > 0


def test_the_account_lets_api_gateway_log_before_the_application_asks_for_it() -> None:
    """A stage with an access log can't be made in an account that has no role for it."""
    assert RESOURCES["GatewayAccount"]["Properties"]["CloudWatchRoleArn"] == {"Fn::GetAtt": ["GatewayLogsRole", "Arn"]}
    assert RESOURCES["GatewayAccount"]["DeletionPolicy"] == "Retain"


def test_logs_are_encrypted_and_not_kept_for_ever() -> None:
    for group in of_type("AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["WorkflowKey", "Arn"]}


def test_the_database_logs_to_a_group_that_is_there_before_it() -> None:
    """RDS makes a group that is missing, without an end and without a key, and then the stack's is "already exists"."""
    database, logs = RESOURCES["Database"], RESOURCES["DatabaseLogs"]
    assert database["DependsOn"] == "DatabaseLogs"
    identifier = database["Properties"]["DBClusterIdentifier"]["Fn::Sub"]
    [export] = database["Properties"]["EnableCloudwatchLogsExports"]
    assert logs["Properties"]["LogGroupName"] == {"Fn::Sub": f"/aws/rds/cluster/{identifier}/{export}"}
    assert "Ref" not in str(logs["Properties"]["LogGroupName"]), "of the cluster's: it would have to be there first"


def test_the_database_may_become_newer_by_itself() -> None:
    """Aurora takes the major version alone; with a minor one the stack would ask for a downgrade after an upgrade."""
    assert RESOURCES["Database"]["Properties"]["EngineVersion"] == "16"
    assert all(each["AutoMinorVersionUpgrade"] for each in of_type("AWS::RDS::DBInstance").values())
    assert RESOURCES["DatabaseParameters"]["Properties"]["Family"] == "aurora-postgresql16"


def test_what_delivers_the_machines_logs_may_use_the_key() -> None:
    statements = RESOURCES["WorkflowKey"]["Properties"]["KeyPolicy"]["Statement"]
    [delivery] = [each for each in statements if each["Principal"].get("Service") == "delivery.logs.amazonaws.com"]
    assert "Condition" not in delivery, "of which nobody says that it is sent"
