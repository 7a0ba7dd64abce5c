"""The laptop cloud: PostgreSQL, the AWS emulator, and the project's own template deployed to it. All on 127.0.0.1."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import psycopg2
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from local import demo, documents
from local.errors import LocalCloudError
from local.places import Ports, local_folder
from local.postgres import PostgresServer, function_environment
from local.template import write_local_build

REGION = "us-east-1"
STACK = "therapist-booking"
CODE_BUCKET = "therapist-booking-code"
EMAIL_SENDER = "practice@example.com"
EMULATOR_SECONDS = 60
DEPLOY_SECONDS = 180

FREE_STARTS = 3

Say = Callable[[str], None]


class LaptopCloud:
    """Starts everything, stops everything it started, and keeps the data."""

    def __init__(self, folder: Path, ports: Ports, say: Say) -> None:
        self.folder = folder
        self.ports = ports
        self.postgres = PostgresServer(folder / "postgres", ports.postgres)
        self._say = say
        self._emulator: subprocess.Popen[bytes] | None = None
        self._is_ours = False

    @property
    def aws_endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.aws}"

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.api}"

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return aws_client(service, self.aws_endpoint_url)

    def start(self) -> dict[str, Any]:
        """Brings the cloud up and returns what it wrote to ``stack.json``. Raises ``LocalCloudError``."""
        self.ports.check()
        self.postgres.check()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._is_ours = True  # from here on there is something to stop
        with self._step("PostgreSQL 18", f"127.0.0.1:{self.ports.postgres}, data in {self._shown(self.postgres.home)}"):
            self.postgres.start()
        with self._step("AWS emulator (MiniStack)", self.aws_endpoint_url):
            self._start_emulator()
        with self._step("template.yaml", "deployed by sam deploy"):
            self._deploy()
        outputs = self._outputs()
        with self._step("schema", "migrated by MigrateFunction"):
            self.invoke(outputs["MigrateFunctionName"], {})
        with self._step("demo people and their logins", "in Cognito and PostgreSQL"):
            stack = self._stack(outputs)
        self._write_secret("stack.json", stack)
        self._write_secret("env.json", {"Parameters": self._function_environment(stack)})
        with self._step("API", self.api_url):
            self._warm_up(stack)
        return stack

    def stop(self) -> None:
        """Stops what was started, the database last; nothing of a cloud that another process runs."""
        if not self._is_ours:
            return
        self._is_ours = False
        self._say("Stopping; the data stays (`make clean` forgets it).")
        if self._emulator is not None and self._emulator.poll() is None:
            self._emulator.send_signal(signal.SIGTERM)
            try:
                self._emulator.wait(10)
            except subprocess.TimeoutExpired:
                self._emulator.kill()
                self._emulator.wait()
        if self._emulator is not None:
            _kill_group(self._emulator.pid)  # Lambda environments of an emulator that crashed
        self._emulator = None
        self.postgres.stop()
        for name in ("stack.json", "env.json"):
            (self.folder / name).unlink(missing_ok=True)

    def crashed(self) -> str | None:
        """A line about the emulator if it has died, or None. Without it there is nothing left to run."""
        if self._emulator is not None and self._emulator.poll() is not None:
            return f"the AWS emulator has stopped: see {self._shown(self._emulator_log)}, then start again"
        return None

    def database_is_up(self) -> bool:
        """Whether the database's server runs. It may be stopped for a while: bookings wait for it."""
        return self.postgres.pid is not None

    def invoke(self, function: str, event: Any) -> Any:
        """Invokes a function and returns its answer. Raises ``LocalCloudError`` with the error's name if it failed."""
        return invoke(self.aws_endpoint_url, function, event)

    # -- Starting ---------------------------------------------------------------------------------------------------

    @property
    def _emulator_log(self) -> Path:
        return self.folder / "emulator.log"

    def _start_emulator(self) -> None:
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": self.aws_endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.ports.aws),
            "MINISTACK_REGION": REGION,
            "LAMBDA_ACCOUNT_CONCURRENCY": "0",  # no limit: environments are bounded by local/emulator.py
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "TMPDIR": str(self._temporary_folder()),
            "STATE_DIR": str(self.folder / "state"),
            "PYTHONUNBUFFERED": "1",
        }
        self._emulator_log.touch(mode=0o600)  # the emulator writes down what it sends
        with self._emulator_log.open("wb") as log:
            self._emulator = subprocess.Popen(
                [sys.executable, "-m", "local.emulator", str(self.ports.aws), str(self.ports.api)],
                cwd=documents.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle; and one group to clear up
            )
        self._wait_for_emulator()

    def _temporary_folder(self) -> Path:
        folder = self.folder / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    def _wait_for_emulator(self) -> None:
        deadline = time.monotonic() + EMULATOR_SECONDS
        while time.monotonic() < deadline and self.crashed() is None:
            try:
                with urllib.request.urlopen(f"{self.aws_endpoint_url}/_ministack/health", timeout=1):  # noqa: S310  # http
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise LocalCloudError(f"the AWS emulator did not start: see {self._shown(self._emulator_log)}")

    def _deploy(self) -> None:
        template = write_local_build(self.folder / "build")
        database = self.postgres.config()
        parameters = {
            "StageName": "local",
            "DatabaseHost": database.host,
            "DatabasePort": str(database.port),
            "DatabaseName": database.name,
            "DatabaseUser": database.user,
            "DatabasePassword": database.password,
            "DatabaseSslMode": database.sslmode,
            "EmailSender": EMAIL_SENDER,
            "AllowedOrigin": os.environ.get("ALLOWED_ORIGIN", ""),
            "SelfSignUp": "true",
            "SignInOrigin": os.environ.get("ALLOWED_ORIGIN") or self.api_url,
        }
        self.client("s3").create_bucket(Bucket=CODE_BUCKET)
        log = self.folder / "deploy.log"
        command = [
            str(Path(sys.executable).with_name("sam")),
            *("deploy", "--config-file", str(documents.ROOT / "samconfig.toml"), "--config-env", "local"),
            *("--template-file", str(template), "--s3-bucket", CODE_BUCKET, "--parameter-overrides"),
            *(f"{name}={value}" for name, value in parameters.items() if value),  # the SAM CLI takes no empty value
        ]
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": self.aws_endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
            "TMPDIR": str(self._temporary_folder()),  # SAM leaves a folder for each function there
            "SAM_CLI_POLL_DELAY": "0.1",  # seconds between looks: the emulator has no limit of calls
        }
        environment.pop("AWS_PROFILE", None)
        with log.open("wb") as output:
            done = subprocess.run(
                command,
                cwd=template.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=DEPLOY_SECONDS,
            )
        if done.returncode != 0:
            raise LocalCloudError(f"sam deploy failed: see {self._shown(log)}")

    def _outputs(self) -> dict[str, str]:
        [stack] = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _functions(self) -> dict[str, str]:
        """By resource without its ending, ``ReserveSlot``: the function's name."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        return {
            each["LogicalResourceId"].removesuffix("Function"): each["PhysicalResourceId"]
            for page in pages
            for each in page["StackResourceSummaries"]
            if each["ResourceType"] == "AWS::Lambda::Function"
        }

    def _stack(self, outputs: dict[str, str]) -> dict[str, Any]:
        users = {name: self._log_in(outputs, *user) for name, user in demo.USERS.items()}
        users["client"]["client_id"] = str(demo.CLIENT_ID)
        users["other_client"]["client_id"] = str(demo.OTHER_CLIENT_ID)
        users["therapist"]["therapist_id"] = str(demo.THERAPIST_ID)
        users["other_therapist"]["therapist_id"] = str(demo.OTHER_THERAPIST_ID)
        now = datetime.now(UTC)
        connection = psycopg2.connect(self.postgres.url())
        try:
            demo.seed(connection, {name: user["sub"] for name, user in users.items()}, now)
            if os.environ.get("OPEN_LIMITS"):  # tests and benches: four demo people book what a whole practice would
                demo.open_limits(connection)
            else:
                demo.close_days(connection, now)
            starts = demo.free_starts(connection, now, FREE_STARTS)
        finally:
            connection.close()
        return {
            "api_url": self.api_url,
            "aws_endpoint_url": self.aws_endpoint_url,
            "region": REGION,
            "database_url": self.postgres.url(),
            "state_machine_arn": outputs["BookingStateMachineArn"],
            "cancellation_state_machine_arn": outputs["CancellationStateMachineArn"],
            "rescheduling_state_machine_arn": outputs["ReschedulingStateMachineArn"],
            "reminder_state_machine_arn": outputs["ReminderStateMachineArn"],
            "offer_state_machine_arn": outputs["OfferStateMachineArn"],
            "notification_queue_url": outputs["NotificationQueueUrl"],
            "delivery_queue_url": outputs["DeliveryQueueUrl"],
            "notification_dead_letter_queue_url": outputs["NotificationDeadLetterQueueUrl"],
            "user_pool_id": outputs["UserPoolId"],
            "user_pool_client_id": outputs["UserPoolClientId"],
            "login_url": self.aws_endpoint_url,  # AWS's own pages have a domain: the output LoginUrl
            "signed_in_url": f"{os.environ.get('ALLOWED_ORIGIN') or self.api_url}/signed-in",
            "application_usage_plan_id": outputs["ApplicationUsagePlanId"],
            "functions": self._functions(),
            "users": users,
            "demo": {
                "therapist_id": str(demo.THERAPIST_ID),
                "service_id": str(demo.SERVICE_ID),
                "starts_at": [start.isoformat().replace("+00:00", "Z") for start in starts],
            },
        }

    def _function_environment(self, stack: dict[str, Any]) -> dict[str, str]:
        """For ``sam local invoke --env-vars``: what connects a function in a container to this cloud."""
        return {
            **function_environment(self.postgres.config()),
            "STATE_MACHINE_ARN": stack["state_machine_arn"],
            "CANCELLATION_STATE_MACHINE_ARN": stack["cancellation_state_machine_arn"],
            "RESCHEDULING_STATE_MACHINE_ARN": stack["rescheduling_state_machine_arn"],
            "REMINDER_STATE_MACHINE_ARN": stack["reminder_state_machine_arn"],
            "OFFER_STATE_MACHINE_ARN": stack["offer_state_machine_arn"],
            "CLIENT_RETENTION_YEARS": "10",
            "EMAIL_SENDER": EMAIL_SENDER,
            "EMAIL_CONFIGURATION_SET": "any",
            "AWS_ENDPOINT_URL": stack["aws_endpoint_url"],
        }

    def _write_secret(self, name: str, content: dict[str, Any]) -> None:
        """A file only its owner reads: it has a password, and stack.json tokens too."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, indent=2) + "\n")

    def _log_in(self, outputs: dict[str, str], group: str, email: str) -> dict[str, str]:
        cognito, pool = self.client("cognito-idp"), outputs["UserPoolId"]
        password = secrets.token_urlsafe(16) + "aA1!"
        created = cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        username = created["User"]["Username"]
        cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)
        answer = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=outputs["UserPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        attributes = {each["Name"]: each["Value"] for each in created["User"]["Attributes"]}
        return {"sub": attributes["sub"], "id_token": answer["AuthenticationResult"]["IdToken"]}

    def _warm_up(self, stack: dict[str, Any]) -> None:
        """Waits for the API, and verifies the one e-mail identity that SES needs."""
        self.client("sesv2").create_email_identity(EmailIdentity=EMAIL_SENDER)
        with urllib.request.urlopen(f"{stack['api_url']}/v1/health", timeout=30) as answer:  # noqa: S310  # http
            if json.load(answer)["status"] != "ok":
                raise LocalCloudError("the API is not healthy: see the logs in .local")

    @contextmanager
    def _step(self, what: str, where: str) -> Iterator[None]:
        started = time.monotonic()
        with _progress(what):
            yield
        self._say(f"✓ {what}: {where} ({time.monotonic() - started:.1f} s)")

    @staticmethod
    def _shown(path: Path) -> str:
        return str(path.relative_to(documents.ROOT)) if path.is_relative_to(documents.ROOT) else str(path)


def aws_client(service: str, endpoint_url: str) -> Any:
    """A boto3 client of the emulator."""
    return boto3.client(  # type: ignore[call-overload]  # the name is a variable here
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  # the emulator takes any
        config=Config(retries={"total_max_attempts": 2}, max_pool_connections=50),
    )


def invoke(endpoint_url: str, function: str, event: Any) -> Any:
    """Invokes a function and returns its answer. Raises ``LocalCloudError`` with the error's name if it failed."""
    try:
        answer = aws_client("lambda", endpoint_url).invoke(FunctionName=function, Payload=json.dumps(event))
    except EndpointConnectionError:
        raise LocalCloudError(f"nothing answers at {endpoint_url}: is `make run` still up?") from None
    payload = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        error = f"{payload.get('errorType')}: {payload.get('errorMessage')}"
        raise LocalCloudError(f"{function} failed: {error} (see .local/emulator.log)")
    return payload


def read_stack() -> dict[str, Any]:
    """The running cloud's ``stack.json``. Raises ``LocalCloudError`` when nothing runs."""
    path = local_folder() / "stack.json"
    if not path.exists():
        raise LocalCloudError("the laptop cloud is not running: start it with `make run` in another terminal")
    return dict(json.loads(path.read_text()))


@contextmanager
def _progress(what: str) -> Iterator[None]:
    """Shows that something is going on: a spinner for a person, a line for a log."""
    console = Console()
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        print(f"… {what}", flush=True)
        yield


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # every process of the group has ended already
