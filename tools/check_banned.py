#!/usr/bin/env python3
"""Every function banned in tools/banned.h is refused by the compiler; the headers of the
libraries that Cordon uses pass. usage: check_banned.py ROOT COMPILER... (TAP)"""
import os
import subprocess
import sys

root, compiler = sys.argv[1], sys.argv[2:]
header = os.path.join(root, 'tools', 'banned.h')


def compiles(text, *options):
    return subprocess.run([*compiler, '-std=gnu17', '-D_GNU_SOURCE', '-Werror', '-Wall', *options, '-I/usr/include/libxml2', '-I/usr/include/postgresql', '-I/usr/include/freetype2', '-I/usr/include/cairo',
                           '-include', header, '-fsyntax-only', '-x', 'c', '-'], input=text, capture_output=True, text=True)


def names():
    with open(header, encoding='ascii') as f:
        return [n for line in f if line.startswith('#pragma GCC poison') for n in line.split()[3:]]


def each_is_refused():
    for name in names():
        run = compiles(f'void *use(void);\nvoid *use(void) {{ return (void *){name}; }}\n')
        assert run.returncode and 'poisoned' in run.stderr, f'{name} is not refused: {run.stderr}'
    for call in ('rand()', 'system("")'):
        run = compiles(f'int use(void);\nint use(void) {{ return {call}; }}\n')
        assert run.returncode and 'banned' in run.stderr, f'{call} is not refused: {run.stderr}'


def libraries_pass():
    outside = set()
    with open(os.path.join(root, 'tools', 'layers.txt'), encoding='ascii') as f:
        for line in f:
            if line.strip() and not line.startswith('#'):
                outside |= {h for h in line.partition('|')[2].split() if h.endswith('.h')}
    for option in ('-O0', '-O2'):
        run = compiles(''.join(f'#include <{h}>\n' for h in sorted(outside)), option, '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2'
                       if option == '-O2' else '-D_FORTIFY_SOURCE=0')
        assert run.returncode == 0, run.stderr


tests = [('every banned function is refused', each_is_refused), ('the headers of libraries pass', libraries_pass)]
print(f'1..{len(tests)}')
for number, (name, test) in enumerate(tests, 1):
    try:
        test()
        print(f'ok {number} - {name}')
    except AssertionError as e:
        print(f'not ok {number} - {name}')
        print('# ' + str(e).replace('\n', '\n# '))
