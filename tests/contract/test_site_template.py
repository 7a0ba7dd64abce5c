"""infrastructure/site.yaml: what CloudFront does with each path, and that its firewall is the API's."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from local import documents

SITE = documents.site_template()
RESOURCES = SITE["Resources"]
CONFIG = RESOURCES["Site"]["Properties"]["DistributionConfig"]
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own policies have the same ids in every account
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)."""


def behaviour(pattern: str) -> dict[str, Any]:
    return next(dict(each) for each in CONFIG["CacheBehaviors"] if each["PathPattern"] == pattern)


def test_the_catalogue_is_asked_for_before_the_rest_of_the_api() -> None:
    """CloudFront takes the first pattern that fits."""
    assert [each["PathPattern"] for each in CONFIG["CacheBehaviors"]] == ["/r/*", "/v1/catalogue/*", "/v1/*"]


def test_calls_are_never_kept_and_carry_everything_but_the_sites_name() -> None:
    calls = behaviour("/v1/*")
    assert (calls["CachePolicyId"], calls["OriginRequestPolicyId"]) == (CACHING_DISABLED, ALL_BUT_HOST)
    assert {"GET", "POST", "PUT"} <= set(calls["AllowedMethods"])


def test_the_catalogue_is_kept_as_long_as_it_says_and_by_everything_that_was_asked() -> None:
    kept = RESOURCES["CatalogueCache"]["Properties"]["CachePolicyConfig"]
    assert (kept["MinTTL"], kept["DefaultTTL"], kept["MaxTTL"]) == (0, 0, 60)
    key = kept["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}, "no token, and no key of somebody's"
    assert "OriginRequestPolicyId" not in behaviour("/v1/catalogue/*")


def test_no_error_of_the_apis_becomes_a_page() -> None:
    """CloudFront's error responses are of the whole distribution."""
    assert "CustomErrorResponses" not in CONFIG


def test_the_key_is_added_on_the_way_and_is_nowhere_else() -> None:
    [api] = [each for each in CONFIG["Origins"] if each["Id"] == "api"]
    assert api["OriginCustomHeaders"] == [{"HeaderName": "x-api-key", "HeaderValue": {"Ref": "SiteKey"}}]
    assert SITE["Parameters"]["SiteKey"]["NoEcho"]
    assert "SiteKey" not in json.dumps(SITE["Outputs"])


def test_the_sites_plan_has_no_daily_quota_and_the_applications_has() -> None:
    plans = documents.own_template()["Resources"]
    assert "Quota" not in plans["SiteUsagePlan"]["Properties"]
    assert "Quota" in plans["ApplicationUsagePlan"]["Properties"]


def test_nobody_but_this_distribution_reads_the_files() -> None:
    statements = RESOURCES["FilesPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    for each in allowed:
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert "${Site}" in each["Condition"]["ArnEquals"]["AWS:SourceArn"]["Fn::Sub"]
    assert set(RESOURCES["Files"]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


def rules(firewall: dict[str, Any]) -> list[dict[str, Any]]:
    """A firewall's rules, without what can't be the same: metrics' names, other origins, who has been counted."""
    stripped = json.loads(json.dumps(firewall["Properties"]["Rules"]))
    for rule in stripped:
        del rule["VisibilityConfig"]
        rule["Statement"].get("RateBasedStatement", {}).pop("ScopeDownStatement", None)
        answered = rule.get("Action", {}).get("Block", {}).get("CustomResponse", {})
        headers = answered.pop("ResponseHeaders", [])
        if isinstance(headers, list):
            rule["headers"] = [each for each in headers if "Name" in each]
    return list(stripped)


def test_the_firewall_is_the_apis() -> None:
    own, apis = RESOURCES["Firewall"], documents.own_template()["Resources"]["Firewall"]
    assert own["Properties"]["Scope"] == "CLOUDFRONT"
    theirs = rules(apis)
    for rule in theirs:
        rule.setdefault("headers", [])
    mine = rules(own)
    for rule in mine:
        rule.setdefault("headers", [])
    assert mine == theirs
    assert own["Properties"]["CustomResponseBodies"] == apis["Properties"]["CustomResponseBodies"]


def test_the_apis_firewall_counts_whom_the_sites_has_not() -> None:
    """Behind CloudFront every address is CloudFront's; and what a header says of an address anybody can say."""
    [rate] = [
        each["Statement"]["RateBasedStatement"]
        for each in documents.own_template()["Resources"]["Firewall"]["Properties"]["Rules"]
        if "RateBasedStatement" in each["Statement"]
    ]
    assert rate["AggregateKeyType"] == "IP"
    condition, counted, otherwise = rate["ScopeDownStatement"]["Fn::If"]
    assert (condition, otherwise) == ("WithSiteKey", {"Ref": "AWS::NoValue"})
    match = counted["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert match["SearchString"] == {"Ref": "SiteKeyValue"}
    assert match["FieldToMatch"] == {"SingleHeader": {"Name": "x-api-key"}}


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js here")
def test_a_deep_link_is_the_page_and_a_file_is_itself() -> None:
    asked = {
        "/": "/index.html",
        "/bookings/b-1": "/index.html",
        "/bookings/b-1/": "/index.html",
        "/signed-in": "/index.html",
        "/robots.txt": "/robots.txt",
        "/wp-login.php": "/wp-login.php",
    }
    code = RESOURCES["DeepLinks"]["Properties"]["FunctionCode"]
    script = f"""{code}
    console.log(JSON.stringify({json.dumps(list(asked))}.map((uri) => handler({{request: {{uri}}}}).uri)))"""
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout) == list(asked.values()), done.stderr
