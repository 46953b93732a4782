#!/usr/bin/env python3
"""Prints the requests that botocore makes of calls: another maker's word on what is to be sent.

    python tests/code/queries.py < calls.jsonl

Every line is a call, `{"call", "service", "parameters"}`, with names and shapes of the API's model. Each gives one line
of JSON: the parameters of the query by their names, all of them texts, or for a service that speaks JSON what is to be
its body. Parameters that the model does not know, or not so, end the run with status 1.

botocore is in the virtual environment of tests/run. Nothing is sent anywhere.
"""

import functools
import json
import sys

import botocore.session
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()


@functools.cache
def model_of(service):
    model = SESSION.get_service_model(service)
    return model, create_serializer(model.resolved_protocol, include_validation=False)


def request_of(call):
    model, serializer = model_of(call["service"])
    operation = model.operation_model(call["call"])
    report = ParamValidator().validate(call["parameters"], operation.input_shape)
    if report.has_errors():
        sys.exit(f"{call['call']}: {report.generate_report()}")
    body = serializer.serialize_to_request(call["parameters"], operation)["body"]
    if isinstance(body, dict):
        return {name: str(value) for name, value in body.items()}
    return json.loads(body)


def main():
    for line in sys.stdin:
        print(json.dumps(request_of(json.loads(line))))


if __name__ == "__main__":
    main()
