"""``make run`` and ``make demo``: the whole system on a laptop, and one booking to see it work."""

import argparse
import json
import signal
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import psycopg2

from local import demo, examples, newcomer, paying
from local.api import call
from local.cloud import FREE_STARTS, LaptopCloud
from local.errors import LocalCloudError
from local.pages import FAULTS, INBOX
from local.places import Ports, local_folder
from local.telling import Sent, headline, say, show, tell


def main() -> int:
    """0: everything went well, or the person at the keyboard ended it. 1: something did not work, said in one line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--demo", action="store_true", help="follow a booking, one that is paid for, and a newcomer; end"
    )
    only_demo = arguments.parse_args().demo
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    signal.signal(signal.SIGINT, _as_ctrl_c)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, _as_ctrl_c)  # the terminal was closed
    cloud = None
    try:
        cloud = LaptopCloud(local_folder(), Ports(), say)
        stack = cloud.start()
        key = book_one(cloud, stack)
        if only_demo:
            live_on(cloud, stack, key)
            states = cloud.client("stepfunctions")
            paying.pay_and_be_paid_back(states, stack, _start_for_the_demo(stack))
            newcomer.come_and_book(states, stack, _start_for_the_demo(stack))
        else:
            show_the_way(stack)
            _stay_up(cloud)
    except LocalCloudError as error:
        return _failed(cloud, str(error))
    except Exception as error:  # whatever a part of the cloud threw at us: one line for people, the rest in a file
        log = local_folder() / "run.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc())
        return _failed(cloud, f"{type(error).__name__}: see {log}, then start again")
    except KeyboardInterrupt:
        print()
    finally:
        if cloud is not None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave anything behind
            cloud.stop()
    return 0


def _failed(cloud: LaptopCloud | None, line: str) -> int:
    crashed = cloud.crashed() if cloud is not None else None
    print(f"✗ {crashed or line}", file=sys.stderr)
    return 1


def book_one(cloud: LaptopCloud, stack: dict[str, Any]) -> str:
    """Books the demo session, shows each step, returns its key. Raises ``LocalCloudError`` when no message is sent."""
    token = stack["users"]["client"]["id_token"]
    request = {
        "therapist_id": stack["demo"]["therapist_id"],
        "service_id": stack["demo"]["service_id"],
        "starts_at": _start_for_the_demo(stack),
    }
    key = f"demo-{uuid.uuid4()}"
    sent = Sent(stack)

    headline("A client asks for a session")
    say(f"POST {stack['api_url']}/v1/bookings\nIdempotency-Key: {key}\n{json.dumps(request, indent=2)}")
    accepted = call(
        "POST", f"{stack['api_url']}/v1/bookings", token=token, headers={"Idempotency-Key": key}, body=request
    )
    show(accepted)
    if accepted.status != 202:
        raise LocalCloudError(f"the booking was not accepted: {accepted.status}")

    headline("The workflow")
    tell(cloud.client("stepfunctions"), stack["state_machine_arn"], key)

    headline("What the client sees")
    final = call("GET", accepted.location, token=token)
    say(f"GET {accepted.location}")
    show(final)

    headline("The messages, as they were sent")
    sent.show_new()
    unsent = [each for each in final.body["notifications"] if each["status"] != "sent"]
    if final.body["status"] != "confirmed" or unsent or not final.body["notifications"]:
        raise LocalCloudError(f"the booking is {final.body['status']}, with {len(unsent)} messages unsent")
    return key


def live_on(cloud: LaptopCloud, stack: dict[str, Any], key: str) -> None:
    """The rest of a booking's life: moved, reminded of (the clock is moved, not waited for), cancelled."""
    there = _start_for_the_demo(stack)
    headline("The client moves it")
    _change(cloud, stack, key, "rescheduling", {"starts_at": there}, "moved")

    headline("A day before, the schedule finds the reminder")
    sent, now = Sent(stack), datetime.fromisoformat(there) - timedelta(hours=23, minutes=58)
    say(f"StartReminders, as if it were {now:%Y-%m-%dT%H:%M:%SZ}")
    answer = cloud.invoke(stack["functions"]["StartReminders"], {"time": f"{now:%Y-%m-%dT%H:%M:%SZ}"})
    say(f"→ {json.dumps(answer)}")
    sent.wait_for(1)
    sent.show_new()

    headline("The client cancels it")
    _change(cloud, stack, key, "cancellation", {}, "cancelled")


def _change(cloud: LaptopCloud, stack: dict[str, Any], key: str, kind: str, body: dict[str, str], outcome: str) -> None:
    token, change_id, sent = stack["users"]["client"]["id_token"], f"demo-{uuid.uuid4()}", Sent(stack)
    url = f"{stack['api_url']}/v1/bookings/{key}/{kind}"
    say(f"POST {url}\nIdempotency-Key: {change_id}\n{json.dumps(body)}")
    accepted = call("POST", url, token=token, headers={"Idempotency-Key": change_id}, body=body)
    show(accepted)
    if accepted.status != 202:
        raise LocalCloudError(f"the change was not accepted: {accepted.status}")
    tell(cloud.client("stepfunctions"), stack[f"{kind}_state_machine_arn"], change_id)
    final = call("GET", accepted.location, token=token)
    sent.show_new()
    if final.body.get("outcome") != outcome:
        raise LocalCloudError(f"the change came to {final.body.get('outcome')}")


def _start_for_the_demo(stack: dict[str, Any]) -> str:
    """A free time that is not one of those stack.json offers."""
    connection = psycopg2.connect(stack["database_url"])
    try:
        start = demo.free_starts(connection, datetime.now(UTC), FREE_STARTS + 1)[-1]
    finally:
        connection.close()
    return start.isoformat().replace("+00:00", "Z")


def show_the_way(stack: dict[str, Any]) -> None:
    """Where things are, and what to write next: it fits a terminal of 80 columns and 24 lines."""
    aws = stack["aws_endpoint_url"]
    headline("Yours to try")
    say(f"""Book     {stack["site_url"]}
         sign up, or in as {demo.USERS["client"][1]}: the code is in the inbox
Inbox    {stack["site_url"]}{INBOX}   all that was sent
Faults   {stack["site_url"]}{FAULTS}  break things, and mend them
API      {stack["api_url"]}/v1
AWS      --endpoint-url {aws} --region {stack["region"]}
         with AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
Rest     .local/stack.json

In another terminal, a booking:

{examples.booking(stack, stack["demo"]["starts_at"][0])}

  make examples        more to paste: free slots, a series, signing up
  make postgres-stop   an outage, and `make` alone lists every command

Ready. Ctrl-C stops everything.""")


def _stay_up(cloud: LaptopCloud) -> None:
    was_up = True
    while True:
        time.sleep(0.5)
        if crashed := cloud.crashed():
            raise LocalCloudError(crashed)
        is_up = cloud.database_is_up()
        if was_up and not is_up:
            say(
                "✗ PostgreSQL has stopped: bookings are accepted and wait for it. `make postgres-start` brings it back."
            )
        if is_up and not was_up:
            say("✓ PostgreSQL is back.")
        was_up = is_up


def _as_ctrl_c(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
