"""MiniStack, with what it lacks that our template needs, and a record of what it allows."""

import json
import os
import signal
import sys
import threading

from condition_keys import event_keys, table_keys
from ministack.app import main
from ministack.core import iam_actions, iam_evaluator
from ministack.services import sts
from ministack.services.cloudformation import provisioners

single_metric = provisioners._cw_metric_alarm_record
enforce = iam_evaluator.enforce
table_context = iam_actions.dynamodb_service_context
tag_context = iam_actions.request_tag_context
decisions = os.environ["DECISIONS_FILE"]


def metric_math(name, props):
    """MiniStack refuses alarms on metric math. Here one is kept as an alarm on its first metric:
    it is created, updated and deleted like any other, and nothing evaluates its expression."""
    stats = [metric["MetricStat"] for metric in props.get("Metrics") or [] if "MetricStat" in metric]
    if not stats:
        return single_metric(name, props)
    first = stats[0]
    others = {key: value for key, value in props.items() if key != "Metrics"}
    return single_metric(name, {
        **others, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"],
    })


def with_table_keys(body):
    return {**table_context(body), **table_keys(body)}


def with_event_keys(service, action, body, params):
    added = event_keys(body) if service == "events" else {}
    return {**tag_context(service, action, body, params), **added}


def recorded(access_key, action, *rest, **options):
    """Every answer to "may this role do that?", one JSON line each."""
    denied = enforce(access_key, action, *rest, **options)
    session = sts._sessions.get(access_key)
    if session is not None:
        line = {
            "principal": session["Arn"],
            "action": action,
            "resource": options.get("resource_arn", "*"),
            "keys": (options.get("service_context") or {}).get("dynamodb:LeadingKeys", []),
            "allowed": denied is None,
        }
        with open(decisions, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return denied


def end_with_the_test():
    """Standard input ends when the test does, however it ends; its functions are of one group."""
    sys.stdin.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


provisioners._cw_metric_alarm_record = metric_math
iam_evaluator.enforce = recorded
iam_actions.dynamodb_service_context = with_table_keys
iam_actions.request_tag_context = with_event_keys

if __name__ == "__main__":
    threading.Thread(target=end_with_the_test, daemon=True).start()
    main()
