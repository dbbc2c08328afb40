"""The condition keys of IAM that MiniStack does not supply, read from the request itself."""

import json
import re

PARTITION_KEYS = {"pk", "dueShard"}
KEYWORDS = re.compile(
    r"set|remove|add|delete|and|or|not|in|between|attribute_(not_)?exists|attribute_type"
    r"|begins_with|contains|size|if_not_exists|list_append",
    re.IGNORECASE,
)
EXPRESSIONS = (
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)


def table_keys(body):
    """`dynamodb:LeadingKeys` and `dynamodb:Attributes` of a request to DynamoDB; either may be missing."""
    request = parsed(body)
    keys = {
        "dynamodb:LeadingKeys": leading_keys(request),
        "dynamodb:Attributes": attributes(request),
    }
    return {name: values for name, values in keys.items() if values}


def leading_keys(request):
    named = [
        request[part]["pk"]["S"]
        for part in ("Key", "Item")
        if isinstance(request.get(part, {}).get("pk"), dict)
    ]
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    condition = request.get("KeyConditionExpression", "")
    compared = [
        values.get(value, {}).get("S")
        for name, value in re.findall(r"(#?\w+)\s*=\s*(:\w+)", condition)
        if names.get(name, name) in PARTITION_KEYS
    ]
    return named + [value for value in compared if value is not None]


def attributes(request):
    names = request.get("ExpressionAttributeNames", {})
    text = " ".join(request.get(name, "") for name in EXPRESSIONS)
    words = re.findall(r"(?<![:#.\w])#?[A-Za-z_]\w*", text)
    found = [names.get(word, word) for word in words if not KEYWORDS.fullmatch(word)]
    parts = ("Key", "Item", "AttributeUpdates", "Expected")
    named = [name for part in parts for name in request.get(part, {})]
    return list(dict.fromkeys(named + request.get("AttributesToGet", []) + found))


def event_keys(body):
    """`events:source` of a request that puts events: one for each of them."""
    entries = parsed(body).get("Entries", [])
    sources = [entry["Source"] for entry in entries if "Source" in entry]
    return {"events:source": sources} if sources else {}


def parsed(body):
    try:
        request = json.loads(body or b"{}")
    except (ValueError, TypeError):
        return {}
    return request if isinstance(request, dict) else {}


if __name__ == "__main__":
    import sys

    read = {"dynamodb": table_keys, "events": event_keys}
    cases = json.load(sys.stdin)
    json.dump([read[case["service"]](json.dumps(case["input"])) for case in cases], sys.stdout)
