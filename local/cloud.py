"""The laptop cloud: PostgreSQL, the AWS emulator, and the project's own template deployed to it. All on 127.0.0.1."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import psycopg2
from botocore.config import Config
from rich.console import Console

from local import demo, documents, stripe
from local.api import call
from local.errors import NOT_RUNNING, LocalCloudError
from local.part import Part
from local.places import KEPT_SUB, RESUME_PATH, Ports, check_wait_scale, local_folder, make_private, open_private, shown
from local.postgres import PostgresServer, function_environment
from local.running import RunLock, is_running
from local.template import write_local_build

REGION = "us-east-1"
STACK = "therapist-booking"
CODE_BUCKET = "therapist-booking-code"
EMAIL_SENDER = "practice@example.com"
EXECUTIONS = "executions.json"
STRIPE = "stripe.json"
STRIPE_WEBHOOK_PATH = "/v1/stripe/events"
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
        self._emulator = Part("the AWS emulator", folder / "emulator.log")
        self._stripe = Part("Stripe's double", folder / "stripe.log")
        self._lock = RunLock(folder)
        self._is_ours = False

    @property
    def aws_endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.aws}"

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.api}"

    @property
    def site_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.site}"

    @property
    def stripe_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.stripe}"

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return aws_client(service, self.aws_endpoint_url)

    def start(self) -> dict[str, Any]:
        """Brings the cloud up and returns what it wrote to ``stack.json``. Raises ``LocalCloudError``."""
        check_wait_scale()
        self.folder.mkdir(parents=True, exist_ok=True)
        if (other := self._lock.take(f"{self.api_url}/v1")) is not None:
            raise LocalCloudError(f"already running: {other}. Ctrl-C in its terminal stops it")
        if self.postgres.pid is not None:
            self._say("The last run was killed: its PostgreSQL is stopped first.")
            self.postgres.stop()
        try:
            self.ports.check()
        except LocalCloudError:
            self._lock.release()
            raise
        self._is_ours = True  # from here on there is something to stop
        self._say(f"The booking site will be at {self.site_url}")
        if (self.folder / "stack.json").exists() and not (self.folder / EXECUTIONS).exists():
            self._say("The emulator was killed: its executions are forgotten, what they decided is in PostgreSQL.")
        self._forget_what_was_left()
        with self._step("PostgreSQL 18", f"127.0.0.1:{self.ports.postgres}, data in {shown(self.postgres.home)}"):
            self.postgres.start()
        with self._step("Stripe's double", f"{self.stripe_url}, no money moves"):
            self._start_stripe()
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
        self._listen_to_stripe()
        self._go_on()
        return stack

    def stop(self) -> None:
        """Stops what was started, the database last; nothing of a cloud that another process runs."""
        if not self._is_ours:
            return
        self._is_ours = False
        self._say("Stopping; the data stays (`make clean` forgets it).")
        self._stripe.stop()  # it tells the API of payments
        self._emulator.stop()
        self.postgres.stop()
        self._forget_what_was_left()
        self._lock.release()

    def crashed(self) -> str | None:
        """A line about a part that has died, or None. Without the emulator there is nothing left to run."""
        for part in (self._emulator, self._stripe):
            if part.has_died:
                return f"{part.name} has stopped: see {part.shown_log}, then start again"
        return None

    def database_is_up(self) -> bool:
        """Whether the database's server runs. It may be stopped for a while: bookings wait for it."""
        return self.postgres.pid is not None

    def invoke(self, function: str, event: Any) -> Any:
        """Invokes a function and returns its answer. Raises ``LocalCloudError`` with the error's name if it failed."""
        return invoke(self.aws_endpoint_url, function, event)

    def _forget_what_was_left(self) -> None:
        """What is of one run only: how to reach it, its keys, and what SAM and the emulator put aside for a while.

        After a Ctrl-C, and before a start: a run that was killed has left it.
        """
        for name in ("stack.json", "env.json"):
            (self.folder / name).unlink(missing_ok=True)
        for name in ("tmp", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    # -- Starting ---------------------------------------------------------------------------------------------------

    @property
    def _emulator_arguments(self) -> list[str]:
        ports = (self.ports.aws, self.ports.api, self.ports.site)
        return [*map(str, ports), str(self.folder / EXECUTIONS), str(self.folder / "stack.json")]

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
            "TMPDIR": str(make_private(self.folder / "tmp")),
            "STATE_DIR": str(make_private(self.folder / "state")),  # the keys that tokens are signed with
        }
        health = f"{self.aws_endpoint_url}/_ministack/health"
        self._emulator.start("local.emulator", *self._emulator_arguments, environment=environment, answers_at=health)

    def _start_stripe(self) -> None:
        """With the money it had: the bookings are kept, too."""
        arguments = (str(self.ports.stripe), str(self.ports.site), str(self.folder / STRIPE))
        health = f"{self.stripe_url}{stripe.CONTROLS}account"
        self._stripe.start("local.stripe", *arguments, environment=os.environ, answers_at=health)

    def _listen_to_stripe(self) -> None:
        """It tells of payments where the API takes such news."""
        endpoint = {"url": f"{self.api_url}{STRIPE_WEBHOOK_PATH}", "secrets": [stripe.WEBHOOK_SECRET]}
        answer = call("PUT", f"{self.stripe_url}{stripe.CONTROLS}webhook", body=endpoint)
        if answer.status != 200:
            raise LocalCloudError(f"Stripe's double takes no webhook: {answer.body}")

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
            "BookingSiteUrl": self.site_url,
            "StripeApiUrl": self.stripe_url,
            "StripeSecretArn": self._keep_stripes_keys(),
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
            "TMPDIR": str(make_private(self.folder / "tmp")),  # SAM leaves a folder for each function there
            "SAM_CLI_POLL_DELAY": "0.1",  # seconds between looks: the emulator has no limit of calls
        }
        environment.pop("AWS_PROFILE", None)
        with open_private(log) as output:
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
            raise LocalCloudError(f"sam deploy failed: see {shown(log)}")

    def _keep_stripes_keys(self) -> str:
        """The ARN of their secret."""
        keys = {"api_keys": [stripe.API_KEY], "webhook_secrets": [stripe.WEBHOOK_SECRET]}
        made = self.client("secretsmanager").create_secret(Name="stripe", SecretString=json.dumps(keys))
        return str(made["ARN"])

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
            "site_url": self.site_url,
            "site_key": self._site_key(outputs),
            "api_url": self.api_url,
            "aws_endpoint_url": self.aws_endpoint_url,
            "region": REGION,
            "stripe_url": self.stripe_url,
            "stripe_api_key": stripe.API_KEY,
            "stripe_webhook_secret": stripe.WEBHOOK_SECRET,
            "database_url": self.postgres.url(),
            "state_machine_arn": outputs["BookingStateMachineArn"],
            "cancellation_state_machine_arn": outputs["CancellationStateMachineArn"],
            "rescheduling_state_machine_arn": outputs["ReschedulingStateMachineArn"],
            "reminder_state_machine_arn": outputs["ReminderStateMachineArn"],
            "offer_state_machine_arn": outputs["OfferStateMachineArn"],
            "payment_state_machine_arn": outputs["PaymentStateMachineArn"],
            "resend_state_machine_arn": outputs["ResendStateMachineArn"],
            "notification_queue_url": outputs["NotificationQueueUrl"],
            "delivery_queue_url": outputs["DeliveryQueueUrl"],
            "acts_queue_url": outputs["ActsQueueUrl"],
            "notification_dead_letter_queue_url": outputs["NotificationDeadLetterQueueUrl"],
            "user_pool_id": outputs["UserPoolId"],
            "user_pool_client_id": outputs["UserPoolClientId"],
            "login_url": self.aws_endpoint_url,  # AWS's own pages have a domain: the output LoginUrl
            "signed_in_url": f"{self.site_url}/signed-in",
            "application_usage_plan_id": outputs["ApplicationUsagePlanId"],
            "functions": self._functions(),
            "users": users,
            "demo": {
                "therapist_id": str(demo.THERAPIST_ID),
                "service_id": str(demo.SERVICE_ID),
                "starts_at": [start.isoformat().replace("+00:00", "Z") for start in starts],
            },
        }

    def _site_key(self, outputs: dict[str, str]) -> str:
        """What the site's calls of the catalogue carry; no browser has it."""
        return str(self.client("apigateway").get_api_key(apiKey=outputs["SiteKeyId"], includeValue=True)["value"])

    def _function_environment(self, stack: dict[str, Any]) -> dict[str, str]:
        """For ``sam local invoke --env-vars``: what connects a function in a container to this cloud."""
        return {
            **function_environment(self.postgres.config()),
            "STATE_MACHINE_ARN": stack["state_machine_arn"],
            "CANCELLATION_STATE_MACHINE_ARN": stack["cancellation_state_machine_arn"],
            "RESCHEDULING_STATE_MACHINE_ARN": stack["rescheduling_state_machine_arn"],
            "REMINDER_STATE_MACHINE_ARN": stack["reminder_state_machine_arn"],
            "OFFER_STATE_MACHINE_ARN": stack["offer_state_machine_arn"],
            "PAYMENT_STATE_MACHINE_ARN": stack["payment_state_machine_arn"],
            "RESEND_STATE_MACHINE_ARN": stack["resend_state_machine_arn"],
            "CLIENT_RETENTION_YEARS": "10",
            "EMAIL_SENDER": EMAIL_SENDER,
            "EMAIL_CONFIGURATION_SET": "any",
            "AWS_ENDPOINT_URL": stack["aws_endpoint_url"],
        }

    def _write_secret(self, name: str, content: dict[str, Any]) -> None:
        """A file only its owner reads: it has a password, and stack.json tokens too."""
        with open_private(self.folder / name) as file:
            file.write(f"{json.dumps(content, indent=2)}\n".encode())

    def _log_in(self, outputs: dict[str, str], group: str, email: str) -> dict[str, str]:
        cognito, pool = self.client("cognito-idp"), outputs["UserPoolId"]
        created = cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            ClientMetadata={KEPT_SUB: str(uuid.uuid5(uuid.NAMESPACE_URL, email))},  # executions of earlier runs name it
        )
        username = created["User"]["Username"]
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)
        attributes = {each["Name"]: each["Value"] for each in created["User"]["Attributes"]}
        return {"sub": attributes["sub"], "id_token": sign_in(cognito, pool, outputs["UserPoolClientId"], email)}

    def _warm_up(self, stack: dict[str, Any]) -> None:
        """Waits for the API, and verifies the one e-mail identity that SES needs."""
        self.client("sesv2").create_email_identity(EmailIdentity=EMAIL_SENDER)
        with urllib.request.urlopen(f"{stack['api_url']}/v1/health", timeout=30) as answer:  # noqa: S310  # http
            if json.load(answer)["status"] != "ok":
                raise LocalCloudError("the API is not healthy: see the logs in .local")

    def _go_on(self) -> None:
        """With the executions of the run before, as far as it was ended by a Ctrl-C."""
        known = call("POST", f"{self.aws_endpoint_url}{RESUME_PATH}").body
        if known["resumed"]:
            self._say(f"✓ going on with what was under way: {', '.join(known['resumed'])}")
        if known["failed"]:
            self._say(f"! executions that failed before: {known['failed']} (.venv/bin/bookingctl --local failed)")

    @contextmanager
    def _step(self, what: str, where: str) -> Iterator[None]:
        started = time.monotonic()
        with _progress(what):
            yield
        self._say(f"✓ {what}: {where} ({time.monotonic() - started:.1f} s)")


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
    answer = aws_client("lambda", endpoint_url).invoke(FunctionName=function, Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        error = f"{payload.get('errorType')}: {payload.get('errorMessage')}"
        raise LocalCloudError(f"{function} failed: {error} (see .local/emulator.log)")
    return payload


def read_stack() -> dict[str, Any]:
    """The running cloud's ``stack.json``. Raises ``LocalCloudError`` when nothing runs."""
    folder = local_folder()
    if not is_running(folder):
        raise LocalCloudError(NOT_RUNNING)
    try:
        return dict(json.loads((folder / "stack.json").read_text()))
    except FileNotFoundError:
        raise LocalCloudError("the laptop cloud is starting: wait until it says that it is ready") from None


def sign_in(cognito: Any, pool: str, app: str, address: str) -> str:
    """An ID token of a demo user, who has no password: it is set for this once."""
    password = secrets.token_urlsafe(16) + "aA1!"
    cognito.admin_set_user_password(UserPoolId=pool, Username=address, Password=password, Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": address, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


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
