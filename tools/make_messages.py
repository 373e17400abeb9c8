#!/usr/bin/env python3
"""Turn the message files into one C array, at build time; all must have the same keys and the same %s.

usage: make_messages.py OUT.inc en.json km.json ...
"""
import json
import os
import sys

files = sys.argv[2:]
languages = [os.path.basename(f)[:-5] for f in files]
tables = []
for path in files:
    with open(path, encoding='utf-8') as f:
        tables.append(json.load(f))
for path, table in zip(files, tables):
    missing = set(tables[0]) ^ set(table)
    if missing:
        sys.exit(f'{path}: keys differ from {files[0]}: {sorted(missing)}')
    for key, value in table.items():
        if not value.strip() or value.count('%s') != tables[0][key].count('%s'):
            sys.exit(f'{path}: {key}: empty, or its %s differ')


def quote(s):
    return '"' + ''.join(c if ' ' <= c < '\x7f' and c not in '"\\?' else ''.join('\\%03o' % b for b in c.encode())
                         for c in s) + '"'


with open(sys.argv[1], 'w', encoding='ascii') as f:
    f.write('/* Made by make_messages.py; do not edit. */\nenum { MESSAGE_LANGUAGES = %d, MESSAGE_COUNT = %d };\n'
            % (len(languages), len(tables[0])))
    f.write('static const char message_languages[][4] = {%s};\n' % ', '.join(quote(l) for l in languages))
    f.write('static const struct html_message_row messages[] = {\n')
    for key in sorted(tables[0]):
        f.write('\t{{%s, %d}, {%s}},\n' % (quote(key), len(key), ', '.join(
            '{%s, %d}' % (quote(t[key]), len(t[key].encode())) for t in tables)))
    f.write('};\n')
