#!/usr/bin/env python3
"""Put files into the program, at build time. usage: embed.py OUT.inc FILE...

Each becomes a row of `assets[]`: its name with eight digits of its SHA-256 before the ending, and its bytes. A style
that names another of the files as url("FILE") gets the name under which that is served; so styles come last.
"""
import hashlib
import os
import sys

types = {'.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.woff2': 'font/woff2',
         '.svg': 'image/svg+xml'}
rows = []
with open(sys.argv[1], 'w', encoding='ascii') as out:
    out.write('/* Made by embed.py; do not edit. */\n')
    for i, path in enumerate(sorted(sys.argv[2:], key=lambda p: p.endswith('.css'))):
        with open(path, 'rb') as f:
            data = f.read()
        stem, ending = os.path.splitext(os.path.basename(path))
        if ending == '.css':
            for file, served, *_ in rows:
                data = data.replace(b'url("%s")' % file.encode(), b'url("%s")' % served.encode())
        name = f'{stem}.{hashlib.sha256(data).hexdigest()[:8]}{ending}'
        rows.append((stem + ending, name, types[ending], i, len(data)))
        out.write(f'static const uint8_t asset_{i}[] = {{' + ','.join(map(str, data)) + '};\n')
    out.write('static const struct {\n\tconst char *file, *name;\n\tstruct http_asset asset;\n} assets[] = {\n')
    for file, name, kind, i, size in rows:
        out.write('\t{"%s", "%s", {"%s", {asset_%d, %d}, true}},\n' % (file, name, kind, i, size))
    out.write('};\n')
