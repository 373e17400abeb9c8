#!/usr/bin/env python3
"""Every table in data/ has a header, whole rows, and a source in each. usage: check_data.py ROOT"""
import os
import sys

bad = []
for base, _, files in os.walk(os.path.join(sys.argv[1], 'data')):
    for file in files:
        if not file.endswith('.tsv'):
            continue
        path = os.path.join(base, file)
        header = None
        with open(path, encoding='utf-8') as f:
            for number, line in enumerate(f, 1):
                line = line.rstrip('\n')
                if not line or line.startswith('#'):
                    continue
                fields = line.split('\t')
                if header is None:
                    header = fields
                    if 'source' not in header:
                        bad.append(f'{path}: no column source')
                        break
                elif len(fields) != len(header) or not fields[header.index('source')]:
                    bad.append(f'{path}:{number}: a field or the source is missing')
print('\n'.join(bad[:40]) or 'every row has its source')
sys.exit(bool(bad))
