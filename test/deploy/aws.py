"""Calls AWS as an operator: `[[service, operation, parameters], …]` in, the list of answers out."""

import json
import sys

from botocore.session import get_session

session = get_session()
clients = {}


def call(service, operation, parameters):
    if service not in clients:
        clients[service] = session.create_client(service)
    return getattr(clients[service], operation)(**parameters)


json.dump([call(*each) for each in json.load(sys.stdin)], sys.stdout, default=str)
