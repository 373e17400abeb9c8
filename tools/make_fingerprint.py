#!/usr/bin/env python3
"""Fingerprint of the matching tables.

usage: make_fingerprint.py OUT.c TABLE...
       make_fingerprint.py --list SOURCE_ROOT    (the tables, a line each, for the build)
"""
import glob
import hashlib
import os
import sys

if sys.argv[1] == '--list':
    for folder in ('names', 'romanise', 'screen', 'sound', 'text'):
        for path in sorted(glob.glob(os.path.join(sys.argv[2], 'data', folder, '*.tsv'))):
            print(os.path.relpath(path, sys.argv[2]))
    sys.exit(0)

h = hashlib.sha256()
for path in sorted(sys.argv[2:], key=lambda p: p.replace('\\', '/').split('/data/')[-1]):
    with open(path, 'rb') as f:
        data = f.read()
    h.update(path.split('/data/')[-1].encode() + b'\0' + len(data).to_bytes(8, 'little') + data)
with open(sys.argv[1], 'w', encoding='ascii') as f:
    f.write('/* Made by make_fingerprint.py; do not edit. */\n#include "screen/fingerprint.h"\n\n'
            'uint64_t tables_fingerprint(void)\n{\n\treturn 0x%su;\n}\n' % h.hexdigest()[:16])
