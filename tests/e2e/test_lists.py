"""Published lists load fully: what `cordon import --report` counts equals what an independent count finds.

The count here shares nothing with the readers: Python's own CSV, XML and JSON, and rules of its own. The lists are
looked for beside the project (or in CORDON_SHARED); without them the tests are skipped and say so.
"""
import csv
import glob
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORDON = os.environ.get('CORDON', os.path.join(ROOT, 'build', 'cordon'))
LISTS = os.path.join(os.environ.get('CORDON_SHARED', os.path.join(ROOT, '..', 'shared')), 'data', 'real_lists')

pytestmark = pytest.mark.skipif(not os.path.isdir(LISTS), reason='the real lists are not here')


def report(*paths):
    run = subprocess.run([CORDON, 'import', '--report', *paths], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def entities(path):
    run = subprocess.run([CORDON, 'import', path], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def clean(values):
    """Distinct values without white space around them, empty ones left out."""
    return list(dict.fromkeys(v.strip() for v in values if v and v.strip()))


def rows_1252(path):
    with open(path, encoding='cp1252', errors='replace', newline='') as f:
        return [[c.strip() for c in r] for r in csv.reader(f) if len(r) > 1]


def ofac_kinds():
    """What OFAC calls an identifier -> what it is; websites and mail addresses are none."""
    with open(os.path.join(ROOT, 'data', 'exchange', 'ofac_identifiers.tsv'), encoding='utf-8') as f:
        rows = [line.rstrip('\n').split('\t') for line in f if not line.startswith('#')]
    return {kind: what for kind, what, _ in rows[1:] if what not in ('email', 'website')}


@pytest.mark.parametrize('folder, alt', [('ofac_sdn_2022-01-31', 'alt.csv'),
                                         ('ofac_sdn_2024-05-03', 'alt_2025-02-27.csv')])
def test_ofac_csv(folder, alt):
    folder = os.path.join(LISTS, 'native', folder)
    got = report(os.path.join(folder, 'sdn.csv'))[0]
    sdn = rows_1252(os.path.join(folder, 'sdn.csv'))
    known = {r[0] for r in sdn}
    comments = {}
    for path in glob.glob(os.path.join(folder, 'sdn_comments*')):
        for r in rows_1252(path):
            comments[r[0]] = comments.get(r[0], '') + r[1]
    aliases, weak = {}, 0
    for r in rows_1252(os.path.join(folder, alt)):
        if r[0] in known and not r[3].startswith('-0-'):
            former = r[2] == 'fka'
            aliases.setdefault((r[0], former), []).append(r[3])
    dates = numbers = 0
    kinds = ofac_kinds()
    begins = re.compile('(' + '|'.join(re.escape(k) for k in sorted(kinds, key=len, reverse=True)) + ') (.*)')
    for r in sdn:
        remarks = (r[11] if not r[11].startswith('-0-') else '') + comments.get(r[0], '')
        parts = [p.strip().removesuffix('.') for p in remarks.split(';')]
        weak += len(clean(m.group(1) for p in parts if (m := re.match(r"(?:alt\. )?[af]\.k\.a\. '(.*)'", p))))
        dobs = set()
        for p in parts:
            m = re.match(r'(?:alt\. )?DOB (.*)', p)
            if m:
                found = re.findall(r'(?:([A-Z][a-z]{2}) )?\b((?:1[89]|20)\d\d)\b', m.group(1))
                if len(found) == 2 and found[0] == found[1]:
                    dobs.add((found[0][1], found[0][0], ''))
                elif len(found) == 2 or 'circa' in m.group(1):
                    dobs.update((y, '', '') for _, y in found)
                else:
                    d = re.match(r'(\d{1,2}) [A-Z]', m.group(1))
                    dobs.add((found[0][1], found[0][0], d.group(1) if d else ''))
        dates += len(dobs)
        found = set()
        for p in parts:
            p = p.removeprefix('alt. ')
            if m := re.match(r'Digital Currency Address - \S+ (\S+)', p):
                found.add(('publicKey', m.group(1)))
            elif m := begins.match(p):
                # The number ends at its country's bracket, or where it says when it expires.
                number = re.sub(r' expires.*', '', m.group(2)) if '(' not in m.group(2) else m.group(2).split('(')[0]
                found.add((kinds[m.group(1)], number.strip()))
        numbers += sum(bool(n) for _, n in found)
    assert got['identifiers'] == numbers
    assert got['listed'] == len(sdn)
    assert got['persons'] == sum(r[2] == 'individual' for r in sdn)
    # By row: one publication lists a number twice.
    assert got['aliases'] == sum(len(clean(aliases.get((r[0], former), []))) for r in sdn for former in (False, True))
    assert got['weak_aliases'] == weak
    assert got['names'] == len(sdn) + got['aliases'] + weak
    assert got['dates'] == dates


def test_ofac_xml():
    path = os.path.join(LISTS, 'native', 'ofac_nonsdn_consolidated_2025-03-28.xml')
    got = report(path)[0]
    ns = {'o': 'https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML'}
    entries = ET.parse(path).getroot().findall('o:sdnEntry', ns)
    weak = strong = dates = numbers = 0
    kinds = ofac_kinds()
    for e in entries:
        by_kind = {}
        for a in e.findall('o:akaList/o:aka', ns):
            kind = ('weak' if a.findtext('o:category', '', ns) == 'weak' else
                    'former' if a.findtext('o:type', '', ns).startswith('f.k.a') else 'alias')
            by_kind.setdefault(kind, []).append((a.findtext('o:lastName', '', ns), a.findtext('o:firstName', '', ns)))
        weak += len(set(by_kind.get('weak', [])))
        strong += len(set(by_kind.get('former', []))) + len(set(by_kind.get('alias', [])))
        dates += len({d.text for d in e.findall('o:dateOfBirthList/o:dateOfBirthItem/o:dateOfBirth', ns)})
        found = {(kinds[kind], i.findtext('o:idNumber', '', ns).strip()) for i in e.findall('o:idList/o:id', ns)
                 if (kind := i.findtext('o:idType', '', ns)) in kinds}
        numbers += sum(bool(n) for _, n in found)
    assert got['listed'] == len(entries)
    assert got['persons'] == sum(e.findtext('o:sdnType', '', ns) == 'Individual' for e in entries)
    assert (got['aliases'], got['weak_aliases']) == (strong, weak)
    assert got['dates'] >= dates  # a range is two dates
    assert got['identifiers'] == numbers


def test_un_xml():
    path = os.path.join(LISTS, 'native', 'un_consolidated_2026-02-27.xml')
    got = report(path)[0]
    root = ET.parse(path).getroot()
    people, groups = root.findall('.//INDIVIDUAL'), root.findall('.//ENTITY')
    weak = names = documents = 0
    for e in people + groups:
        strong, low, former = [], [], []
        for a in e.findall('INDIVIDUAL_ALIAS') + e.findall('ENTITY_ALIAS'):
            quality = (a.findtext('QUALITY') or '').lower()
            (low if quality == 'low' else former if quality == 'f.k.a.' else strong).append(a.findtext('ALIAS_NAME'))
        strong.append(e.findtext('NAME_ORIGINAL_SCRIPT'))
        weak += len(clean(low))
        names += 1 + len(clean(strong)) + len(clean(low)) + len(clean(former))
        passports = clean(d.findtext('NUMBER') for d in e.findall('INDIVIDUAL_DOCUMENT')
                          if (d.findtext('TYPE_OF_DOCUMENT') or '').lower() == 'passport')
        others = clean(d.findtext('NUMBER') for d in e.findall('INDIVIDUAL_DOCUMENT')
                       if (d.findtext('TYPE_OF_DOCUMENT') or '').lower() != 'passport')
        documents += len(passports) + len(others)
    assert (got['listed'], got['persons']) == (len(people) + len(groups), len(people))
    assert (got['names'], got['weak_aliases']) == (names, weak)
    assert got['identifiers'] == documents


def test_canada_xml():
    path = os.path.join(LISTS, 'native', 'ca_sema_2025-05.xml')
    got = report(path)[0]
    records = ET.parse(path).getroot().findall('record')
    people = [r for r in records if r.findtext('LastName') or r.findtext('GivenName')]
    aliases = sum(len(clean((r.findtext('Aliases') or '').split(';'))) for r in records)
    assert (got['listed'], got['persons']) == (len(records), len(people))
    assert got['aliases'] == aliases
    dated = sum(bool(re.search(r'\b(1[89]|20)\d\ds?\b', r.findtext('DateOfBirthOrShipBuildDate') or '')) for r in people)
    with_dates = sum('birthDate' in e['properties'] for e in entities(path) if e['schema'] == 'Person')
    assert with_dates == dated


def test_eu_journal():
    paths = [p for p in sorted(glob.glob(os.path.join(LISTS, 'native', 'eu_journal_2026-08', 'consolidated', '*.csv')))
             if os.path.getsize(p) > 2]  # one act lists nobody
    total = {'listed': 0, 'persons': 0}
    for path, got in zip(paths, report(*paths)):
        with open(path, encoding='utf-8', newline='') as f:
            rows = list(csv.DictReader(f))
        assert got['listed'] == len(rows), path
        assert got['persons'] == sum(r['schema'] == 'Person' for r in rows), path
        aliases = 0
        for r in rows:
            for column in ('alias', 'previousName'):
                cells = next(csv.reader([r[column]], delimiter=';', skipinitialspace=True), [])
                aliases += len(clean(cells))
        assert got['aliases'] == aliases, path
        total['listed'] += got['listed']
        total['persons'] += got['persons']
    assert total['persons'] > 3000


def test_uk_csv():
    """Rows of one group stand far apart: 800 rows are 463 groups."""
    path = os.path.join(LISTS, 'native', 'parser_samples', 'uk_hmt_conlist_2016-02-12_partial.csv')
    got = report(path)[0]
    with open(path, encoding='cp1252', errors='replace', newline='') as f:
        next(f)
        rows = list(csv.DictReader(f))
    groups = {}
    for r in rows:
        group = groups.setdefault(r['Group ID'], {'type': r['Group Type'], 'name': [], 'previousName': [], 'alias': []})
        kind = {'Prime Alias': 'name', 'FKA': 'previousName'}.get(r['Alias Type'], 'alias')
        group[kind].append(' '.join(r[f'Name {i}'].strip() for i in (1, 2, 3, 4, 5, 6) if r[f'Name {i}'].strip()))
    groups = [g for g in groups.values() if clean(g['name'] + g['previousName'] + g['alias'])]
    assert got['listed'] == len(groups)
    assert got['persons'] == sum(g['type'] == 'Individual' for g in groups)
    assert got['names'] == sum(len(clean(g[k])) for g in groups for k in ('name', 'previousName', 'alias'))


def test_persons_jsonl():
    path = os.path.join(LISTS, 'persons.jsonl')
    got = report(path)[0]
    listed = names = weak = numbers = 0
    kinds = {kind.rstrip('.'): what for kind, what in ofac_kinds().items()}
    with open(path, encoding='utf-8') as f:
        for line in f:
            d = json.loads(line)
            listed += 1
            by_kind = {}
            for n in d['names']:
                kind = ('name' if n['kind'] == 'primary' else 'weak' if n.get('quality') == 'weak' else
                        'former' if n['kind'] in ('fka', 'nka') else 'alias')
                by_kind.setdefault(kind, []).append(n['name'])
            names += sum(len(clean(v)) for v in by_kind.values())
            weak += len(clean(by_kind.get('weak', [])))
            found = {}
            for i in d.get('identifiers', []):
                other = 'passportNumber' if 'assport' in i['type'] else 'idNumber'
                if i['type'] not in ('Email Address', 'Website'):
                    found.setdefault(kinds.get(i['type'].rstrip('.'), other), []).append(i['value'])
            numbers += sum(len(clean(v)) for v in found.values())
    assert (got['listed'], got['persons']) == (listed, listed)
    assert got['identifiers'] == numbers
    assert (got['names'], got['weak_aliases']) == (names, weak)
