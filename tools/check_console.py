#!/usr/bin/env python3
"""The words and shape of the console and of the lane: four message files with the same keys, none empty, none unused, the same {values}; a word for
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
bad, source = [], []


def messages(face):
    """English of `face`, whose four files were compared."""
    tables = {}
    for language in languages:
        with open(os.path.join(ui, face, 'messages', f'{language}.json'), encoding='utf-8') as f:
            tables[language] = json.load(f)
    first = tables['en']
    for language, texts in tables.items():
        name = f'{face}/messages/{language}.json'
        for key in sorted(set(first) ^ set(texts)):
            bad.append(f'{name}: {key} is not in both this and en.json')
        for key, text in texts.items():
            if not text.strip():
                bad.append(f'{name}: {key} is empty')
            if sorted(re.findall(r'\{\w+\}', text)) != sorted(re.findall(r'\{\w+\}', first.get(key, ''))):
                bad.append(f'{name}: {key} puts in other values than en.json')
            if language == 'km' and re.search('[\uac00-\ud7a3\u4e00-\u9fff]', text) or language != 'km' and re.search('[\u1780-\u17ff]', text):
                bad.append(f'{name}: {key} is in another script')
    return first


first, lane = messages('console'), messages('lane')


def rows(name):
    """The rows of a table under data/, each a dictionary."""
    head, lines = table(os.path.join(sys.argv[1], 'data', name))
    return [dict(zip(head, line)) for line in lines]


def troubles():
    """(group, word) of what a post may say that troubles it: in its lane's frame, and among the hub's posts."""
    with open(os.path.join(sys.argv[1], 'src/post/update.c'), encoding='utf-8') as f:
        words = f.read().split('*trouble_word(', 1)[1].split('};', 1)[0]
    yield from (('trouble', word) for word in ['spool-forked', *re.findall(r'"([\w-]+)"', words)])


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
    yield from troubles()
    yield 'trouble', 'list-differs'
    for act in rows('hit/acts.tsv'):
        yield 'hit-act', act['act']
        yield from ((group, state) for state in [*act['from'].split('|'), act['to']] if state not in '=*' for group in ('hit', 'hit-waits'))
    schemas = document['components']['schemas']
    yield from (('standing', word) for word in [*schemas['Post']['properties']['colour']['enum'], 'expected', 'revoked', 'silent'])
    yield from (('alert', word) for word in schemas['Today']['properties']['alerts']['items']['properties']['kind']['enum'])
    for group, schema, field in (('state', 'Entry', 'state'), ('inflow', 'Entry', 'inflow'), ('measure', 'Measure', 'kind'),
                                 ('basis', 'Measure', 'basis'), ('row', 'Row', 'status'), ('attachment', 'Attachment', 'kind'),
                                 ('post-kind', 'Post', 'kind'), ('point', 'Post', 'point'), ('drill', 'Drill', 'state'),
                                 ('clearance', 'Clearance', 'state'), ('appeal', 'Appeal', 'state'), ('appeal-kind', 'Appeal', 'kind'),
                                 ('hit', 'Hit', 'state'), ('partner', 'Hit', 'answer'), ('lane', 'Hit', 'result'), ('grade', 'Hit', 'grade'),
                                 ('point', 'Crossing', 'point'), ('lane', 'Crossing', 'result'), ('crossing', 'Crossing', 'by'),
                                 ('arrival-kind', 'Arrival', 'kind'), ('arrival-state', 'ArrivalPerson', 'state'), ('lane', 'ArrivalPerson', 'result')):
        yield from ((group, word) for word in schemas[schema]['properties'][field]['enum'])


def wanted_lane():
    """(group, word) of everything that a post may say and the lane shows."""
    for act in rows('hit/acts.tsv'):
        yield 'act', act['act']
        # of the partner, in the hub
        yield 'act', 'receive'
        yield from (('state', state) for state in [*act['from'].split('|'), act['to']] if state not in '=*')
    yield from (('guard', row['guard']) for row in rows('verdict/guards.tsv'))
    for rule in rows('lifecycle/measures.tsv'):
        yield 'measure', rule['measure']
        yield from (('basis', word) for word in rule['bases'].split('|'))
    yield from troubles()


document, _ = load(os.path.join(sys.argv[1], 'data/api/openapi.yaml'), os.path.join(sys.argv[1], 'data/account/policy.tsv'))
for group, word in sorted(set(wanted())):
    if f'{group}-{word}' not in first:
        bad.append(f'en.json: {group}-{word} is wanted')
for group, word in sorted(set(wanted_lane())):
    if f'{group}-{word}' not in lane:
        bad.append(f'lane/messages/en.json: {group}-{word} is wanted')
for thing, verb in sorted({tuple(row['action'].split('.', 1)) for row in rows('account/policy.tsv')}):
    if f'thing-{thing}' not in first or not {f'done-{verb}', f'verb-{verb}'} & set(first):
        bad.append(f'en.json: {thing}.{verb} of the policy has no word')
of_lane = []
for folder in ('console', 'kit', 'lane'):
    for base, _, files in os.walk(os.path.join(ui, folder)):
        for file in sorted(files):
            if not file.endswith(('.ts', '.tsx')) or file == 'api.ts':
                continue
            path = os.path.join(base, file)
            with open(path, encoding='utf-8') as f:
                text = f.read()
            name = os.path.relpath(path, sys.argv[1])
            (of_lane if folder == 'lane' else source).append(text)
            if text.count('\n') >= 200:
                bad.append(f'{name}: {text.count(chr(10))} lines, a component stays under 200')
            for pattern, why in ((r'\bstyle=', 'inline style'), (r'https?://(?!www\.w3\.org)', 'another host'),
                                 (r'dangerouslySetInnerHTML|innerHTML', 'text as markup')):
                if re.search(pattern, text):
                    bad.append(f'{name}: {why}')
for texts, sources, name, asked in ((first, source, 'console', wanted()), (lane, of_lane, 'lane', wanted_lane())):
    whole = '\n'.join(sources)
    groups = set(re.findall(r"word\('([\w-]+)'", whole)) | set(re.findall(r'group="([\w-]+)"', whole))
    # Of a group whose words are known, a key is one of those or is said by the code: that `hit` is shown says nothing of hit-nonsense.
    known = {}
    for group, word in asked:
        known.setdefault(group, set()).add(word)
    made_of = tuple(re.findall(r'`([a-z-]+-)\$\{', whole))
    of_group = lambda group, rest: group not in known or rest in known[group] or rest.startswith(made_of) or re.search(rf"\b{re.escape(rest)}\b", whole)
    for key in texts:
        said = f"'{key}'" in whole or key.endswith('_one') and f"'{key[:-4]}'" in whole
        grouped = any(key.startswith(group + '-') and of_group(group, key[len(group) + 1:]) for group in groups)
        made = re.match(r'(in|ago)_(day|hour|minute)$', key)
        if not (said or grouped or made):
            bad.append(f'{name}/messages/en.json: {key} is said nowhere')
print('\n'.join(bad) or f'{len(first)} messages of the console and {len(lane)} of the lane in four languages')
sys.exit(bool(bad))
