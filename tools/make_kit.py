#!/usr/bin/env python3
"""Makes what the kit for a joining country has of documents and tables (src/kit), at build time.

usage: make_kit.py ROOT OUT.inc DEPFILE
"""
import hashlib
import os
import sys

import make_template

LANGUAGES = ('en', 'km', 'ko', 'zh')


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def array(data):
    return '(const uint8_t[]){' + ','.join(map(str, data)) + '}'


def main():
    root, out, depfile = sys.argv[1:4]
    data = os.path.join(root, 'data')
    formats = os.path.join(root, 'docs', 'formats')
    rows = [('joining.md', os.path.join(root, 'docs', 'joining.md'))]
    rows += [(f'formats/{name}', os.path.join(formats, name)) for name in sorted(os.listdir(formats)) if name.endswith('.md')]
    registry = os.path.join(data, 'registry')
    columns, helps, every = (make_template.table(os.path.join(registry, f'submission_{name}.tsv')) for name in ('columns', 'help', 'words'))
    helps = {h['name']: h for h in helps}
    with open(out, 'w', encoding='utf-8') as f:
        f.write('/* Made by make_kit.py; do not edit. */\nstatic const struct {\n\tconst char *name, *sha256;\n\tconst uint8_t *text;\n\tsize_t len;\n} kit_documents[] = {\n')
        for name, path in rows:
            with open(path, 'rb') as document:
                text = document.read()
            f.write('\t{%s, "%s", %s, %d},\n' % (quoted(name), hashlib.sha256(text).hexdigest(), array(text), len(text)))
        f.write('};\nstatic const struct {\n\tconst char *name;\n\tconst uint8_t *text;\n\tsize_t len;\n} kit_templates[] = {\n')
        for language in LANGUAGES:
            text = make_template.make(columns, helps, every, language)[1].decode('utf-8-sig').encode()
            f.write('\t{"%s", %s, %d},\n' % (language, array(text), len(text)))
        f.write('};\nstatic const struct {\n\tconst char *role, *name, *who, *beside;\n} kit_roles[] = {\n')
        for row in make_template.table(os.path.join(data, 'account', 'roles.tsv')):
            f.write('\t{%s},\n' % ', '.join(quoted(row[column]) for column in ('role', 'name', 'who', 'beside')))
        f.write('};\n')
    tables = [os.path.join(registry, f'submission_{name}.tsv') for name in ('columns', 'help', 'words')] + [os.path.join(data, 'account', 'roles.tsv')]
    with open(depfile, 'w', encoding='utf-8') as f:
        f.write(f'{out}: {" ".join([path for _, path in rows] + tables + [make_template.__file__])}\n')


main()
