"""What the emulator's Step Functions lacks, as far as this project can see it.

- ``StartExecution`` refuses illegal names and input that is no JSON, and gives the same answer again to the same
  request while it runs;
- a task that waits for a callback fails when the function it calls fails, and has ``TimeoutSecondsPath``;
- each attempt of a task that waits for a callback gets a token of its own;
- the history names the states inside a Map, and links each event to the one before it (``previousEventId``);
- ``RedriveExecution``: same ARN, on from the state that failed, and of a Map only the items that did not succeed; the
  same ``clientToken`` again redrives nothing again;
- executions outlive the emulator: what had ended can be looked at and redriven, what was under way goes on;
- how long it waits can be changed while it waits (``local.faults``).

MiniStack's interpreter evaluates the states; running an execution from state to state is done here, because a redrive
has to begin in the middle.
"""

import contextvars
import json
import re
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ministack.services import eventbridge
from ministack.services import stepfunctions as ministack

from local import faults
from local.places import open_private

Response = tuple[int, dict[str, str], bytes]

REDRIVABLE_DAYS = 14
REDRIVE_TOKENS, REDRIVE_TOKEN_MINUTES = 10, 15
KEPT_DAYS = 90
"""So long Step Functions keeps what has ended."""
KEPT_SUCCEEDED = 500
"""So many executions that succeeded are kept over a restart: each has tens of kilobytes of history."""
WAIT_SLICE_SECONDS = 0.25
"""So soon a wait goes by another scale."""
START_SECONDS = 0.15
"""Step Functions answers StartExecution before the first state runs."""

_EXECUTION_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")
_UNSUCCESSFUL = ("FAILED", "ABORTED", "TIMED_OUT")

_original_start = ministack._start_execution
_original_describe = ministack._describe_execution
_original_list = ministack._list_executions
_original_parameters = ministack._apply_parameters
_original_task = ministack._execute_task
_original_callback = ministack._invoke_with_callback
_original_sub_machine = ministack._run_sub_machine
_original_request = ministack.handle_request

_previous_event: contextvars.ContextVar[int] = contextvars.ContextVar("previous_event", default=0)


def install() -> None:
    """Puts everything below in the places of MiniStack's own."""
    ministack._start_execution = start_execution
    ministack._describe_execution = describe_execution
    ministack._list_executions = list_executions
    ministack._apply_parameters = apply_parameters
    ministack._execute_task = execute_task
    ministack._invoke_with_callback = invoke_with_callback
    ministack._run_sub_machine = run_sub_machine
    ministack._run_execution = run_execution
    ministack._add_event = add_event
    ministack._emit_execution_status_event = emit_status_event
    ministack.handle_request = handle_request
    ministack._scaled_sleep = scaled_sleep


def scale_of_waits() -> float:
    """What part of a wait is really waited for: 1 as on AWS, 0 nothing."""
    return usual_scale_of_waits() if faults.current.waits is None else faults.current.waits


def usual_scale_of_waits() -> float:
    """The scale that the laptop cloud was started with: SFN_WAIT_SCALE."""
    return float(ministack._SFN_WAIT_SCALE)


def scaled_sleep(seconds: float) -> None:
    """Waits, by the scale that holds at each moment: what waits already goes on by a new one."""
    while seconds > 0 and (scale := scale_of_waits()) > 0:
        slept = min(seconds * scale, WAIT_SLICE_SECONDS)
        time.sleep(slept)
        seconds -= slept / scale


async def handle_request(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
) -> Response:
    if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
        answer: Response = ministack._finalize_response(redrive_execution(json.loads(body)))
        return answer
    return await _original_request(method, path, headers, body, query)  # type: ignore[no-any-return]  # untyped


# -- Starting --------------------------------------------------------------------------------------------------------


def start_execution(data: dict[str, Any]) -> Response:
    name = data.get("name")
    if name is not None and not _EXECUTION_NAME.fullmatch(name):
        return _error("InvalidName", f"Invalid Name: '{name}'")
    try:
        json.loads(data.get("input", "{}"))
    except ValueError:
        return _error("InvalidExecutionInput", "Invalid State Machine Execution Input: not JSON")
    answer: Response = _original_start(data)
    refusal = json.loads(answer[2])
    if refusal.get("__type") == "ExecutionAlreadyExists":
        execution = ministack._executions[refusal["message"].split("'")[1]]
        if execution["status"] == "RUNNING" and execution["input"] == data.get("input", "{}"):
            return (
                200,
                answer[1],
                json.dumps({name: execution[name] for name in ("executionArn", "startDate")}).encode(),
            )
    return answer


