#!/usr/bin/env python3
"""Put the steps of the schema into the program. usage: embed_migrations.py FOLDER OUT.inc DEPFILE

Each FOLDER/NNN_name.sql becomes a row of `embedded[]`, by number: number, name, SHA-256 of the text, the text. Tables are
STRICT: SQLite else takes text for a number. The dependency file makes the build look again when a step is changed, or added to the folder.
"""
import glob
import hashlib
import os
import re
import sys

folder, out_path, dep_path = sys.argv[1:]
paths = sorted(glob.glob(os.path.join(folder, '*.sql')))
numbers = set()
rows = []
with open(out_path, 'w', encoding='ascii') as out:
    out.write('/* Made by embed_migrations.py; do not edit. */\n')
    for path in paths:
        m = re.fullmatch(r'(\d{3})_([a-z0-9_]+)\.sql', os.path.basename(path))
        if not m:
            sys.exit(f'{path}: not NNN_name.sql')
        if m[1] in numbers:
            sys.exit(f'{path}: there are two steps {m[1]}')
        numbers.add(m[1])
        with open(path, 'rb') as f:
            text = f.read()
        if not text.isascii():
            sys.exit(f'{path}: not ASCII')
        if text.count(b'CREATE TABLE') != text.count(b') STRICT;\n'):
            sys.exit(f'{path}: every table ends with ") STRICT;"')
        out.write(f'static const char sql_{m[1]}[] = {{' + ','.join(map(str, text)) + ',0};\n')
        rows.append(f'\t{{{int(m[1])}, "{m[2]}", "{hashlib.sha256(text).hexdigest()}", sql_{m[1]}}},\n')
    out.write('static const struct migration embedded[] = {\n' + ''.join(rows) + '};\n')
with open(dep_path, 'w', encoding='utf-8') as dep:
    dep.write('%s: %s\n' % (out_path, ' '.join([os.path.abspath(folder)] + [os.path.abspath(p) for p in paths])))
