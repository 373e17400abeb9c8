#!/usr/bin/env python3
"""Files stay under 600 lines and functions under 70. usage: check_sizes.py ROOT"""
import os
import re
import sys

root = sys.argv[1]
bad = []
for folder in ('src', 'tests', 'fuzz', 'tools', 'ui'):
    for base, folders, files in os.walk(os.path.join(root, folder)):
        folders[:] = [d for d in folders if d not in ('node_modules', 'corpus', 'dist', '__pycache__')]
        for file in files:
            if not file.endswith(('.c', '.h', '.py', '.ts', '.tsx', '.mjs', '.css', '.sh')):
                continue
            path = os.path.join(base, file)
            with open(path, encoding='utf-8') as f:
                lines = f.read().split('\n')
            name = os.path.relpath(path, root)
            if len(lines) > 600:
                bad.append(f'{name}: {len(lines)} lines')
            if not file.endswith('.c'):
                continue
            start = None
            for i, line in enumerate(lines):
                if line == '{':
                    start = i
                elif line.startswith('}') and start is not None:
                    if i - start + 1 > 70 and line == '}':
                        head = next((l for l in reversed(lines[:start]) if re.match(r'[a-z].*\(', l)), '?')
                        bad.append(f'{name}:{start + 1}: {i - start + 1} lines in {head[:60]}')
                    start = None
print('\n'.join(bad) or 'every file and function is of a size to be read')
sys.exit(bool(bad))
