"""What Stripe posts, through the gateway: its body must arrive as it was sent, to the byte, for it is signed."""

import json
import time
import urllib.error
import urllib.request

from local.stripe import webhooks
from tests.e2e.conftest import Cloud

BODY = json.dumps(
    {
        "id": "evt_1",
        "type": "customer.created",
        "data": {"object": {"id": "cus_1", "object": "customer", "name": "Zoë"}},
    },
    ensure_ascii=False,
    indent=2,
)


def posted(cloud: Cloud, signature: str, header: str = "Stripe-Signature", body: str = BODY) -> int:
    headers = {"Content-Type": "application/json; charset=utf-8", header: signature}
    url = f"{cloud.stack['api_url']}/v1/stripe/events"
    asked = urllib.request.Request(url, body.encode(), headers, method="POST")  # noqa: S310  # http, on loopback
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_stripe_is_believed_by_its_signature_and_nobody_else_is(cloud: Cloud) -> None:
    now = int(time.time())
    signature = webhooks.signature(BODY, (cloud.stack["stripe_webhook_secret"],), now)
    assert posted(cloud, signature) == 200
    assert posted(cloud, signature, header="stripe-signature") == 200, "as HTTP/2 sends it"
    assert posted(cloud, signature, body=BODY.replace("cus_1", "cus_2")) == 400
    assert posted(cloud, webhooks.signature(BODY, ("whsec_of_somebody",), now)) == 400
    assert posted(cloud, webhooks.signature(BODY, (cloud.stack["stripe_webhook_secret"],), now - 600)) == 400
    assert posted(cloud, "", header="X-Nothing") == 400
