"""Lists, gets a token, creates and watches through the Python client of openapi-generator."""

import base64
import json
import os
import time

from openapi_client import (
    ApiClient,
    ApiException,
    BinaryFile,
    Configuration,
    ConnectionsApi,
    CreateRepositoryRequest,
    OperationsApi,
    Problem,
    Refusal,
    SeedFile,
    TextFile,
    ThrottleMessage,
)
from openapi_client.exceptions import NotFoundException

subject = os.environ["SUBJECT"]


def api_client(url: str) -> ApiClient:
    return ApiClient(Configuration(host=url, access_token=os.environ["API_KEY"], retries=0))


client = api_client(os.environ["PUBLIC_URL"])
connections = ConnectionsApi(client)
operations = OperationsApi(client)

connection = connections.list_connections(forgebridge_subject=subject).items[0]
token = connections.create_token(connection.id, forgebridge_subject=subject)

accepted = operations.create_repository(
    idempotency_key=os.environ["REPOSITORY"],
    forgebridge_subject=subject,
    create_repository_request=CreateRepositoryRequest(
        connection=connection.id,
        name=os.environ["REPOSITORY"],
        template="templates/starter",
        files=[
            SeedFile(TextFile(path="note.txt", text="{{name}}\n")),
            SeedFile(
                BinaryFile(path="data.bin", base64=base64.b64encode(bytes([0, 1])).decode())
            ),
        ],
    ),
)

while True:
    reply = operations.get_operation_with_http_info(accepted.id, forgebridge_subject=subject)
    operation = reply.data
    if "retry-after" not in reply.headers:
        break
    time.sleep(int(reply.headers["retry-after"]))


def problem_of_missing(api: ConnectionsApi) -> Problem:
    try:
        api.get_connection("x" * 22, forgebridge_subject=subject)
        raise AssertionError("a connection that is not there")
    except NotFoundException as refused:
        assert isinstance(refused.data, Problem), refused
        return refused.data


missing = problem_of_missing(connections)


def refusal(call) -> object:
    try:
        raise AssertionError(call())
    except ApiException as refused:
        assert refused.status == 429 and isinstance(refused.data, Refusal), refused
        return refused.data.actual_instance


limited = refusal(lambda: connections.list_repositories(connection.id, forgebridge_subject=subject))
assert isinstance(limited, Problem), limited
assert limited.code == "RateLimited"

gateway = ConnectionsApi(api_client(os.environ["THROTTLING_URL"]))
throttled = refusal(lambda: gateway.list_connections(forgebridge_subject=subject))
assert isinstance(throttled, ThrottleMessage), throttled
later = problem_of_missing(gateway)

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
