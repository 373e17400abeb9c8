"""Figures at a real hub: outcomes entered by form and by CSV, operations of two countries, released by two people, proved by
`cordon verify figures`, computed anew by an auditor."""
import csv
import datetime
import io
import json
import os
import re
import subprocess
import time

import pytest

import pg
from hub import CORDON
from officehub import OfficeHub

# The month before this one has ended.
MONTH = (datetime.datetime.now(datetime.timezone.utc).replace(day=1) - datetime.timedelta(days=1)).strftime('%Y-%m')


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request, tmp_path_factory):
    with pg.fresh(request.param) as url:
        hub = OfficeHub(str(tmp_path_factory.mktemp('figures')), url)
        hub.analyst, hub.supervisor, hub.decider = hub.officer('analyst'), hub.officer('supervisor'), hub.officer('decider')
        hub.korean, hub.thai, hub.auditor = hub.officer('liaison', country='kr'), hub.officer('liaison', country='th'), hub.officer('auditor')
        yield hub
        assert hub.stop() == 0


def act(who, what, name, path='outcomes'):
    return who.post(f'/api/v1/{path}/{what["id"]}/acts/{name}', headers={'If-Match': f'"{what["version"]}"'})


def enter(hub, figure, number, country=None, **more):
    body = {'figure': figure, 'month': MONTH, 'number': number, **({'country': country} if country else {}), **more}
    made = hub.analyst.post('/api/v1/outcomes', body)
    assert made.status == 201, made
    assert made.json['state'] == 'entered'
    answer = act(hub.analyst, made.json, 'confirm')
    assert (answer.status, answer.reason) == (403, 'denied'), answer  # by a second officer
    answer = act(hub.supervisor, made.json, 'confirm')
    assert answer.status == 200 and answer.json['state'] == 'confirmed', answer
    return answer.json


def file(hub, name):
    answer = hub.nobody.get(f'/api/v1/figures/files/{name}')
    assert answer.status == 200, answer
    return answer.body


