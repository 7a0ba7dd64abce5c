"""CodeDeploy's part in a release: how traffic goes over, and what stops it.

The template says canary and alarms. An urgent release disables the alarms of every deployment group in words, and
enables them again: a group that is told of no alarms keeps those it has, and an alarm that sounds already stops a
deployment before it begins, also the one that mends what it sounds for.
"""

from typing import Any

CANARY, ALL_AT_ONCE = "CodeDeployDefault.LambdaCanary10Percent5Minutes", "CodeDeployDefault.LambdaAllAtOnce"


def set_brakes(codedeploy: Any, application: str, *, on: bool) -> None:
    """Makes every group of the application a canary with alarms, or all at once without."""
    pages = codedeploy.get_paginator("list_deployment_groups").paginate(applicationName=application)
    for group in [name for page in pages for name in page["deploymentGroups"]]:
        known = codedeploy.get_deployment_group(applicationName=application, deploymentGroupName=group)
        info = known["deploymentGroupInfo"]
        alarms = info.get("alarmConfiguration", {})
        config = CANARY if on else ALL_AT_ONCE
        if (alarms.get("enabled", False), info["deploymentConfigName"]) != (on, config):
            codedeploy.update_deployment_group(
                applicationName=application,
                currentDeploymentGroupName=group,
                deploymentConfigName=config,
                alarmConfiguration={**alarms, "enabled": on},
            )
