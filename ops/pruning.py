"""Old versions go, which CloudFormation keeps: each release leaves one of every function, in a quota of 75 GB.

What stays: what an alias names, the last few, and what an execution may still need. An execution runs on its machine's
version to the end, and one that failed may be redriven on it for fourteen days; the definition of that version names
the functions' versions.
"""

import re
from datetime import datetime, timedelta
from typing import Any

REDRIVABLE = timedelta(days=14)
KEPT = 3
UNDER_WAY, UNSUCCESSFUL = ("RUNNING", "PENDING_REDRIVE"), ("FAILED", "TIMED_OUT", "ABORTED")


def prune(functions: Any, states: Any, names: list[str], machines: list[str], alias: str, now: datetime) -> int:
    """Deletes versions of these functions and state machines (ARNs) that nothing may need; says how many."""
    deleted, definitions = 0, []
    for machine in machines:
        needed = _needed_of(states, machine, alias, now)
        if needed is None:
            return deleted  # what an execution without a version may still need is not known: nothing is deleted
        found = states.list_state_machine_versions(stateMachineArn=machine, maxResults=1000)["stateMachineVersions"]
        versions = sorted((each["stateMachineVersionArn"] for each in found), key=_number)
        needed |= set(versions[-KEPT:])
        definitions += [states.describe_state_machine(stateMachineArn=arn)["definition"] for arn in sorted(needed)]
        definitions.append(states.describe_state_machine(stateMachineArn=machine)["definition"])
        for arn in versions:
            if arn not in needed:
                states.delete_state_machine_version(stateMachineVersionArn=arn)
                deleted += 1
    named = set(re.findall(r":function:([\w-]+:\d+)", "".join(definitions)))
    for function in names:
        pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=function)
        published = sorted(int(v["Version"]) for page in pages for v in page["Versions"] if v["Version"] != "$LATEST")
        live = functions.get_alias(FunctionName=function, Name=alias)
        weights = live.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        kept = {int(live["FunctionVersion"]), *map(int, weights), *published[-KEPT:]}
        for version in published:
            if version not in kept and f"{function}:{version}" not in named:
                functions.delete_function(FunctionName=function, Qualifier=str(version))
                deleted += 1
    return deleted


def _needed_of(states: Any, machine: str, alias: str, now: datetime) -> set[str] | None:
    """The versions that an alias or an execution names; None when an execution was started without a version."""
    routed = states.describe_state_machine_alias(stateMachineAliasArn=f"{machine}:{alias}")["routingConfiguration"]
    needed = {each["stateMachineVersionArn"] for each in routed}
    for status in (*UNDER_WAY, *UNSUCCESSFUL):
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter=status)
        for execution in (each for page in pages for each in page["executions"]):
            if status in UNSUCCESSFUL and execution["stopDate"] < now - REDRIVABLE:
                continue  # not break: the list is in order of starts, not of ends
            if "stateMachineVersionArn" not in execution:
                return None
            needed.add(execution["stateMachineVersionArn"])
    return needed


def _number(version: str) -> int:
    return int(version.rsplit(":", 1)[1])
