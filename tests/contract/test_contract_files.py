"""What a program writes is as it would write it now."""

import itertools
import re
from types import ModuleType
from typing import Any

import pytest

from local import documents
from local.contract_files import WRITERS, machines, mocks, monitoring


@pytest.mark.parametrize("writer", WRITERS, ids=lambda each: each.__name__.rpartition(".")[2])
def test_a_written_file_is_not_stale(writer: ModuleType) -> None:
    stale = [str(path.relative_to(documents.ROOT)) for path, text in writer.files().items() if path.read_text() != text]
    assert stale == [], "stale, or edited by hand: make contract-files writes them"


TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "NotifyParties"}
SHARED = documents.state_machines()["reminder"]["States"]


def completed(task: dict[str, Any]) -> dict[str, Any]:
    given = {"StartAt": "NewStep", "States": {"NewStep": task, "NotifyParties": {"End": True}}}
    return dict(machines.completed(given)["States"])


def test_a_new_step_needs_no_retry_and_a_new_machine_no_notify_parties() -> None:
    states = completed(TASK)
    assert states["NewStep"] == {**TASK, "Retry": SHARED["PrepareReminder"]["Retry"]}
    assert list(states["NewStep"])[-1] == "Next", "as one would write it"
    assert states["NotifyParties"] == SHARED["NotifyParties"]


def test_a_step_names_only_its_own_errors_and_does_not_try_again_what_it_catches() -> None:
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "NotifyParties"}]
    state = completed({**TASK, "Retry": [{"ErrorEquals": ["ReservationContended"]}], "Catch": catch})["NewStep"]
    [shared], [retry] = SHARED["PrepareReminder"]["Retry"], state["Retry"]
    tried_again = [error for error in shared["ErrorEquals"] if error != "States.Timeout"]
    assert retry == {**shared, "ErrorEquals": [*tried_again, "ReservationContended"]}
    assert state["Catch"] == catch


def test_a_new_function_is_watched_and_a_sum_that_is_full_is_continued_in_another() -> None:
    """However many functions there are that somebody waits for: ten more do not fit into the alarms there are."""
    watched = documents.own_template()["Resources"]
    steps = [f"New{letter}StepFunction" for letter in "ABCDEFGHIJ"]
    for name in steps:
        watched[name] = {"Type": "AWS::Serverless::Function"}
        watched["BookingStateMachine"]["Properties"]["DefinitionSubstitutions"][f"{name}Arn"] = {}
    before, made = monitoring.resources(documents.own_template()["Resources"]), monitoring.resources(watched)
    [new] = set(made) - set(before)
    assert re.fullmatch(r"FunctionErrors\d+Alarm", new)
    sums = [made[name]["Properties"]["Metrics"][1:] for name in made if re.fullmatch(r"FunctionErrors\d*Alarm", name)]
    assert [len(each) for each in sums[:-1]] == [10] * (len(sums) - 1)
    seen = [each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"] for each in itertools.chain(*sums)]
    assert seen[-10:] == steps
    assert len(seen) == len(set(seen))


def test_a_step_that_no_case_mentions_goes_well_in_all_of_them() -> None:
    cases: dict[str, Any] = {"HappyPath": {}, "SlotTaken": {"ReserveSlot": "SlotIsTaken"}}
    made = mocks.completed({"StateMachines": {"booking": {"TestCases": cases}}, "MockedResponses": {}})
    assert cases["HappyPath"]["ValidateRequest"] == cases["SlotTaken"]["ValidateRequest"] == "ValidateRequestGoesWell"
    assert made["MockedResponses"]["ValidateRequestGoesWell"]["0-9"]["Return"]["Payload"]["outcome"] == "valid"
    assert cases["HappyPath"]["ReserveSlot"] == "SlotIsTaken", "as the first case says that has it"
