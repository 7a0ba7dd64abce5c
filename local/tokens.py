"""``make token USER=client``: a token of one of the demo's people, and nothing else: TOKEN=$(make token USER=client).

Whoever has signed up by themselves signs in by a code: ``bookingctl --local login token`` asks for it.
"""

import sys

from local import demo
from local.cloud import aws_client, read_stack, sign_in
from local.command import run


def main() -> int:
    user = sys.argv[1] if len(sys.argv) > 1 else ""
    if user not in demo.USERS:
        print(f"✗ say whose: make token USER=client, or one of: {', '.join(demo.USERS)}", file=sys.stderr)
        return 2
    stack = read_stack()
    _, address = demo.USERS[user]
    cognito = aws_client("cognito-idp", stack["aws_endpoint_url"])
    print(sign_in(cognito, stack["user_pool_id"], stack["user_pool_client_id"], address))
    return 0


if __name__ == "__main__":
    run(main)