def apply_parameters(state: dict[str, Any], data: Any, context: dict[str, Any] | None = None) -> Any:
    if context is not None and state.get("Resource", "").endswith(".waitForTaskToken"):
        context["Task"] = {"Token": str(uuid.uuid4())}  # this is called anew for each attempt
    return _original_parameters(state, data, context)


# -- Running, from the start or from where it failed -----------------------------------------------------------------


def run_execution(arn: str) -> None:
    """Runs an execution to its end, in a thread of its own."""
    execution = ministack._executions[arn]
    machine = ministack._state_machines[execution["stateMachineArn"]]
    definition = json.loads(machine["definition"])
    given = json.loads(execution["input"])
    context = {
        "QueryLanguage": "JSONPath",
        "Execution": {"Id": arn, "Input": given, "Name": execution["name"], "StartTime": execution["startDate"]},
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    _previous_event.set(len(execution["events"]))
    entered = execution.get("entered")  # the state that failed: a redrive does not enter it again
    if entered is None:
        time.sleep(START_SECONDS)
        entered = {"name": definition["StartAt"], "input": given}
        _enter(execution, definition["States"][entered["name"]]["Type"], entered["name"], given)
    try:
        while execution["status"] == "RUNNING":
            execution["entered"] = entered
            output, following = _evaluate(definition["States"][entered["name"]], entered, execution, context)
            _exit(execution, definition["States"][entered["name"]]["Type"], entered["name"], output)
            if following is None:
                _end(execution, "SUCCEEDED", output=json.dumps(output))
                return
            entered = {"name": following, "input": output}
            execution["finishedItems"] = {}  # a Map may be entered twice: items of its last time do not count
            _enter(execution, definition["States"][following]["Type"], following, output)
    except ministack._ExecutionError as failed:
        _end(execution, "FAILED", error=failed.error, cause=failed.cause)
    except Exception as bug:
        ministack.logger.exception("the interpreter failed at %s", entered)
        _end(execution, "FAILED", error="States.Runtime", cause=str(bug))


def _evaluate(
    state: dict[str, Any], entered: dict[str, Any], execution: dict[str, Any], context: dict[str, Any]
) -> tuple[Any, str | None]:
    context["State"] = {"Name": entered["name"], "EnteredTime": ministack.now_iso(), "RetryCount": 0}
    kind, given = state["Type"], entered["input"]
    if kind == "Succeed":
        return ministack._apply_output_path(state, ministack._apply_input_path(state, given, context), context), None
    if kind == "Fail":
        raise ministack._ExecutionError(*ministack._fail_state_error(state, given, context))
    with_history = {"Task": execute_task, "Map": ministack._execute_map, "Parallel": ministack._execute_parallel}
    plain = {"Pass": ministack._execute_pass, "Choice": ministack._execute_choice, "Wait": ministack._execute_wait}
    arguments = (given, execution, context) if kind in with_history else (given, context)
    output, following = (with_history | plain)[kind](state, *arguments)
    return output, following


def run_sub_machine(
    states: dict[str, Any], start_at: str, given: Any, execution: dict[str, Any], context: dict[str, Any]
) -> Any:
    """One item of a Map. An item that succeeded before a redrive keeps its result."""
    if "Map" not in context:
        return _original_sub_machine(states, start_at, given, execution, context)
    name, index = context["State"]["Name"], context["Map"]["Item"]["Index"]
    finished = execution.setdefault("finishedItems", {})
    key = f"{name}/{index}"
    if key not in finished:
        add_event(execution, "MapIterationStarted", {"mapIterationStartedEventDetails": {"name": name, "index": index}})
        try:
            finished[key] = _original_sub_machine(states, start_at, given, execution, context)
        except ministack._ExecutionError:
            details = {"mapIterationFailedEventDetails": {"name": name, "index": index}}
            add_event(execution, "MapIterationFailed", details)
            raise
        details = {"mapIterationSucceededEventDetails": {"name": name, "index": index}}
        add_event(execution, "MapIterationSucceeded", details)
    return finished[key]


def execute_task(
    state: dict[str, Any], given: Any, execution: dict[str, Any], context: dict[str, Any]
) -> tuple[Any, str | None]:
    """A task; one inside a Map enters and exits in the history too."""
    inside, name = "Map" in context, context["State"]["Name"]
    if inside:
        _enter(execution, "Task", name, given)
    if "TimeoutSecondsPath" in state:
        state = {**state, "TimeoutSeconds": ministack._resolve_path(state["TimeoutSecondsPath"], given)}
    output, following = _original_task(state, given, execution, context)
    if inside:
        _exit(execution, "Task", name, output)
    return output, following


def invoke_with_callback(resource: str, given: Any, token: str, state: dict[str, Any]) -> Any:
    """A function that fails fails its task, which is then not waited for."""
    if "lambda:invoke" not in resource:
        return _original_callback(resource, given, token, state)
    waiting: dict[str, Any] = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None}
    ministack._task_tokens[token] = waiting
    try:
        function = ministack._resolve_lambda_function_ref(given["FunctionName"], optimized=True)
        ministack._call_lambda(function, given["Payload"])
        answered = waiting["event"].wait(state["TimeoutSeconds"])
    finally:
        ministack._task_tokens.pop(token, None)
    if not answered:
        raise ministack._ExecutionError("States.Timeout", "Task timed out waiting for callback")
    if waiting["error"]:
        raise ministack._ExecutionError(waiting["error"]["Error"], waiting["error"]["Cause"])
    return json.loads(waiting["result"])


