#!/usr/bin/env python3
"""The table of routes and the document that describes them, both from one file. usage: make_api.py openapi.json OUT.inc

Each operation's operationId is the name of its handler: `search` is api_search. $refs that lead nowhere, captures
without a parameter and parameters without a capture stop the build.
"""
import json
import re
import sys

path, out_path = sys.argv[1:3]
with open(path, encoding='utf-8') as f:
    document = json.load(f)


def resolve(value):
    while '$ref' in value:
        found = document
        for part in value['$ref'].removeprefix('#/').split('/'):
            if part not in found:
                sys.exit(f'{path}: {value["$ref"]} leads nowhere')
            found = found[part]
        value = found
    return value


def walk(value):
    if isinstance(value, dict):
        resolve(value)
        for item in value.values():
            walk(item)
    elif isinstance(value, list):
        for item in value:
            walk(item)


walk(document)
routes = []
for pattern, operations in document['paths'].items():
    for method, operation in operations.items():
        named = {p['name'] for p in map(resolve, operation.get('parameters', [])) if p['in'] == 'path'}
        if named != set(re.findall(r'{(\w+)}', pattern)):
            sys.exit(f'{path}: {method} {pattern}: its path parameters are not those of the path')
        routes.append(f'\t{{HTTP_{method.upper()}, "{pattern}", api_{operation["operationId"]}, 0}},\n')
data = json.dumps(document, ensure_ascii=False, separators=(',', ':')).encode()
with open(out_path, 'w', encoding='ascii') as f:
    f.write('/* Made from openapi.json by make_api.py; do not edit. */\n')
    f.write('const struct http_route api_routes[] = {\n' + ''.join(routes) + '};\n')
    f.write('static const uint8_t openapi_bytes[] = {' + ','.join(map(str, data)) + '};\n')
