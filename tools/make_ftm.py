#!/usr/bin/env python3
"""Turn data/ftm_schemata.tsv and data/ftm_properties.tsv into C arrays, at build time.

usage: make_ftm.py SCHEMATA.tsv PROPERTIES.tsv OUT.inc

A row without a source, with a schema that the other table does not have, or twice the same, stops the build.
"""
import sys


def rows(path):
    with open(path, encoding='utf-8') as f:
        lines = [line.rstrip('\n').split('\t') for line in f if line.strip() and not line.startswith('#')]
    header = lines[0]
    for fields in lines[1:]:
        row = dict(zip(header, fields))
        if len(fields) != len(header) or not row['source']:
            sys.exit(f'{path}: {fields[0]}: wrong number of fields or no source')
        yield row


def text(value):
    escaped = value.replace('\\', '\\\\').replace('"', '\\"')
    return '{"%s", %d}' % (escaped, len(value.encode('utf-8')))


def flag(value):
    return {'0': 'false', '1': 'true'}[value]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    schemata = sorted(rows(sys.argv[1]), key=lambda r: r['schema'].encode())
    known = {r['schema'] for r in schemata}
    properties = sorted(rows(sys.argv[2]), key=lambda r: (r['property'].encode(), r['schema']))
    out = ['static const struct ftm_schema ftm_schemata[] = {']
    for r in schemata:
        if not set(r['extends'].split(',')) <= known:
            sys.exit(f'{r["schema"]}: extends an unknown schema')
        members = [text(r[k]) for k in ('schema', 'extends', 'edge_source', 'edge_target', 'label', 'plural')]
        out.append('\t{%s, %s, %s},' % (', '.join(members), flag(r['matchable']), flag(r['abstract'])))
    out += ['};', 'static const struct ftm_property ftm_properties[] = {']
    for r in properties:
        if r['schema'] not in known or (r['range'] and r['range'] not in known):
            sys.exit(f'{r["property"]}: names an unknown schema')
        members = [text(r[k]) for k in ('property', 'schema', 'type', 'range', 'reverse', 'label')]
        out.append('\t{%s, %s, %s},' % (', '.join(members), flag(r['matchable']), flag(r['stub'])))
    if len(known) != len(schemata) or len({(r['property'], r['schema']) for r in properties}) != len(properties):
        sys.exit('a row stands twice')
    out += ['};', 'enum { FTM_SCHEMA_COUNT = %d, FTM_PROPERTY_COUNT = %d };' % (len(schemata), len(properties)), '']
    with open(sys.argv[3], 'w', encoding='utf-8') as f:
        f.write('\n'.join(out))


main()
