"""``make deploy-site`` and ``make rollback-site``, against the laptop cloud's CloudFormation, S3 and CloudFront."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local import documents
from ops import deploy, site, site_files
from ops.releases import DeployError
from tests.e2e.conftest import Cloud

FIRST, SECOND = "a" * 40, "b" * 40
STACK = "therapist-booking-staging"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout of its own, whose staging is the stack that runs in the laptop cloud."""
    shutil.copytree(documents.ROOT / "web", tmp_path / "web")
    shutil.copytree(documents.ROOT / "infrastructure", tmp_path / "infrastructure")
    config = (documents.ROOT / "samconfig.toml").read_text()
    config = config.replace('stack_name = "therapist-booking-staging"', 'stack_name = "therapist-booking"')
    config = config.replace('stack_name = "therapist-booking-staging-site"', 'stack_name = "therapist-booking-site"')
    (tmp_path / "samconfig.toml").write_text(config)
    return tmp_path


@pytest.fixture
def aws(cloud: Cloud) -> Iterator[site.Aws]:
    names = ("cloudformation", "lambda", "stepfunctions", "ssm", "codedeploy", "apigateway")
    application = deploy.Aws(*(cloud.client(name) for name in names))
    made = site.Aws(
        application, application.cloudformation, cloud.client("s3"), cloud.client("cloudfront"), "us-east-1"
    )
    yield made
    bucket = (deploy.outputs_of(made.formation, "therapist-booking-site") or {})["FilesBucket"]
    made.formation.delete_stack(StackName="therapist-booking-site")
    application.parameters.delete_parameter(Name="/therapist-booking-site/releases")
    assert bucket


@pytest.fixture
def sam(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The SAM CLI, which talks to the laptop cloud."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.stack["aws_endpoint_url"])
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("SAM_CLI_TELEMETRY", "0")
    monkeypatch.setenv("SAM_CLI_POLL_DELAY", "0.1")
    return deploy.sam


def desk(sam: Any, root: Path, commit: str) -> deploy.Desk:
    return deploy.Desk(sam, commit=lambda: commit, root=root, now=lambda: datetime(2027, 3, 1, 9, tzinfo=UTC))


def test_a_release_goes_live_with_its_page_and_goes_back_by_the_page_before(
    cloud: Cloud, aws: site.Aws, sam: Any, root: Path
) -> None:
    site.deploy_site(aws, "staging", desk(sam, root, FIRST))
    outputs = deploy.outputs_of(aws.formation, "therapist-booking-site") or {}
    bucket = outputs["FilesBucket"]

    def read(key: str) -> Any:
        return aws.files.get_object(Bucket=bucket, Key=key)

    for name, path in site_files.files():
        kept = read(f"r/{FIRST[:12]}/{name}")
        assert kept["Body"].read() == path.read_bytes()
        assert kept["CacheControl"] == "public, max-age=31536000, immutable"
    first = read("index.html")["Body"].read().decode()
    assert f'src="/r/{FIRST[:12]}/app.js"' in first
    assert f'content="{cloud.stack["user_pool_client_id"]}"' in first
    assert "{{" not in first

    (root / "web" / "app.js").write_text("// another\n")
    site.deploy_site(aws, "staging", desk(sam, root, SECOND))
    assert f"/r/{SECOND[:12]}/app.js" in read("index.html")["Body"].read().decode()
    assert read(f"r/{SECOND[:12]}/app.js")["Body"].read() == b"// another\n"
    assert read(f"r/{FIRST[:12]}/app.js")["Body"].read() != b"// another\n", "who has the old page has its files"

    site.rollback_site(aws, "staging", desk(sam, root, SECOND))
    assert read("index.html")["Body"].read().decode() == first
    with pytest.raises(DeployError, match="no release"):
        site.rollback_site(aws, "staging", desk(sam, root, SECOND))
    invalidated = aws.cloudfront.list_invalidations(DistributionId=outputs["DistributionId"])["InvalidationList"]
    paths = {
        path
        for each in invalidated["Items"]
        for path in aws.cloudfront.get_invalidation(DistributionId=outputs["DistributionId"], Id=each["Id"])[
            "Invalidation"
        ]["InvalidationBatch"]["Paths"]["Items"]
    }
    assert paths == {"/", "/index.html"}, "files never change"
    config = aws.cloudfront.get_distribution_config(Id=outputs["DistributionId"])["DistributionConfig"]
    api = next(each for each in config["Origins"]["Items"] if each["Id"] == "api")
    assert api["OriginPath"] == "/staging"
    [header] = api["CustomHeaders"]["Items"]
    assert header == {"HeaderName": "x-api-key", "HeaderValue": cloud.stack["site_key"]}
