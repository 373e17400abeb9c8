"""Every route of the officers' interface, asked by every role over the demonstration's data: each answer is one that openapi.json
tells of, none is the hub's own failure. Bodies are empty, of wrong types, and changed at random with a seed."""
import json
import os
import random
import re
import subprocess

import pytest

import pg
from borderland import add_drill, add_hit, add_past, add_post
from hub import CORDON, ROOT
from officehub import OfficeHub

WHY = {'X-Purpose': 'oversight'}


def roles():
    with open(os.path.join(ROOT, 'data', 'account', 'roles.tsv'), encoding='utf-8') as f:
        rows = [line.split('\t')[0] for line in f if line.strip() and not line.startswith('#')]
    return rows[1:]


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp('routes'))
    with pg.fresh(request.param) as url:
        subprocess.run([CORDON, 'demo', '--data', folder, '--db', url], check=True, stdout=subprocess.DEVNULL)
        hub = OfficeHub(folder, url)
        fill_border(hub)
        yield hub
        assert hub.stop() == 0


def fill_border(hub):
    post = add_post(hub, 'Airport')
    entry, = hub.sql("SELECT id FROM entry WHERE state = 'published' AND owner = 'kr' ORDER BY id LIMIT 1")[0]
    add_hit(hub, post, entry, 'kr')
    add_past(hub, entry, post)
    add_drill(hub, post)


TABLES = {'entry': 'entry', 'submission': 'submission', 'person': 'person', 'attachment': 'attachment', 'clearance': 'clearance',
          'appeal': 'appeal', 'challenge': 'challenge', 'hit': 'hit'}


def ids(hub, operation, count=1):
    """Some of what the path's {id} may name, and one that is not there."""
    table = TABLES.get(operation.get('x-thing'))
    found = [row[0] for row in hub.sql(f'SELECT id FROM {table} ORDER BY id LIMIT {count}')] if table else []
    return [*found, 'f' * 32]


def operations(hub):
    for path, methods in hub.contract.document['paths'].items():
        for method, operation in methods.items():
            if operation['operationId'] != 'event_stream':  # a stream has no end
                yield method.upper(), path, operation


def filled(hub, path, operation):
    for one in ids(hub, operation) if '{id}' in path else ['']:
        for act in ('approve', 'nothing') if '{act}' in path else ['']:
            for number in ('1', '999', 'x') if '{number}' in path else ['']:
                yield path.replace('{id}', one).replace('{act}', act).replace('{number}', number).replace('{document}', 'call').replace('{language}', 'ko')


def test_every_role_looks_at_everything(hub):
    clients = [('nobody', hub.nobody), ('thai', hub.officer('liaison', country='th'))]
    clients += [(role, hub.officer(role, country='kr' if role == 'liaison' else 'kh')) for role in roles()]
    seen = {}
    for method, path, operation in operations(hub):
        if method != 'GET':
            continue
        for name, client in clients:
            for target in filled(hub, path, operation):
                answer = client.get(target, headers=WHY)
                assert answer.status < 500, (name, target, answer)
                seen.setdefault(operation['operationId'], set()).add(answer.status)
    # Somebody is shown each of them; strangers are not, where there is something to hide.
    hidden = {'passkey_challenge', 'passkey_offer', 'oidc_start', 'oidc_back', 'setup_get', 'session_get', 'api_page', 'api_document', 'submission_template', 'figures_proof',
              'figures_file'}
    for operation, statuses in seen.items():
        assert 200 in statuses or operation in {'oidc_start', 'oidc_back', 'passkey_challenge', 'passkey_offer', 'attachment_get',
                                                'edition_get', 'edition_file', 'figures_draft', 'figures_snapshot', 'figures_proof',
                                                'figures_file', 'clearance_get', 'person_get', 'appeal_get', 'submission_get',
                                                'submission_rows', 'post_get', 'post_photo', 'arrival_get', 'reversal_get', 'report_get', 'report_contact',
                                                'campaign_get', 'public_listing_get', 'dispute_get', 'contact_get', 'public_alert_get', 'rescue_get', 'rescue_open',
                                                'report_evidence', 'report_original', 'dispute_evidence', 'dispute_original', 'report_restricted',
                                                'report_restricted_original', 'dispute_restricted', 'dispute_restricted_original', 'referral_get', 'referral_open', 'referral_evidence', 'portal_alarm_get'}, (operation, statuses)
        assert 401 in statuses or operation in hidden, (operation, statuses)


VALUES = [None, True, 0, -1, 2**63, 1.5, '', 'x', 'x' * 20000, '김철수', '\u202e', '2026-11-26', '0' * 32, [], [1], ['x'], {}, {'a': {}},
          {'schema': 'Person', 'properties': {'name': ['Sok'], 'birthDate': ['1980']}}, [{'kind': 'detain', 'basis': 'x'}]]


def names(operation):
    """Members that the route's words tell of."""
    return re.findall(r'"(\w+)"', operation.get('summary', '')) or ['name', 'reason', 'text']


def body(rng, operation):
    made = {name: rng.choice(VALUES) for name in rng.sample(names(operation), rng.randint(0, len(names(operation))))}
    return made if rng.random() < 0.9 else rng.choice(VALUES)


@pytest.mark.parametrize('seed', [1, 2])
def test_what_is_sent_in_is_taken_or_refused(hub, seed):
    rng = random.Random(seed)
    everything = [role for role in roles() if role != 'machine']
    clients = [hub.officer(*everything, country='kh'), hub.officer('liaison', country='kr'), hub.nobody]
    for method, path, operation in operations(hub):
        if method == 'GET' or operation['operationId'] == 'session_close':
            continue
        for client in clients:
            for target in list(filled(hub, path, operation))[:3]:
                sent = body(rng, operation)
                headers = dict(WHY, **{'Content-Type': 'application/json'})
                if rng.random() < 0.5:
                    headers['If-Match'] = '"1"'
                answer = client.ask(method, target, json.dumps(sent).encode(), headers=headers)
                assert answer.status < 500, (method, target, sent, answer)
    assert clients[0].get('/api/v1/lifecycle').status == 200
    assert json.loads(hub.ask('GET', '/readyz')[1]) == {'status': 'ok'}
