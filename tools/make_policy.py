#!/usr/bin/env python3
"""The roles and the policy as C tables. usage: make_policy.py roles.tsv policy.tsv OUT.inc

Rows of the policy come out sorted by action, so that one binary search finds them. A word that no table knows, an action
that is not noun.verb, a row given twice or a role without a row stops the build.
"""
import re
import sys

SCOPES = ('any', 'self', 'own', 'shared', 'hub')
STRENGTHS = {'none': 'ACTOR_NOBODY', 'token': 'ACTOR_TOKEN', 'totp': 'ACTOR_TOTP', 'passkey': 'ACTOR_PASSKEY'}
roles_path, policy_path, out_path = sys.argv[1:4]


def table(path):
    header = None
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            fields = line.rstrip('\n').split('\t')
            if line.startswith('#') or not line.strip():
                continue
            if header is None:
                header = fields
            elif len(fields) != len(header):
                sys.exit(f'{path}:{number}: {len(fields)} fields, {len(header)} expected')
            else:
                yield f'{path}:{number}', dict(zip(header, fields))


def pick(where, row, column, words):
    if row[column] not in words:
        sys.exit(f'{where}: {column}: {row[column]!r} is none of {" ".join(words)}')
    return row[column]


role_rows = list(table(roles_path))
roles = [row['role'] for _, row in role_rows]
if len(roles) > 64 or len(set(roles)) != len(roles):
    sys.exit(f'{roles_path}: over 64 roles, or one given twice')


def mask(words):
    return f'0x{sum(1 << roles.index(w) for w in words):x}u'


beside = []
for where, row in role_rows:
    words = roles if row['beside'] == '*' else row['beside'].replace('-', '').split()
    for word in words:
        pick(where, {'beside': word}, 'beside', roles)
    beside.append(mask(set(words) | {row['role']}))
bearers = {kind: mask(r['role'] for where, r in role_rows if pick(where, r, 'who', ('person', 'machine', 'both')) in (kind, 'both'))
           for kind in ('person', 'machine')}
rows, seen = [], set()
for where, row in table(policy_path):
    if not re.fullmatch(r'[a-z]+\.[a-z][a-z-]*', row['action']) or len(row['action']) >= 64:
        sys.exit(f'{where}: {row["action"]!r} is not noun.verb')
    role = pick(where, row, 'role', ['anyone', 'member'] + roles)
    if (row['action'], role) in seen:
        sys.exit(f'{where}: {row["action"]} {role} is given twice')
    seen.add((row['action'], role))
    who = f'POLICY_{role.upper()}' if role in ('anyone', 'member') else str(roles.index(role))
    flags = [str(int(pick(where, row, c, 'yn') == 'y')) for c in ('anew', 'purpose', 'second')]
    rows.append((row['action'], '\t{{"%s", %d}, %s, SCOPE_%s, %s, %s, %s},\n' % (
        row['action'], len(row['action']), who, pick(where, row, 'scope', SCOPES).upper(),
        STRENGTHS[pick(where, row, 'strength', STRENGTHS)], ', '.join(flags), pick(where, row, 'handling', '0123'))))
rows.sort(key=lambda r: r[0])
with open(out_path, 'w', encoding='ascii') as f:
    f.write('/* Made from roles.tsv and policy.tsv by make_policy.py; do not edit. */\n')
    f.write(f'enum {{ ROLE_COUNT = {len(roles)}, POLICY_COUNT = {len(rows)} }};\n\n')
    f.write('static const char *const role_words[ROLE_COUNT] = {' + ', '.join(f'"{r}"' for r in roles) + '};\n\n')
    f.write('static const uint64_t role_beside[ROLE_COUNT] = {' + ', '.join(beside) + '};\n')
    f.write(f'static const uint64_t roles_of_people = {bearers["person"]}, roles_of_machines = {bearers["machine"]};\n\n')
    f.write('static const struct policy_row policy_rows[POLICY_COUNT] = {\n' + ''.join(r for _, r in rows) + '};\n')
