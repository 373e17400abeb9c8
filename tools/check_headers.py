#!/usr/bin/env python3
"""Every header compiles alone, and twice. usage: check_headers.py ROOT COMPILER..."""
import glob
import os
import subprocess
import sys

root, compiler = sys.argv[1], sys.argv[2:]
bad = []
for path in sorted(glob.glob(os.path.join(root, 'src', '*', '*.h'))):
    name = os.path.relpath(path, os.path.join(root, 'src'))
    run = subprocess.run([*compiler, '-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Werror', '-I' + os.path.join(root, 'src'),
                          '-I/usr/include/libxml2', '-I/usr/include/postgresql', '-I/usr/include/freetype2', '-fsyntax-only', '-x', 'c', '-'],
                         input=f'#include "{name}"\n#include "{name}"\n', capture_output=True, text=True)
    if run.returncode:
        bad.append(next((line for line in run.stderr.splitlines() if ' error: ' in line), f'{name}: {run.stderr.strip()}'))
print('\n'.join(bad) or 'every header stands alone')
sys.exit(bool(bad))
