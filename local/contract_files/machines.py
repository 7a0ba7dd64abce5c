"""What the state machines share, written into each of them from statemachines/shared/.

A machine is edited in its own file; of that file two things are written here:

- ``NotifyParties``, and what asks somebody first, is shared/notify_parties.json. The machine has only where it leads
  to (its Next, or End), and of the others their Comment.
- A machine with ``AwaitPayment`` has all states of shared/payment_hold.json: what is held is paid for, or free again.
- The Retry of a task that invokes a function is shared/lambda_retry.json, and after its errors those of ours that the
  step names beside them. A new step needs no Retry at all, or only its own errors:
  ``"Retry": [{"ErrorEquals": ["ReservationContended"]}]``.
"""

import json
from pathlib import Path
from typing import Any

from local.documents import ROOT

MACHINES = ROOT / "statemachines"
LEADS_ON = ("Catch", "Next", "End")
"""What stands at the end of a state, after its Retry."""
NOTIFIES = {
    "NotifyParties": "DeliverNotification",
    "NotifyApprover": "DeliverToApprover",
    "NotifyPayer": "DeliverToPayer",
}
"""States that deliver messages, with the state that delivers one."""


def files() -> dict[Path, str]:
    return {path: _text(completed(json.loads(path.read_text()))) for path in sorted(MACHINES.glob("*.asl.json"))}


def completed(machine: dict[str, Any]) -> dict[str, Any]:
    """The machine with the shared parts as they are in shared/."""
    hold = _shared("payment_hold") if "AwaitPayment" in machine["States"] else {}
    apart = [name for name in hold if name != "OpenCheckout"]
    states = dict[str, Any]()
    for name, state in machine["States"].items():
        if name not in apart:  # they stand together, where the first of them stands
            states |= hold if name == "OpenCheckout" and hold else {name: state}
    states = {name: _with_retry(state) for name, state in states.items()}
    for name, delivers in NOTIFIES.items():
        if told := states.get(name):
            states[name] = _notifies(told, delivers)
    return {**machine, "States": states}


def _notifies(state: dict[str, Any], delivers: str) -> dict[str, Any]:
    """As ``NotifyParties``, with a name of its own for its inner state: names are unique in a whole machine."""
    shared = _shared("notify_parties")
    inner = shared["ItemProcessor"]
    [delivery] = inner["States"].values()
    shared["ItemProcessor"] = {**inner, "StartAt": delivers, "States": {delivers: delivery}}
    own = {} if delivers == "DeliverNotification" else _of(state, ("Comment",))
    return shared | own | _of(state, LEADS_ON)


def _with_retry(state: dict[str, Any]) -> dict[str, Any]:
    """A task that invokes a function, with its Retry; any other state as it is."""
    if "lambda:invoke" not in state.get("Resource", ""):
        return state
    shared = _shared("lambda_retry")
    caught = {error for each in state.get("Catch", []) for error in each["ErrorEquals"]}  # and so not tried again
    named = [error for each in state.get("Retry", []) for error in each["ErrorEquals"]]
    ours = [error for error in named if "." not in error and error not in shared["ErrorEquals"]]
    errors = [error for error in shared["ErrorEquals"] if error not in caught] + ours
    own = {key: value for key, value in state.items() if key not in (*LEADS_ON, "Retry")}
    return own | {"Retry": [shared | {"ErrorEquals": errors}]} | _of(state, LEADS_ON)


def _shared(name: str) -> dict[str, Any]:
    return dict(json.loads((MACHINES / "shared" / f"{name}.json").read_text()))


def _of(state: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: state[key] for key in keys if key in state}


def _text(machine: dict[str, Any]) -> str:
    return json.dumps(machine, indent=2, ensure_ascii=False) + "\n"