# -- Redriving -------------------------------------------------------------------------------------------------------


def redrive_execution(data: dict[str, Any]) -> Response:
    """See the API reference of RedriveExecution."""
    execution = ministack._executions.get(data.get("executionArn"))
    if execution is None:
        return _error("ExecutionDoesNotExist", f"Execution Does Not Exist: '{data.get('executionArn')}'")
    token, tokens = data.get("clientToken"), _known_tokens(execution)
    if token in tokens:
        return _redriven(tokens[token])
    reason = _why_not_redrivable(execution)
    if reason is not None:
        return _error("ExecutionNotRedrivable", reason)
    redriven_at = ministack.now_iso()
    if token is not None:
        execution["clientTokens"] = {**tokens, token: redriven_at}
    execution.update(
        status="RUNNING",
        redriveCount=execution.get("redriveCount", 0) + 1,
        redriveDate=redriven_at,
        stopDate=None,
        error=None,
        cause=None,
        output=None,
    )
    details = {"executionRedrivenEventDetails": {"redriveCount": execution["redriveCount"]}}
    _previous_event.set(len(execution["events"]))
    add_event(execution, "ExecutionRedriven", details)
    emit_status_event(execution)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run_execution, execution["executionArn"]), daemon=True).start()
    return _redriven(redriven_at)


def _known_tokens(execution: dict[str, Any]) -> dict[str, str]:
    """The tokens of redrives that were made, with when: "the last 10 […] valid for up to 15 minutes", says the API."""
    oldest = (datetime.now(UTC) - timedelta(minutes=REDRIVE_TOKEN_MINUTES)).isoformat()
    known = list(execution.get("clientTokens", {}).items())[-REDRIVE_TOKENS:]
    return {token: at for token, at in known if at > oldest}


def _redriven(at: str) -> Response:
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps({"redriveDate": at}).encode()


def _why_not_redrivable(execution: dict[str, Any]) -> str | None:
    if execution["status"] not in _UNSUCCESSFUL:
        return f"Execution is {execution['status']} and cannot be redriven"
    if "entered" not in execution:
        return "Execution history event limit exceeded"
    stopped = datetime.fromisoformat(execution["stopDate"])
    if datetime.now(UTC) - stopped > timedelta(days=REDRIVABLE_DAYS):
        return "Execution redrivable period exceeded"
    return None


def _redrive_view(execution: dict[str, Any]) -> dict[str, Any]:
    reason = _why_not_redrivable(execution)
    view = {
        "redriveCount": execution.get("redriveCount", 0),
        "redriveStatus": "REDRIVABLE" if reason is None else "NOT_REDRIVABLE",
    }
    if reason is not None:
        view["redriveStatusReason"] = reason
    if execution.get("redriveDate"):
        view["redriveDate"] = execution["redriveDate"]
    return view


def describe_execution(data: dict[str, Any]) -> Response:
    status, headers, body = _original_describe(data)
    if status != 200:
        return status, headers, body
    view = _redrive_view(ministack._executions[data["executionArn"]])
    return status, headers, json.dumps({**json.loads(body), **view}).encode()


