#!/usr/bin/env python3
"""What the build makes of the officers' API.

usage: make_office.py openapi.yaml policy.tsv problems.tsv HANDLERS.inc ROUTES.inc openapi.json

HANDLERS declares office_<operationId>() for each operation. ROUTES has the tables, the page of routes and reasons for people,
and what stands in openapi.json too: the whole document, our marks written out as OpenAPI 3.1. Operations marked x-planned are
left out of all of them.
"""
import html
import json
import sys

from openapi import answer_schema, load, reference, table

PATH, POLICY, PROBLEMS, HANDLERS, ROUTES, DOCUMENT = sys.argv[1:7]
BODY_MAX = 1024  # KiB


def answers(document, op, where):
    good, schema = {'description': 'Done'}, answer_schema(document, op, where)
    if schema:
        good['content'] = {'application/json': {'schema': schema}}
    return {str(op.get('x-status', 200)): good, 'default': {'description': 'Refused', 'content': {
        'application/problem+json': {'schema': reference(document, 'Problem', where)}}}}


def written_out(document, op, where):
    out = {k: v for k, v in op.items() if k not in ('x-answer', 'x-status', 'x-body', 'x-body-max', 'x-cost', 'x-quiet')}
    out['responses'] = answers(document, op, where)
    body = op.get('x-body')
    if isinstance(body, list):
        out['requestBody'] = {'required': True, 'content': {kind: {} for kind in body}}
    elif body:
        out['requestBody'] = {'required': True, 'content': {'application/json': {'schema': reference(document, body, where)}}}
    return out


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
    return f'"{value}"' if value else 'NULL'


def row(method, op):
    body = op.get('x-body')
    json_body = 'application/json' if body or method in ('post', 'put', 'patch') else None
    media = '|'.join(body) if isinstance(body, list) else json_body
    return '\t{office_%s, "%s", %s, %s, %s, %d},\n' % (
        op['operationId'], op['x-action'], c_string(op.get('x-thing')), c_string(media),
        'true' if op.get('x-quiet') else 'false', op.get('x-cost', 1))


def main():
    document, every = load(PATH, POLICY)
    made = [(p, m, op, w) for p, m, op, w in every if not op.get('x-planned')]
    head = '/* Made from openapi.yaml by make_office.py; do not edit. */\n'
    with open(HANDLERS, 'w', encoding='ascii') as f:
        f.write(head + ''.join(f'office_handler office_{op["operationId"]};\n' for _, _, op, _ in made))
    whole = dict(document, paths={})
    for pattern, method, op, where in made:
        whole['paths'].setdefault(pattern, {})[method] = written_out(document, op, where)
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
