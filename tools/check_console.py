#!/usr/bin/env python3
"""The console's words and shape: four message files with the same keys, none empty, none unused, the same {values}; a word for
whatever the hub's tables and its interface may answer; components under 200 lines; no inline style; nothing from another host.
usage: check_console.py ROOT
"""
import json
import os
import re
import sys

from openapi import load, table

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
for language, texts in tables.items():
    for key, text in texts.items():
        if not text.strip():
            bad.append(f'{language}.json: {key} is empty')
        if sorted(re.findall(r'\{\w+\}', text)) != sorted(re.findall(r'\{\w+\}', first.get(key, ''))):
            bad.append(f'{language}.json: {key} puts in other values than en.json')
        if language == 'km' and re.search('[\uac00-\ud7a3\u4e00-\u9fff]', text) or language != 'km' and re.search('[\u1780-\u17ff]', text):
            bad.append(f'{language}.json: {key} is in another script')


def rows(name):
    """The rows of a table under data/, each a dictionary."""
    head, lines = table(os.path.join(sys.argv[1], 'data', name))
    return [dict(zip(head, line)) for line in lines]


def wanted():
    """(group, word) of everything that the hub may say and the console shows."""
    for arc in rows('lifecycle/entry.tsv'):
        yield 'done', arc['act']
        if arc['action'] != 'clock':
            # the redress officer does these at the appeal, where they have words of their own
            yield 'act', ('appeal-' if arc['action'].startswith('appeal.decide') else '') + arc['act']
        for state in [*arc['from'].split('|'), arc['to']]:
            if state != '=':
                yield from (('state', state), ('waits', state))
        yield from (('condition', word) for word in arc['conditions'].split())
    for rule in rows('lifecycle/measures.tsv'):
        yield 'measure', rule['measure']
        yield from (('basis', word) for word in rule['bases'].split('|'))
    yield from (('exclusion', row['field']) for row in rows('lifecycle/exclusions.tsv'))
    yield from (('role', row['role']) for row in rows('account/roles.tsv'))
    schemas = document['components']['schemas']
    for group, schema, field in (('state', 'Entry', 'state'), ('inflow', 'Entry', 'inflow'), ('measure', 'Measure', 'kind'),
                                 ('basis', 'Measure', 'basis'), ('row', 'Row', 'status'), ('attachment', 'Attachment', 'kind'),
                                 ('clearance', 'Clearance', 'state'), ('appeal', 'Appeal', 'state'), ('appeal-kind', 'Appeal', 'kind')):
        yield from ((group, word) for word in schemas[schema]['properties'][field]['enum'])


document, _ = load(os.path.join(sys.argv[1], 'data/api/openapi.yaml'), os.path.join(sys.argv[1], 'data/account/policy.tsv'))
for group, word in sorted(set(wanted())):
    if f'{group}-{word}' not in first:
        bad.append(f'en.json: {group}-{word} is wanted')
for thing, verb in sorted({tuple(row['action'].split('.', 1)) for row in rows('account/policy.tsv')}):
    if f'thing-{thing}' not in first or not {f'done-{verb}', f'verb-{verb}'} & set(first):
        bad.append(f'en.json: {thing}.{verb} of the policy has no word')
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
