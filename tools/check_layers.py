#!/usr/bin/env python3
"""Reads every #include under src/ and fails on one that tools/layers.txt does not allow. usage: check_layers.py ROOT"""
import os
import re
import sys

root = sys.argv[1]
everywhere = {'assert.h', 'stdarg.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'stdio.h', 'stdlib.h', 'string.h', 'strings.h', 'limits.h',
              'errno.h', 'ctype.h', 'stdatomic.h'}
modules, headers, order = {}, {}, []
with open(os.path.join(root, 'tools', 'layers.txt'), encoding='ascii') as f:
    for line in f:
        if not line.strip() or line.startswith('#'):
            continue
        name, rest = line.split(':', 1)
        below, _, outside = rest.partition('|')
        modules[name], headers[name] = set(below.split()), outside.split()
        order.append(name)
bad = []
for name in order:
    for other in modules[name]:
        if order.index(other) >= order.index(name):
            bad.append(f'layers.txt: {name} names {other}, which is not below it')
for module in sorted(os.listdir(os.path.join(root, 'src'))):
    if module not in modules:
        bad.append(f'src/{module}: not in layers.txt')
        continue
    for file in sorted(os.listdir(os.path.join(root, 'src', module))):
        if not file.endswith(('.c', '.h')):
            continue
        with open(os.path.join(root, 'src', module, file), encoding='utf-8') as f:
            for number, line in enumerate(f, 1):
                m = re.match(r'\s*#\s*include\s+([<"])([^>"]+)', line)
                if not m:
                    continue
                kind, path = m.groups()
                where = f'src/{module}/{file}:{number}'
                if kind == '"' and '/' in path:
                    if path.split('/')[0] != module and path.split('/')[0] not in modules[module]:
                        bad.append(f'{where}: {module} may not include {path}')
                elif kind == '<' and path not in everywhere and not any(
                        path == h or (h.endswith('/') and path.startswith(h)) for h in headers[module]):
                    bad.append(f'{where}: {module} may not include <{path}>')
print('\n'.join(bad) or 'every include is allowed')
sys.exit(bool(bad))
