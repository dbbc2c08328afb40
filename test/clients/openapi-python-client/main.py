"""Lists, gets a token, creates and watches through the client of openapi-python-client."""

import base64
import json
import os
import time

from forgebridge_client import AuthenticatedClient
from forgebridge_client.api.connections import create_token, get_connection, list_connections
from forgebridge_client.api.connections import list_repositories
from forgebridge_client.api.operations import create_repository, get_operation
from forgebridge_client.models import (
    BinaryFile,
    ConnectionPage,
    CreateRepositoryBody,
    RepositoryPage,
    Operation,
    Problem,
    TextFile,
    ThrottleMessage,
    Token,
)

subject = os.environ["SUBJECT"]
key = os.environ["API_KEY"]
client = AuthenticatedClient(base_url=os.environ["PUBLIC_URL"], token=key)

connections = list_connections.sync(client=client, forgebridge_subject=subject)
assert isinstance(connections, ConnectionPage), connections
connection = connections.items[0]

token = create_token.sync(connection.id, client=client, forgebridge_subject=subject)
assert isinstance(token, Token), token

accepted = create_repository.sync(
    client=client,
    forgebridge_subject=subject,
    idempotency_key=os.environ["REPOSITORY"],
    body=CreateRepositoryBody(
        connection=connection.id,
        name=os.environ["REPOSITORY"],
        template="templates/starter",
        files=[
            TextFile(path="note.txt", text="{{name}}\n"),
            BinaryFile(path="data.bin", base64=base64.b64encode(bytes([0, 1])).decode()),
        ],
    ),
)
assert isinstance(accepted, Operation), accepted

while True:
    reply = get_operation.sync_detailed(accepted.id, client=client, forgebridge_subject=subject)
    operation = reply.parsed
    assert isinstance(operation, Operation), operation
    if "Retry-After" not in reply.headers:
        break
    time.sleep(int(reply.headers["Retry-After"]))

missing = get_connection.sync("x" * 22, client=client, forgebridge_subject=subject)
assert isinstance(missing, Problem), missing

limited = list_repositories.sync(connection.id, client=client, forgebridge_subject=subject)
assert not isinstance(limited, RepositoryPage) and isinstance(limited, Problem), limited
assert limited.code == "RateLimited"

gateway = AuthenticatedClient(base_url=os.environ["THROTTLING_URL"], token=key)
throttled = list_connections.sync(client=gateway, forgebridge_subject=subject)
assert isinstance(throttled, ThrottleMessage), throttled

later = get_connection.sync("x" * 22, client=gateway, forgebridge_subject=subject)
assert isinstance(later, Problem), later

print(
    json.dumps(
        {
            "accessToken": token.access_token,
            "status": operation.status,
            "fullName": operation.result.full_name if operation.result else None,
            "missing": missing.code,
            "later": later.code,
            "limited": limited.retry_after,
            "throttled": throttled.message,
        }
    )
)
