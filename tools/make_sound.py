#!/usr/bin/env python3
"""Spread data/sound/units.tsv and costs.tsv into the arrays the engine reads, at build time.

usage: make_sound.py UNITS.tsv COSTS.tsv OUT.inc
"""
import sys

SWAP, VOWELS, CONSONANTS, MIXED, OMIT = 5500, 3000, 6000, 8000, 5500


def table(path):
    with open(path, encoding='ascii') as f:
        lines = [l.rstrip('\n') for l in f if l.strip() and not l.startswith('#')]
    header = lines[0].split('\t')
    for number, line in enumerate(lines[1:], 2):
        fields = line.split('\t')
        if len(fields) != len(header) or not fields[-1]:
            sys.exit(f'{path}: row {number}: every field and a source are needed')
        yield dict(zip(header, fields))


def main():
    units_path, costs_path, out_path = sys.argv[1:]
    coarse = {r['unit']: r['coarse'] for r in table(units_path)}
    cell = {u: ord(u) - ord('A') for u in coarse}
    if any(not 0 <= c < 64 for c in cell.values()):
        sys.exit(f'{units_path}: a unit is not a letter')
    vowel = {u for u, c in coarse.items() if c in 'aiu'}
    square = [[0] * 64 for _ in range(64)]
    omit = [OMIT] * 64
    for a in coarse:
        for b in coarse:
            if a != b:
                square[cell[a]][cell[b]] = (VOWELS if a in vowel and b in vowel else
                                            CONSONANTS if a not in vowel and b not in vowel else MIXED)
    for r in table(costs_path):
        a, b, cost = r['a'], r['b'], int(r['cost_mbit'])
        if a not in cell or (b != '-' and b not in cell) or not 0 <= cost < 60000:
            sys.exit(f'{costs_path}: no such unit or bad cost: {r}')
        if b == '-':
            omit[cell[a]] = cost
        else:
            square[cell[a]][cell[b]] = square[cell[b]][cell[a]] = cost
    with open(out_path, 'w', encoding='ascii') as f:
        f.write('/* Made by make_sound.py; do not edit. Cell of a unit: its letter minus \'A\'. */\n')
        f.write(f'#define SOUND_SWAP {SWAP}u\n')
        f.write('static const uint16_t sound_square[64][64] = {\n')
        for row in square:
            f.write('\t{' + ','.join(map(str, row)) + '},\n')
        f.write('};\nstatic const uint16_t sound_omit[64] = {' + ','.join(map(str, omit)) + '};\n')
        letters = [0] * 64
        for u, c in coarse.items():
            letters[cell[u]] = 0 if c == '-' else ord(c)
        f.write('static const uint8_t sound_coarse_class[64] = {' + ','.join(map(str, letters)) + '};\n')


main()
