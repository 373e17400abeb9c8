#!/usr/bin/env python3
"""What the build makes of the officers' API. usage: make_office.py openapi.yaml policy.tsv problems.tsv HANDLERS.inc ROUTES.inc openapi.json

HANDLERS declares office_<operationId>() for each operation, ROUTES has the tables, the page of routes and reasons for people,
and what stands in openapi.json too: the whole document, our short marks (told at the head of the YAML) written out as OpenAPI 3.1. Operations marked x-planned are left out. An operation
without x-action, an action that the policy does not know, a reference that leads nowhere, a path whose parameters are not
described and a mark that nobody knows stop the build.
"""
import copy
import html
import json
import re
import sys

import yaml

PATH, POLICY, PROBLEMS, HANDLERS, ROUTES, DOCUMENT = sys.argv[1:7]
MARKS = {'x-action', 'x-thing', 'x-planned', 'x-answer', 'x-status', 'x-body', 'x-body-max', 'x-cost'}
METHODS = ('get', 'post', 'put', 'patch', 'delete')
BODY_MAX = 1024  # KiB


def fail(where, reason):
    sys.exit(f'{PATH}: {where}: {reason}')


def table(path):
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


def check_references(document, value, where):
    if isinstance(value, dict):
        resolve(document, value, where)
        for key, item in value.items():
            check_references(document, item, key)
    elif isinstance(value, list):
        for item in value:
            check_references(document, item, where)


def reference(document, name, where):
    schema = {'$ref': f'#/components/schemas/{name}'}
    resolve(document, schema, where)
    return schema


def answers(document, op, where):
    status, answer = str(op.get('x-status', 200)), op.get('x-answer')
    good = {'description': 'Done'}
    if isinstance(answer, list):
        schema = {'type': 'object', 'required': ['items', 'next', 'total'], 'properties': {
            'items': {'type': 'array', 'items': reference(document, answer[0], where)},
            'next': {'type': ['string', 'null']}, 'total': {'type': 'integer'}}}
        good['content'] = {'application/json': {'schema': schema}}
    elif answer:
        good['content'] = {'application/json': {'schema': reference(document, answer, where)}}
    return {status: good, 'default': {'description': 'Refused', 'content': {
        'application/problem+json': {'schema': reference(document, 'Problem', where)}}}}


def written_out(document, op, where):
    op['responses'] = answers(document, op, where)
    body = op.get('x-body')
    if isinstance(body, list):
        op['requestBody'] = {'required': True, 'content': {kind: {} for kind in body}}
    elif body:
        op['requestBody'] = {'required': True, 'content': {'application/json': {'schema': reference(document, body, where)}}}
    return {k: v for k, v in op.items() if k not in ('x-planned', 'x-answer', 'x-status', 'x-body')}


def operations(document):
    for pattern, methods in document['paths'].items():
        for method, op in methods.items():
            where = f'{method} {pattern}'
            if method not in METHODS or 'operationId' not in op:
                fail(where, 'not an operation with an operationId')
            unknown = {k for k in op if k.startswith('x-')} - MARKS
            if unknown:
                fail(where, f'unknown marks: {sorted(unknown)}')
            yield pattern, method, op, where


def check(document, known):
    check_references(document, document, 'document')
    seen = set()
    for pattern, _, op, where in operations(document):
        if op.get('x-action') not in known:
            fail(where, f'x-action {op.get("x-action")!r} is not in the policy')
        if op['operationId'] in seen:
            fail(where, f'operationId {op["operationId"]} stands twice')
        seen.add(op['operationId'])
        named = {p['name'] for p in (resolve(document, p, where) for p in op.get('parameters', [])) if p['in'] == 'path'}
        if named != set(re.findall(r'{(\w+)}', pattern)):
            fail(where, 'its path parameters are not those of the path')


def cells(values, tag='td'):
    return '<tr>' + ''.join(f'<{tag}>{html.escape(str(v))}</{tag}>' for v in values) + '</tr>\n'


def page(made):
    head, problems = table(PROBLEMS)
    out = ['<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Cordon: the officers\' interface</title>\n'
           '<h1>The officers\' interface</h1>\n<p>As OpenAPI 3.1: <a href="/api/v1/openapi.json">openapi.json</a>.</p>\n'
           '<h2>Routes</h2>\n<table>', cells(('method', 'path', 'action', 'what it does'), 'th')]
    out += [cells((m.upper(), p, op['x-action'], op.get('summary', ''))) for p, m, op, _ in made]
    out += ['</table>\n<h2>Reasons</h2>\n<table>', cells(head, 'th')]
    out += [cells(r).replace('<tr>', f'<tr id="{html.escape(r[0])}">') for r in problems]
    return ''.join(out) + '</table></html>\n'


def c_string(value):
    return '"%s"' % value if value else 'NULL'


def row(method, op):
    body = op.get('x-body')
    kind = 'OFFICE_BODY_FILE' if isinstance(body, list) else 'OFFICE_BODY_NONE' if method in ('get', 'delete') else 'OFFICE_BODY_JSON'
    return '\t{office_%s, "%s", "%s", %s, %s, %d},\n' % (
        op['operationId'], op['operationId'], op['x-action'], c_string(op.get('x-thing')), kind, op.get('x-cost', 1))


def main():
    with open(PATH, encoding='utf-8') as f:
        document = yaml.safe_load(f)
    check(document, {row[0] for row in table(POLICY)[1]})
    made = [(p, m, op, w) for p, m, op, w in operations(document) if not op.get('x-planned')]
    head = '/* Made from openapi.yaml by make_office.py; do not edit. */\n'
    with open(HANDLERS, 'w', encoding='ascii') as f:
        f.write(head + ''.join(f'office_handler office_{op["operationId"]};\n' for _, _, op, _ in made))
    whole = copy.deepcopy(document)
    whole['paths'] = {}
    for pattern, method, op, where in made:
        whole['paths'].setdefault(pattern, {})[method] = written_out(document, dict(op), where)
    text = json.dumps(whole, ensure_ascii=False, separators=(',', ':'))
    with open(DOCUMENT, 'w', encoding='utf-8') as f:
        f.write(text)
    with open(ROUTES, 'w', encoding='ascii') as f:
        f.write(head + 'const struct office_route office_routes[] = {\n' + ''.join(row(m, op) for _, m, op, _ in made) + '};\n')
        f.write('const struct http_route office_http_routes[] = {\n' + ''.join(
            '\t{HTTP_%s, "%s", office_answer, %du << 10},\n' % (m.upper(), p, op.get('x-body-max', BODY_MAX))
            for p, m, op, _ in made) + '};\n')
        for name, content in (('openapi', text), ('page', page(made))):
            f.write('static const uint8_t %s_bytes[] = {%s};\n' % (name, ','.join(map(str, content.encode()))))


main()