def verify(*arguments):
    run = subprocess.run([CORDON, 'verify', 'figures', *arguments], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def test_a_table_is_entered_whole_or_not_at_all(hub):
    bad = f'figure,month,country,number,people,operation,note\r\nsuspects.detained,{MONTH},cn,40,,,\r\nsuspects.seen,{MONTH},cn,1,,,\r\n' \
          f'suspects.detained,2999-01,kr,1,,,\r\nsuspects.detained,{MONTH},Korea,1,,,\r\nmoney.lost,{MONTH},,1000,,,\r\nsuspects.tried,{MONTH},kr,x,,,\r\n'
    answer = hub.analyst.post('/api/v1/outcomes/rows?lang=ko', bad.encode(), headers={'Content-Type': 'text/csv'})
    assert answer.status == 200, answer
    assert answer.json['entered'] == 0 and answer.json['rows'] == 6
    assert [(p['row'], p['field'], p['reason']) for p in answer.json['problems']] == [
        (3, 'figure', 'outcome-figure'), (4, 'month', 'outcome-month'), (5, 'country', 'outcome-country'), (6, 'people', 'outcome-number'),
        (7, 'number', 'outcome-number')]
    assert all(re.search('[가-힣]', p['text']) for p in answer.json['problems'])
    assert hub.analyst.get('/api/v1/outcomes').json['total'] == 0
    assert hub.audit(hub.analyst, 'outcome.enter')[-1][1] == 'done'
    assert hub.analyst.post('/api/v1/outcomes/rows', b'number\r\n1\r\n', headers={'Content-Type': 'text/csv'}).json['problems'][0]['reason'] == 'header-missing'
    assert hub.analyst.post('/api/v1/outcomes/rows', b'\xff\xfe', headers={'Content-Type': 'text/csv'}).reason == 'file-encoding'
    good = f'\ufefffigure,month,country,number,note\r\nvictims.screened,{MONTH},cn,40,"first, second"\r\nvictims.screened,{MONTH},vn,50,\r\n\r\n'
    answer = hub.analyst.post('/api/v1/outcomes/rows', good.encode(), headers={'Content-Type': 'text/csv'})
    assert answer.json == {'rows': 2, 'entered': 2, 'problems': []}
    for one in hub.analyst.get('/api/v1/outcomes?state=entered').json['items']:
        assert act(hub.supervisor, one, 'confirm').status == 200


def test_an_operation_of_two_countries_counts_once(hub):
    """G35."""
    assert hub.thai.post('/api/v1/operations', {'code': 'JO-2026-9', 'partner': 'kr'}).reason == 'outcome-side'
    assert hub.korean.post('/api/v1/operations', {'code': 'JO-2026-1', 'partner': 'kr'}).status == 201
    ours = enter(hub, 'suspects.detained', 12, 'kr', operation='JO-2026-1')
    assert ours['sides'] == 'waiting' and 'sideUntil' in ours
    draft = hub.supervisor.get(f'/api/v1/figures?month={MONTH}').json
    assert 'suspects.detained' not in [c['id'] for c in draft['cells']]
    # Whom it does not concern does not see it; who does sees that alone.
    assert hub.thai.get('/api/v1/outcomes').json['total'] == 0
    assert act(hub.thai, ours, 'agree').status == 404
    shown = hub.korean.get('/api/v1/outcomes').json
    assert shown['total'] == 1 and [a['act'] for a in shown['items'][0]['acts']] == ['agree']
    # What is the host's alone is not for others to enter.
    assert hub.korean.post('/api/v1/outcomes', {'figure': 'suspects.detained', 'month': MONTH, 'country': 'kr', 'number': 1}).reason == 'outcome-side'
    assert act(hub.korean, ours, 'agree').status == 200
    cell = next(c for c in hub.supervisor.get(f'/api/v1/figures?month={MONTH}').json['cells'] if c['id'] == 'suspects.detained')
    assert cell['value'] == 12 and cell['sides'] == 'both'


def test_released_by_two_and_proved(hub, tmp_path):
    """G34: the file, the table and the page have the same digits; a changed digit is found."""
    enter(hub, 'suspects.detained', 800, 'cn')
    enter(hub, 'suspects.detained', 3, 'th')
    enter(hub, 'money.lost', 48600000, people=869)
    assert hub.korean.get(f'/api/v1/figures?month={MONTH}').status == 403
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m')
    assert hub.supervisor.post('/api/v1/figures/releases', {'month': now}).reason == 'figures-month-open'
    made = hub.supervisor.post('/api/v1/figures/releases', {'month': MONTH})
    assert made.status == 201 and made.json['state'] == 'proposed', made
    assert hub.supervisor.post('/api/v1/figures/releases', {'month': MONTH}).reason == 'figures-open'
    assert act(hub.supervisor, made.json, 'release', 'figures/releases').status == 403
    released = act(hub.decider, made.json, 'release', 'figures/releases')
    assert released.status == 200 and released.json['number'] == 1, released

    document = json.loads(file(hub, 'figures.json'))
    items = {item['id']: item for item in document['items']}
    detained = items['suspects.detained']
    assert detained['value'] == 815 and detained['sides'] == 'both'
    assert {p['country']: p['value'] for p in detained['parts']} == {'cn': 800, 'kr': None, 'th': None}
    assert document['joint'] == [{'host': 'kh', 'id': 'JO-2026-1', 'partner': 'kr', 'sides': 'both'}]
    for item in items.values():  # the thirteen, in four languages
        assert all(item[k] is not None for k in ('from', 'to', 'as_of', 'method', 'counts', 'kind', 'signer')) and 'revises' in item and 'value' in item
        assert all(item[k][lang] for k in ('name', 'unit', 'definition', 'source', 'gaps') for lang in ('en', 'km', 'ko', 'zh'))
    table = file(hub, 'figures.csv').decode()
    assert table.startswith('\ufeffid,')
    for row in csv.DictReader(io.StringIO(table[1:])):
        item = items[row['id']]
        value = item['value'] if not row['country'] else next(p['value'] for p in item['parts'] if p['country'] == row['country'])
        assert row['value'] == ('' if value is None else str(value)) and row['withheld'] == ('true' if value is None else 'false')
    assert b'<title' in file(hub, 'figures-suspects.km.svg')
    catalogue = json.loads(file(hub, 'figures.dcat.json'))
    assert [n['@type'] for n in catalogue['@graph']] == ['Catalog', 'DatasetSeries', 'Dataset']

    # Anybody proves it: signature, ledger over HTTP, ledger by a proof.
    path, keys = tmp_path / 'figures.json', os.path.join(hub.folder, 'keys', 'trusted')
    path.write_bytes(file(hub, 'figures.json'))
    for _ in range(50):
        proof = hub.nobody.get(f'/api/v1/figures/releases/{released.json["id"]}/proof')
        if proof.status == 200:
            break
        time.sleep(0.2)
    (tmp_path / 'proof').write_bytes(proof.body)
    ledger = f'http://127.0.0.1:{hub.port}/ledger/list'
    for place in ((), ('--ledger', str(tmp_path / 'proof')), ('--ledger', ledger)):
        code, said = verify(str(path), '--keys', keys, *place)
        assert code == 0 and 'it holds' in said and ('leaf ' in said) == bool(place), said
    changed = tmp_path / 'changed.json'
    changed.write_bytes(path.read_bytes().replace(b'"value":815', b'"value":816'))
    code, said = verify(str(changed), '--keys', keys)
    assert code == 1 and 'number-changed: suspects.detained: the file says 816, signed was 815' in said, said

    # An auditor computes it anew, and says why he wants what others do not see.
    assert hub.supervisor.get(f'/api/v1/figures/releases/{released.json["id"]}/snapshot').status == 403
    assert hub.auditor.get(f'/api/v1/figures/releases/{released.json["id"]}/snapshot').reason == 'purpose-missing'
    snapshot = hub.auditor.get(f'/api/v1/figures/releases/{released.json["id"]}/snapshot', headers={'X-Purpose': 'yearly audit'})
    (tmp_path / 'snapshot').write_bytes(snapshot.body)
    run = subprocess.run([CORDON, 'figures', 'recompute', '--snapshot', str(tmp_path / 'snapshot'), '--release', str(path)], capture_output=True,
                         text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (tmp_path / 'snapshot').write_bytes(snapshot.body.replace(b'"country":"th","value":3', b'"country":"th","value":4').replace(b'"value":815', b'"value":816'))
    run = subprocess.run([CORDON, 'figures', 'recompute', '--snapshot', str(tmp_path / 'snapshot'), '--release', str(path)], capture_output=True,
                         text=True)
    assert run.returncode == 1 and 'suspects.detained' in run.stdout, run.stdout


def test_a_correction_is_a_new_release_with_its_reason(hub, tmp_path):
    old = next(o for o in hub.analyst.get('/api/v1/outcomes?state=confirmed').json['items'] if o['number'] == 800)
    first = file(hub, 'figures-1.json')
    enter(hub, 'suspects.detained', 790, 'cn', replaces=old['id'], reason='entry')
    assert hub.supervisor.post('/api/v1/figures/releases', {'month': MONTH}).reason == 'figures-reason'
    made = hub.supervisor.post('/api/v1/figures/releases', {'month': MONTH, 'reasons': {'suspects.detained': {'code': 'entry', 'text': 'ten counted twice'}}})
    assert made.status == 201, made
    assert act(hub.decider, made.json, 'release', 'figures/releases').json['number'] == 2
    items = {item['id']: item for item in json.loads(file(hub, 'figures.json'))['items']}
    assert items['suspects.detained']['value'] == 805
    assert items['suspects.detained']['revises'] == {'number': 1, 'value': 815}
    assert items['suspects.detained']['reason']['text'] == 'ten counted twice'
    assert file(hub, 'figures-1.json') == first, 'what was released is never changed'
    releases = json.loads(file(hub, 'figures.releases.json'))['items']
    assert [(r['number'], r.get('revises'), r.get('replaced_by')) for r in releases] == [(2, 1, None), (1, None, 2)]
    assert hub.nobody.get('/api/v1/figures/files/figures-3.json').status == 404
    # The proof of one release is not that of another.
    (tmp_path / 'first').write_bytes(first)
    proofs = [r['id'] for r in hub.supervisor.get('/api/v1/figures/releases').json['items']]
    for _ in range(50):
        proof = hub.nobody.get(f'/api/v1/figures/releases/{proofs[0]}/proof')
        if proof.status == 200:
            break
        time.sleep(0.2)
    (tmp_path / 'proof').write_bytes(proof.body)
    code, said = verify(str(tmp_path / 'first'), '--keys', os.path.join(hub.folder, 'keys', 'trusted'), '--ledger', str(tmp_path / 'proof'))
    assert code == 1 and 'the proof is not of this release' in said


def test_what_is_wrongly_asked(tmp_path):
    assert verify()[0] == 2
    assert verify('/nowhere')[0] == 1
    (tmp_path / 'x').write_text('{"format":"cordon.figures.v1","items":[]}')
    code, said = verify(str(tmp_path / 'x'))
    assert code == 1 and 'figures-malformed' in said
    assert subprocess.run([CORDON, 'figures', 'recompute'], capture_output=True).returncode == 2
