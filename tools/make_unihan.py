#!/usr/bin/env python3
"""Readings of Han characters from Debian's unicode-data, as a sorted C array, at build time.

usage: make_unihan.py UNICODE_DIR OUT.inc
Source: Unicode Han Database (UAX 38): kMandarin, kHanyuPinlu, kCantonese, kHangul, kVietnamese, kJapaneseOn,
kJapaneseKun, kSimplifiedVariant.
"""
import bz2
import collections
import os
import re
import sys
import unicodedata


def lines(folder, name):
    path = os.path.join(folder, name)
    opener = bz2.open if os.path.exists(path + '.bz2') else open
    with opener(path + '.bz2' if opener is bz2.open else path, 'rt', encoding='utf-8') as f:
        for line in f:
            if line.startswith('U+'):
                code, field, value = line.rstrip('\n').split('\t')
                yield int(code[2:], 16), field, value


def plain(s):
    s = unicodedata.normalize('NFD', s.lower().replace('đ', 'd'))
    s = s.replace('u\u0308', 'v')
    return re.sub('[^a-z]', '', s)


def romaji(s):
    return re.sub('[^a-z]', '', s.lower())


def quote(s):
    return '"' + ''.join(c if ' ' <= c < '\x7f' else ''.join('\\%03o' % b for b in c.encode()) for c in s) + '"'


def main():
    folder, out = sys.argv[1:]
    chars = collections.defaultdict(lambda: collections.defaultdict(list))

    def add(code, field, values, most):
        have = chars[code][field]
        for v in values:
            if v and v not in have and len(have) < most:
                have.append(v)

    pinlu = {}
    for code, field, value in lines(folder, 'Unihan_Readings.txt'):
        if field == 'kMandarin':
            add(code, 'pinyin', [plain(v) for v in value.split()[:1]], 3)
        elif field == 'kHanyuPinlu':
            found = [(int(n), plain(p)) for p, n in re.findall(r'(\S+?)\((\d+)\)', value)]
            total = sum(n for n, _ in found)
            pinlu[code] = [p for n, p in sorted(found, reverse=True) if n * 8 >= total]
        elif field == 'kCantonese':
            add(code, 'jyutping', [v.rstrip('123456789') for v in value.split()], 2)
        elif field == 'kHangul':
            add(code, 'hangul', [v.split(':')[0] for v in value.split()], 3)
        elif field == 'kVietnamese':
            add(code, 'vietnamese', [plain(v) for v in value.split()], 2)
        elif field == 'kJapaneseOn':
            add(code, 'japanese', [romaji(v) for v in value.split()], 2)
        elif field == 'kJapaneseKun':
            add(code, 'kun', [romaji(v) for v in value.split()], 2)
    for code, more in pinlu.items():
        add(code, 'pinyin', more, 3)
    simplified = {}
    for code, field, value in lines(folder, 'Unihan_Variants.txt'):
        if field == 'kSimplifiedVariant':
            simplified[code] = int(value.split()[0][2:], 16)
    fields = ['pinyin', 'jyutping', 'hangul', 'vietnamese', 'japanese', 'kun']
    rows = sorted(set(chars) | set(simplified))
    with open(out, 'w', encoding='ascii') as f:
        f.write('/* Made by make_unihan.py; do not edit. Several readings are separated by spaces. */\n'
                'struct unihan_row {\n\tuint32_t code, simplified;\n' +
                ''.join('\tstruct text %s;\n' % x for x in fields) + '};\n'
                'enum { UNIHAN_COUNT = %d };\nstatic const struct unihan_row unihan_rows[] = {\n' % len(rows))
        for code in rows:
            texts = [' '.join(chars[code][x]) for x in fields]
            f.write('\t{0x%x, 0x%x, %s},\n' % (code, simplified.get(code, code), ', '.join(
                '{%s, %d}' % (quote(t), len(t.encode())) for t in texts)))
        f.write('};\n')


main()
