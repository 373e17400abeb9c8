"""Reads data/api/openapi.yaml for the tools that make something of it, and stops them where it does not hold together.

An operation without x-action, an action that the policy does not know, a reference that leads nowhere, a path whose parameters
are not described and a mark that nobody knows are faults. Our marks are told at the head of the YAML.
"""
import re
import sys

import yaml

MARKS = {'x-action', 'x-thing', 'x-planned', 'x-answer', 'x-status', 'x-body', 'x-body-max', 'x-cost', 'x-quiet'}
METHODS = ('get', 'post', 'put', 'patch', 'delete')


def fail(where, reason):
    sys.exit(f'openapi.yaml: {where}: {reason}')


def table(path):
    """Header and rows of a table of data/."""
    with open(path, encoding='utf-8') as f:
        rows = [line.rstrip('\n').split('\t') for line in f if line.strip() and not line.startswith('#')]
    return rows[0], rows[1:]


def resolve(document, value, where):
    while '$ref' in value:
        found = document
        for part in value['$ref'].removeprefix('#/').split('/'):
            if part not in found:
                fail(where, f'{value["$ref"]} leads nowhere')
            found = found[part]
        value = found
    return value


def reference(document, name, where):
    schema = {'$ref': f'#/components/schemas/{name}'}
    resolve(document, schema, where)
    return schema


def check_references(document, value, where):
    if isinstance(value, dict):
        resolve(document, value, where)
        for key, item in value.items():
            check_references(document, item, key)
    elif isinstance(value, list):
        for item in value:
            check_references(document, item, where)


def page_schema(item):
    return {'type': 'object', 'required': ['items', 'next', 'total'], 'properties': {
        'items': {'type': 'array', 'items': item}, 'next': {'type': ['string', 'null']}, 'total': {'type': 'integer'}}}


def answer_schema(document, op, where):
    """Of a good answer; None where it is not described."""
    answer = op.get('x-answer')
    if isinstance(answer, list):
        return page_schema(reference(document, answer[0], where))
    return reference(document, answer, where) if answer else None


def operations(document):
    for pattern, methods in document['paths'].items():
        for method, op in methods.items():
            where = f'{method} {pattern}'
            if method not in METHODS or 'operationId' not in op:
                fail(where, 'not an operation with an operationId')
            yield pattern, method, op, where


def load(path, policy):
    """The document, and its operations as (pattern, method, operation, where)."""
    with open(path, encoding='utf-8') as f:
        document = yaml.safe_load(f)
    actions = {row[0] for row in table(policy)[1]}
    check_references(document, document, 'document')
    seen = set()
    for pattern, _, op, where in operations(document):
        unknown = {k for k in op if k.startswith('x-')} - MARKS
        if unknown:
            fail(where, f'unknown marks: {sorted(unknown)}')
        if op.get('x-action') not in actions:
            fail(where, f'x-action {op.get("x-action")!r} is not in the policy')
        if op['operationId'] in seen:
            fail(where, f'operationId {op["operationId"]} stands twice')
        seen.add(op['operationId'])
        named = {p['name'] for p in (resolve(document, p, where) for p in op.get('parameters', [])) if p['in'] == 'path'}
        if named != set(re.findall(r'{(\w+)}', pattern)):
            fail(where, 'its path parameters are not those of the path')
        answer_schema(document, op, where)
        if isinstance(op.get('x-body'), str):
            reference(document, op['x-body'], where)
    return document, list(operations(document))
