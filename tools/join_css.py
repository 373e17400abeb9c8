#!/usr/bin/env python3
"""Join styles into one file, without comments and needless space. usage: join_css.py OUT.css IN.css..."""
import re
import sys

text = '\n'.join(open(path, encoding='utf-8').read() for path in sys.argv[2:])
text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
text = re.sub(r'\s+', ' ', text)
# Space around + and - means something in calc(), space before ':' and '(' in selectors.
text = re.sub(r'\s*([{};,>])\s*', r'\1', text)
text = re.sub(r':\s+', ':', text).replace(';}', '}')
with open(sys.argv[1], 'w', encoding='utf-8') as out:
    out.write(text.strip() + '\n')
