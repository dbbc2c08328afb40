"""Calls AWS as an operator: `[[service, operation, parameters], …]` in, the list of answers out.

A fourth part, credentials as STS gives them, makes it a call of whoever they belong to; its answer is
then the code of the refusal, or nothing."""

import json
import sys

from botocore.exceptions import ClientError
from botocore.session import get_session

session = get_session()
clients = {}


def call(service, operation, parameters, credentials=None):
    if credentials is not None:
        return attempt(service, operation, parameters, credentials)
    if service not in clients:
        clients[service] = session.create_client(service)
    return getattr(clients[service], operation)(**parameters)


def attempt(service, operation, parameters, credentials):
    client = session.create_client(
        service,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    try:
        getattr(client, operation)(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


json.dump([call(*each) for each in json.load(sys.stdin)], sys.stdout, default=str)
