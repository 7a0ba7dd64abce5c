"""``make deploy-site`` and ``make rollback-site``: the booking site, and the way back.

A release is a folder of files that never change, ``/r/<commit>/``, and the page that names it, ``index.html``, which
comes last: whoever has the old page keeps the old files. The way back is the old page. Only that page is ever
invalidated. The stack (infrastructure/site.yaml) lives in us-east-1, and takes the application's outputs.
"""

import argparse
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops import deploy, releases, site_files
from ops.releases import ROOT, DeployError

TEMPLATE = ROOT / "infrastructure" / "site.yaml"
REGION = "us-east-1"
"""CloudFront takes certificates and firewalls from there only."""

UNTIL_TOLD = "public, max-age=0, s-maxage=86400"
"""Of the page, for CloudFront; browsers are told no-store by the template's PageHeaders."""


@dataclass
class Aws:
    """The clients that are needed, of the application's region and of the site's; tests bring their own."""

    application: deploy.Aws
    formation: Any
    files: Any
    cloudfront: Any
    region: str

    @classmethod
    def of_this_machine(cls) -> "Aws":
        session = boto3.Session()
        return cls(
            deploy.Aws.of_this_machine(),
            session.client("cloudformation", region_name=REGION),
            session.client("s3", region_name=REGION),
            session.client("cloudfront"),
            session.region_name or "",
        )


def deploy_site(aws: Aws, environment: str, desk: deploy.Desk) -> None:
    """The stack, the release's files, and at the end the page. Raises ``DeployError``."""
    own = deploy.settings(environment, desk.root)
    release = releases.release_of(desk.commit(), desk.now())
    application = aws.application.outputs(own["stack"])
    if application is None:
        raise DeployError(f"there is no stack {own['stack']}: make deploy ENV={environment} comes first")
    desk.agreed(own, f"Deploy {own['stack']}-site?")
    _deploy_stack(aws, environment, desk, application)
    site = _site(aws, own["stack"])
    folder = _folder(release)
    for name, path in site_files.files(desk.root):
        _put(aws, site, f"{folder}/{name}", path.read_bytes(), path.suffix, site_files.FOR_EVER)
    page = site_files.page(release.commit[:12], application["LoginUrl"], application["UserPoolClientId"], desk.root)
    _put(aws, site, f"{folder}/{site_files.PAGE}", page, ".html", site_files.FOR_EVER)
    _go_live(aws, site, release)
    history = [*releases.kept(aws.application.parameters, _kept_as(own["stack"])), release]
    releases.keep(aws.application.parameters, _kept_as(own["stack"]), history)
    _forget_old_files(aws, site, history)
    print(f"live: {release.name} at {site['SiteUrl']}")


def rollback_site(aws: Aws, environment: str, desk: deploy.Desk) -> None:
    """The page of the release that was live before; its files are still there. Raises ``DeployError``."""
    own = deploy.settings(environment, desk.root)
    stack = own["stack"]
    history = releases.up_to_the_one_before(releases.kept(aws.application.parameters, _kept_as(stack)))
    if not history:
        raise DeployError(f"there is no release of {stack}-site before this one")
    desk.agreed(own, f"Take {stack}-site back to {history[-1].name}?")
    _go_live(aws, _site(aws, stack), history[-1])
    releases.keep(aws.application.parameters, _kept_as(stack), history)
    print(f"live: {history[-1].name}")


def _deploy_stack(aws: Aws, environment: str, desk: deploy.Desk, application: dict[str, str]) -> None:
    here = deploy.settings(f"{environment}-site", desk.root)
    own = deploy.settings(environment, desk.root).get("parameter_overrides", "").split()
    stage = dict(each.split("=", 1) for each in own).get("StageName", "live")
    given = {
        "ApiId": application["ApiId"],
        "ApiRegion": aws.region,
        "StageName": stage,
        "LoginUrl": application["LoginUrl"],
        "SiteKey": deploy.site_key(aws.application, application),
    }
    overrides = [*here.get("parameter_overrides", "").split(), *(f"{name}={value}" for name, value in given.items())]
    config = str(desk.root / "samconfig.toml")  # SAM would look for it beside the template
    template = str(desk.root / TEMPLATE.relative_to(ROOT))
    named = ("--config-file", config, "--config-env", f"{environment}-site", "--template-file", template)
    desk.sam("deploy", *named, "--parameter-overrides", *overrides, root=desk.root)


def _site(aws: Aws, stack: str) -> dict[str, str]:
    """What the site's stack has put out. Raises ``DeployError`` when there is none."""
    found = deploy.outputs_of(aws.formation, f"{stack}-site")
    if found is None:
        raise DeployError(f"there is no stack {stack}-site in {REGION}")
    return found


def _put(aws: Aws, site: dict[str, str], key: str, body: bytes, ending: str, cache: str) -> None:
    kind = site_files.TYPES[ending]
    aws.files.put_object(Bucket=site["FilesBucket"], Key=key, Body=body, ContentType=kind, CacheControl=cache)


def _go_live(aws: Aws, site: dict[str, str], release: releases.Release) -> None:
    """The release's own page becomes everybody's. Raises ``DeployError`` when it is not there any more."""
    bucket = site["FilesBucket"]
    try:
        kept = aws.files.get_object(Bucket=bucket, Key=f"{_folder(release)}/{site_files.PAGE}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise DeployError(f"the files of {release.name} were deleted: deploy that commit") from None
    _put(aws, site, site_files.PAGE, kept["Body"].read(), ".html", UNTIL_TOLD)
    # A path as it came in, and as DeepLinks left it: CloudFront's documentation asks for both.
    paths = ["/", f"/{site_files.PAGE}"]
    aws.cloudfront.create_invalidation(
        DistributionId=site["DistributionId"],
        InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": paths},
            "CallerReference": uuid.uuid4().hex,
        },
    )


def _forget_old_files(aws: Aws, site: dict[str, str], history: list[releases.Release]) -> None:
    """Those of releases that nobody can go back to. A release is one though this fails."""
    kept, bucket = {f"{_folder(each)}/" for each in history[-releases.KEPT :]}, site["FilesBucket"]
    try:
        pages = aws.files.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="r/")
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        old = [key for key in keys if not any(key.startswith(folder) for folder in kept)]
        for start in range(0, len(old), 1000):  # S3's limit
            aws.files.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in old[start:][:1000]]})
    except ClientError as error:
        print(f"old files are still there: {error}", file=sys.stderr)


def _folder(release: releases.Release) -> str:
    return f"r/{release.commit[:12]}"


def _kept_as(stack: str) -> str:
    return f"{stack}-site"


COMMANDS: dict[str, Callable[[Aws, str, deploy.Desk], None]] = {"deploy": deploy_site, "rollback": rollback_site}


def main() -> int:
    parser = argparse.ArgumentParser(prog="site", description="Releases the booking site, or takes a release back.")
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument("environment")
    given = parser.parse_args()
    try:
        COMMANDS[given.what](Aws.of_this_machine(), given.environment, deploy.Desk(deploy.sam))
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
