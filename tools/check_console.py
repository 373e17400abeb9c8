#!/usr/bin/env python3
"""The console's words and shape: four message files with the same keys, none empty, none unused, the same {values}; components
under 200 lines; no inline style; nothing from another host. usage: check_console.py ROOT
"""
import json
import os
import re
import sys

ui = os.path.join(sys.argv[1], 'ui')
languages = ('en', 'km', 'ko', 'zh')
tables, bad, source = {}, [], []
for language in languages:
    with open(os.path.join(ui, 'console', 'messages', f'{language}.json'), encoding='utf-8') as f:
        tables[language] = json.load(f)
first = tables['en']
for language in languages[1:]:
    for key in sorted(set(first) ^ set(tables[language])):
        bad.append(f'{language}.json: {key} is not in both this and en.json')
for language, table in tables.items():
    for key, text in table.items():
        if not text.strip():
            bad.append(f'{language}.json: {key} is empty')
        if sorted(re.findall(r'\{\w+\}', text)) != sorted(re.findall(r'\{\w+\}', first.get(key, ''))):
            bad.append(f'{language}.json: {key} puts in other values than en.json')
        if language == 'km' and re.search('[\uac00-\ud7a3\u4e00-\u9fff]', text) or language != 'km' and re.search('[\u1780-\u17ff]', text):
            bad.append(f'{language}.json: {key} is in another script')
for folder in ('console', 'kit'):
    for base, _, files in os.walk(os.path.join(ui, folder)):
        for file in sorted(files):
            if not file.endswith(('.ts', '.tsx')) or file == 'api.ts':
                continue
            path = os.path.join(base, file)
            with open(path, encoding='utf-8') as f:
                text = f.read()
            name = os.path.relpath(path, sys.argv[1])
            source.append(text)
            if text.count('\n') >= 200:
                bad.append(f'{name}: {text.count(chr(10))} lines, a component stays under 200')
            for pattern, why in ((r'\bstyle=', 'inline style'), (r'https?://(?!www\.w3\.org)', 'another host'),
                                 (r'dangerouslySetInnerHTML|innerHTML', 'text as markup')):
                if re.search(pattern, text):
                    bad.append(f'{name}: {why}')
whole = '\n'.join(source)
groups = set(re.findall(r"word\('([\w-]+)'", whole)) | set(re.findall(r'group="([\w-]+)"', whole))
for key in first:
    said = f"'{key}'" in whole or key.endswith('_one') and f"'{key[:-4]}'" in whole
    grouped = any(key.startswith(group + '-') for group in groups)
    made = re.match(r'(in|ago)_(day|hour|minute)$', key)
    if not (said or grouped or made):
        bad.append(f'en.json: {key} is said nowhere')
print('\n'.join(bad) or f'{len(first)} messages in four languages')
sys.exit(bool(bad))
