#!/usr/bin/env python3
"""Turn a table of data/ into a sorted C array, at build time.

usage: tsv2c.py TABLE.tsv OUT.inc NAME COLUMN[:TYPE]...

TABLE.tsv has a header row, tabs between fields, and a `source` column that is never empty; lines that start
with '#' are comments. Each named COLUMN becomes a member of `struct NAME_row`; TYPE is text (default, a
`struct text`), u32, i32, hex, or place (no column: the row's place in the file, from 0). Rows are sorted by the first column's bytes, equal keys keep their order in the
file. The output defines `struct NAME_row`, `NAME_rows[]` (static const) and the enum constant `NAME_COUNT`. NAME=TYPE uses
`struct TYPE`, which is declared elsewhere with these members in this order.
A row that does not fit (missing field, no source, bad number) stops the build and names the line.
"""
import sys


def fail(path, line, reason):
    sys.exit(f'{path}:{line}: {reason}')


def c_string(value):
    out = []
    for byte in value.encode('utf-8'):
        if byte in (0x22, 0x5C):
            out.append('\\' + chr(byte))
        elif 0x20 <= byte < 0x7F and byte != 0x3F:
            out.append(chr(byte))
        else:
            out.append('\\%03o' % byte)
    return '"' + ''.join(out) + '"'


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    path, out_path, name = sys.argv[1:4]
    name, _, struct = name.partition('=')
    wanted = [(c.split(':') + ['text'])[:2] for c in sys.argv[4:]]
    rows, header = [], None
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            fields = line.split('\t')
            if header is None:
                header = fields
                for column, kind in wanted:
                    if kind != 'place' and column not in header:
                        fail(path, number, f'no column {column}')
                if 'source' not in header:
                    fail(path, number, 'no column source')
                continue
            if len(fields) != len(header):
                fail(path, number, f'{len(fields)} fields, {len(header)} expected')
            row = dict(zip(header, fields))
            if not row['source']:
                fail(path, number, 'no source')
            members = []
            for column, kind in wanted:
                if kind == 'place':
                    members.append(f'{len(rows)}u')
                    continue
                value = row[column]
                if kind == 'text':
                    members.append('{%s, %d}' % (c_string(value), len(value.encode('utf-8'))))
                else:
                    try:
                        n = int(value, 16 if kind == 'hex' else 10)
                    except ValueError:
                        fail(path, number, f'{column}: not a number: {value!r}')
                    if not (-2**31 <= n < 2**31 if kind == 'i32' else 0 <= n < 2**32):
                        fail(path, number, f'{column}: out of range: {n}')
                    members.append(str(n) + ('' if kind == 'i32' else 'u'))
            rows.append((row[wanted[0][0]].encode('utf-8'), members))
    rows.sort(key=lambda r: r[0])
    types = {'text': 'struct text', 'u32': 'uint32_t', 'hex': 'uint32_t', 'place': 'uint32_t', 'i32': 'int32_t'}
    with open(out_path, 'w', encoding='ascii') as f:
        f.write(f'/* Made from {path.rsplit("/", 1)[-1]} by tsv2c.py; do not edit. */\n')
        if not struct:
            struct = name + '_row'
            f.write(f'struct {struct} {{\n')
            for column, kind in wanted:
                f.write(f'\t{types[kind]} {column};\n')
            f.write('};\n\n')
        f.write('enum { %s_COUNT = %d };\n\n' % (name.upper(), len(rows)))
        f.write(f'static const struct {struct} {name}_rows[] = {{\n')
        for _, members in rows:
            f.write('\t{' + ', '.join(members) + '},\n')
        f.write('};\n')


main()