def list_executions(data: dict[str, Any]) -> Response:
    status, headers, body = _original_list(data)
    if status != 200:
        return status, headers, body
    answer = json.loads(body)
    for item in answer["executions"]:
        view = _redrive_view(ministack._executions[item["executionArn"]])
        item.update({name: view[name] for name in ("redriveCount", "redriveDate") if name in view})
    wanted = data.get("redriveFilter")
    if wanted is not None:
        redriven = wanted == "REDRIVEN"
        answer["executions"] = [item for item in answer["executions"] if (item["redriveCount"] > 0) is redriven]
    return status, headers, json.dumps(answer).encode()


# -- Outliving the emulator ------------------------------------------------------------------------------------------


def save(path: Path) -> None:
    """Writes down the executions, to be read only by their owner: unsuccessful ones, those under way, the last others.

    Once the emulator takes no more requests. What has ended longer ago than Step Functions would keep it is left out.
    """
    found = ministack._executions._data.items()
    oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
    recent = [each for each in found if (each[1]["stopDate"] or "9") > oldest]
    succeeded = sorted(each[1]["stopDate"] for each in recent if each[1]["status"] == "SUCCEEDED")
    since = succeeded[-KEPT_SUCCEEDED] if len(succeeded) > KEPT_SUCCEEDED else ""
    kept = [each for each in recent if each[1]["status"] != "SUCCEEDED" or each[1]["stopDate"] >= since]
    with open_private(path) as file:
        file.write(json.dumps(kept).encode())


def load(path: Path) -> None:
    """Reads what ``save`` wrote, if it did. What was under way waits for ``resume``."""
    if path.exists():
        ministack._executions._data.update({tuple(key): execution for key, execution in json.loads(path.read_text())})
        path.unlink()  # of a later run that is killed there is nothing to read: better than what was before it


def resume() -> dict[str, Any]:
    """Goes on with what was under way when the emulator stopped, as a redrive does; called once the stack is there.

    The state that was entered runs again, with all its attempts: every step may run twice. Answers the names of these
    executions, and how many have failed before.
    """
    known = list(ministack._executions._data.values())
    waiting = [each for each in known if each["status"] == "RUNNING"]
    for execution in waiting:
        threading.Thread(target=run_execution, args=(execution["executionArn"],), daemon=True).start()
    return {
        "resumed": [execution["name"] for execution in waiting],
        "failed": sum(each["status"] in _UNSUCCESSFUL for each in known),
    }


# -- History and events ----------------------------------------------------------------------------------------------


_history = threading.Lock()


def add_event(execution: dict[str, Any], kind: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """Appends to the history. Each thread of execution (an item of a Map) links to its own last event."""
    with _history:
        event = {
            "id": len(execution["events"]) + 1,
            "previousEventId": _previous_event.get(),
            "type": kind,
            "timestamp": ministack.now_iso(),
            **(details or {}),
        }
        execution["events"].append(event)
    _previous_event.set(event["id"])
    return event


def _enter(execution: dict[str, Any], kind: str, name: str, given: Any) -> None:
    details = {"stateEnteredEventDetails": {"name": name, "input": json.dumps(given)}}
    add_event(execution, f"{kind}StateEntered", details)


def _exit(execution: dict[str, Any], kind: str, name: str, output: Any) -> None:
    details = {"stateExitedEventDetails": {"name": name, "output": json.dumps(output)}}
    add_event(execution, f"{kind}StateExited", details)


def _end(execution: dict[str, Any], status: str, **outcome: Any) -> None:
    if execution["status"] != "RUNNING":
        return  # stopped meanwhile: it stays ABORTED
    execution.update(status=status, stopDate=ministack.now_iso(), **outcome)
    name = status.capitalize()
    add_event(execution, f"Execution{name}", {f"execution{name}EventDetails": outcome})
    emit_status_event(execution)


def emit_status_event(execution: dict[str, Any]) -> None:
    """Tells EventBridge of a change of status, as AWS does for standard workflows; MiniStack's knows no redrive."""
    detail = {
        **{
            name: execution.get(name)
            for name in ("executionArn", "stateMachineArn", "name", "status", "input", "output")
        },
        **{name: execution.get(name) for name in ("error", "cause")},
        **{name: ministack._iso_to_epoch_ms(execution.get(name)) for name in ("startDate", "stopDate", "redriveDate")},
        **_redrive_view(execution),
    }
    entry = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Detail": json.dumps(detail),
        "Resources": [execution["executionArn"]],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _error(kind: str, message: str) -> Response:
    error = {"__type": kind, "message": message}
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(error).encode()
