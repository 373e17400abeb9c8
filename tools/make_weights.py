#!/usr/bin/env python3
"""Turn the weights and the operating point into constants, at build time.

usage: make_weights.py WEIGHTS.tsv OPERATING_POINT.tsv OUT.inc
"""
import sys


def rows(path):
    with open(path, encoding='utf-8') as f:
        lines = [l.rstrip('\n') for l in f if l.strip() and not l.startswith('#')]
    header = lines[0].split('\t')
    for number, line in enumerate(lines[1:], 2):
        fields = line.split('\t')
        if len(fields) != len(header) or not fields[-1]:
            sys.exit(f'{path}: row {number}: every field and a source are needed')
        yield dict(zip(header, fields))


with open(sys.argv[3], 'w', encoding='ascii') as out:
    out.write('/* Made by make_weights.py; do not edit. */\n')
    for r in rows(sys.argv[1]):
        name = r['rule'].upper().replace('-', '_')
        out.write(f'#define SCORE_{name} ({int(r["score_ppm"])})\n#define EVIDENCE_{name} ({int(r["evidence_mbit"])})\n')
    for r in rows(sys.argv[2]):
        out.write(f'#define POINT_{r["name"].upper()} ({int(r["value"])})\n')
