#!/usr/bin/env python3
"""Every table in data/ has a header, whole rows, and a source in each; every reason of an error has its row in
data/problems.tsv. usage: check_data.py ROOT"""
import glob
import os
import re
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
with open(os.path.join(sys.argv[1], 'data', 'problems.tsv'), encoding='utf-8') as f:
    reasons = {line.split('\t')[0] for line in f}
for path in sorted(glob.glob(os.path.join(sys.argv[1], 'src', '*', '*.c'))):
    with open(path, encoding='utf-8') as f:
        source = f.read()
    given = re.findall(r'error_because\(\s*[&\w]+,\s*ST_\w+,\s*"([^"]+)"', source)
    if path.endswith('lifecycle/conditions.c'):
        given += re.findall(r'(?:return|\?|:)\s*"([a-z-]+)"', source)
    bad += [f'{path}: {reason} is no row of problems.tsv' for reason in given if reason not in reasons]
print('\n'.join(bad[:40]) or 'every row has its source, every reason its row')
sys.exit(bool(bad))
