"""local/stepfunctions-mock.json: what the functions answer in Step Functions Local, case by case.

A case is written there with the answers that make it what it is; here it gets one for each of its machine's other
tasks that decide: what the first case with one says, or else that all goes well. A new step is in every case at once.
"""

import importlib
import inspect
import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

from booking.contracts.steps import Decision
from local import documents

PATH = documents.ROOT / "local" / "stepfunctions-mock.json"


def files() -> dict[Path, str]:
    return {PATH: json.dumps(completed(json.loads(PATH.read_text())), indent=2, ensure_ascii=False) + "\n"}


def completed(mocks: dict[str, Any]) -> dict[str, Any]:
    """The mocks, with an answer of every task that decides in every case."""
    for name, tests in mocks["StateMachines"].items():
        cases = list(tests["TestCases"].values())
        for task in documents.functions_of(documents.state_machines()[name]):
            if decision := decision_of(task):
                response = next((case[task] for case in cases if task in case), f"{task}GoesWell")
                mocks["MockedResponses"].setdefault(response, _goes_well(decision))
                for case in cases:
                    case.setdefault(task, response)
    return mocks


def decision_of(task: str) -> type[Decision] | None:
    """What a task's function decides, as its handler says; None of one that decides nothing."""
    handler = importlib.import_module(f"handlers.{documents.snake_case(task)}").handler
    decided: object = get_type_hints(inspect.unwrap(handler))["return"]
    return decided if isinstance(decided, type) and issubclass(decided, Decision) else None


def _goes_well(decision: type[Decision]) -> dict[str, Any]:
    """The first of the outcomes it may have: good ones stand first."""
    outcome = get_args(decision.model_fields["outcome"].annotation)[0]
    return {"0-9": {"Return": {"Payload": decision(outcome=outcome).model_dump(mode="json")}}}
