#!/usr/bin/env python3
"""Types of the officers' API for the console. usage: make_client.py openapi.yaml policy.tsv OUT.ts COPY.ts

COPY stands where TypeScript looks for it, in the source tree and not in git; it is replaced at once and only when it changes,
for several builds may share one tree.

Gives a type for each schema, the page of a list, and the actions of the policy.
"""
import os
import sys

from openapi import load, table

PATH, POLICY, OUT, COPY = sys.argv[1:5]
SCALARS = {'string': 'string', 'integer': 'number', 'number': 'number', 'boolean': 'boolean', 'null': 'null'}


def ts(schema):
    if '$ref' in schema:
        return schema['$ref'].rsplit('/', 1)[-1]
    if 'enum' in schema:
        return ' | '.join(f"'{v}'" for v in schema['enum'])
    for key in ('oneOf', 'anyOf'):
        if key in schema:
            return ' | '.join(ts(s) for s in schema[key])
    kind = schema.get('type')
    if isinstance(kind, list):
        return ' | '.join(SCALARS[k] for k in kind)
    if kind == 'array':
        item = ts(schema.get('items', {}))
        return f'({item})[]' if '|' in item else f'{item}[]'
    if kind == 'object' or 'properties' in schema:
        if 'properties' in schema:
            return members(schema)
        return f"Record<string, {ts(schema.get('additionalProperties', {}))}>"
    return SCALARS.get(kind, 'unknown')


def members(schema):
    required = set(schema.get('required', []))
    return '{' + '; '.join(f'{name}{"" if name in required else "?"}: {ts(s)}' for name, s in schema['properties'].items()) + '}'


def write(path, text):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def main():
    document, _ = load(PATH, POLICY)
    out = ['// Made from data/api/openapi.yaml by make_client.py; do not edit.\n']
    for name, schema in document['components']['schemas'].items():
        out.append(f'export type {name} = {ts(schema)};\n')
    out.append('export interface Page<T> {items: T[]; next: string | null; total: number}\n')
    words = sorted({row[0] for row in table(POLICY)[1]})
    out.append('export type Action = ' + ' | '.join(f"'{w}'" for w in words) + ';\n')
    text = ''.join(out)
    write(OUT, text)
    old = open(COPY, encoding='utf-8').read() if os.path.exists(COPY) else None
    if text != old:
        os.makedirs(os.path.dirname(COPY), exist_ok=True)
        write(f'{COPY}.{os.getpid()}', text)
        os.replace(f'{COPY}.{os.getpid()}', COPY)


main()
