#!/usr/bin/env python3
"""No writable globals in the modules. usage: check_globals.py BUILD_DIR

Reads the sections of every object under BUILD_DIR/src; .data, .bss, .tdata and .tbss must be empty.
"""
import glob
import os
import subprocess
import sys

objects = [o for o in glob.glob(os.path.join(sys.argv[1], 'src', '**', '*.o'), recursive=True)]
bad = []
for path in objects:
    for line in subprocess.run(['size', '-A', path], capture_output=True, text=True, check=True).stdout.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[0].split('.')[1:2] and ('.' + fields[0].split('.')[1]) in (
                '.data', '.bss', '.tdata', '.tbss') and not fields[0].startswith('.data.rel.ro') and int(fields[1]):
            bad.append(f'{path}: {fields[0]} holds {fields[1]} bytes')
print('\n'.join(bad) or f'no writable globals in {len(objects)} objects')
sys.exit(bool(bad) or not objects)
