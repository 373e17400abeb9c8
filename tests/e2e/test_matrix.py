"""Every route x role x country at a real hub, compared with the policy table: no difference. What is another country's answers as
if it did not exist."""
import os
import re
import shutil
import tempfile

import pytest
import yaml

from matrix import FRESH, HOST, STALE, World, body_of, dump
from policy import ROOT, RULES, decide, table

# Refusals by the decision point; whatever else a route answers is its own business.
REFUSALS = {'sign-in': 401, 'prove-anew': 401, 'purpose-missing': 422, 'denied': 403, 'not-found': 404}
# Open to anybody as routes; their handlers ask for a change of credentials where a session is complete, and else for one that has
# its password. (passkey_add reads the authenticator's answer first, which we have not got here.)
ENROL = {'passkey_offer', 'totp_enrol'}


def operations():
    with open(os.path.join(ROOT, 'data', 'api', 'openapi.yaml'), encoding='utf-8') as f:
        paths = yaml.safe_load(f)['paths']
    for path, methods in paths.items():
        for method, op in methods.items():
            assert 'x-action' in op and op['x-action'] in RULES, f'{method} {path} has no action of the policy'
            if not op.get('x-planned'):
                yield op['operationId'], method.upper(), path, op


ACTS = {}
for arc in table('lifecycle', 'entry.tsv'):
    for state in arc['from'].split('|'):
        ACTS[arc['act'], state] = arc['action']


@pytest.fixture(scope='module')
def world():
    # Thousands of rows of the audit are committed one by one: in memory, where there is such a folder.
    folder = tempfile.mkdtemp(prefix='cordon-matrix-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
    made = World(folder)
    yield made
    assert made.stop() == 0
    shutil.rmtree(folder)


def expected(operation, op, who, thing):
    """What the policy says of a request: first of the route, then of the thing."""
    answer = decide(who, op['x-action'], None, HOST)
    if operation in ENROL:
        if who.strength in ('none', 'token', 'password'):
            return 'sign-in'
        return 'prove-anew' if who.proved_s > 300 else 'allowed'
    if answer != 'allowed' or 'x-thing' not in op:
        return answer
    if thing is None:
        return 'not-found'
    return decide(who, op['x-action'], thing, HOST)


def ask(asker, world, method, path, body, op):
    world.freshen()
    officer = asker.officer(world.hub)
    headers = {'If-Match': '"999"', 'Host': f'localhost:{world.hub.port}'}
    if isinstance(op.get('x-body'), list):
        body, headers['Content-Type'] = b'not such a file', op['x-body'][0]
    if path.endswith('/events'):
        return stream(officer, path, headers)
    status, answer, _ = officer.ask(method, path, body if method not in ('GET', 'DELETE') else None, headers)
    return status, answer


def stream(officer, path, headers):
    """The head alone: a stream of events has no end."""
    import http.client
    connection = http.client.HTTPConnection('127.0.0.1', officer.hub.port, timeout=20)
    sent = dict(headers, **({'Cookie': officer.cookie} if officer.cookie else {}))
    if officer.token:
        sent['Authorization'] = 'Bearer ' + officer.token
    connection.request('GET', path, None, sent)
    answer = connection.getresponse()
    import json
    content = {} if answer.status == 200 else json.loads(answer.read())
    connection.close()
    return answer.status, content


def reason_of(status, answer, thing_route):
    reason = answer.get('reason', '') if isinstance(answer, dict) else ''
    if reason == 'not-found' and not thing_route:
        return 'allowed'
    if reason in REFUSALS:
        assert status == REFUSALS[reason], (status, answer)
        return reason
    return 'allowed'


def things_of(world, op, states=(None, 'submitted')):
    """(id, thing, state): one of each owner, one that does not exist; a route without a thing is asked once."""
    if 'x-thing' not in op:
        return [('0' * 32, None, None)]
    return [t for t in world.things.get(op['x-thing'], []) if t[2] in states] + [('f' * 32, None, None)]


def compare(asked, enough):
    """No answer is other than the policy says; `asked` gives (want, status, answer, whether of a thing, what was asked)."""
    differences, count = [], 0
    for want, status, answer, of_thing, what in asked:
        count += 1
        if reason_of(status, answer, of_thing) != want:
            differences.append((*what, want, status, dump(answer) if isinstance(answer, dict) else ''))
    print(f'{count} requests, {len(differences)} differences')
    assert not differences, '\n'.join(map(str, differences[:40]))
    assert count > enough


def test_routes(world):
    def asked():
        number = 0
        for operation, method, path, op in operations():
            if operation in ('entry_act', 'session_close'):
                continue
            for asker in world.askers:
                for ident, thing, _ in things_of(world, op):
                    url = re.sub(r'{\w+}', ident, path.replace('{number}', '1'))
                    yield (expected(operation, op, asker.who, thing), *ask(asker, world, method, url, body_of(operation, number, asker.who.country), op),
                           'x-thing' in op, (operation, asker.name, thing and thing.owner))
                    number += 1
    compare(asked(), 3000)


def entry_acts(state):
    return {act: ACTS.get((act, state), '') for act, where in ACTS if state in (where, None)}


def hit_acts(_):
    return {'answer': 'hit.answer', 'receive': 'hit.receive', 'note': 'hit.act', 'escalate': 'hit.act'}


def alarm_acts(_):
    return {'seen': 'alarm.act'}


def rescue_acts(_):
    return {'acknowledge': 'rescue.act', 'note': 'rescue.act', 'agree': 'rescue.close', 'propose': 'rescue.close', 'nothing': 'rescue.act'}


@pytest.mark.parametrize('operation, states, acts, body, proved, enough', [
    # Each act of an entry's life has an action of its own, asked for after that of reading.
    ('entry_act', ('submitted', 'in-review', 'returned'), entry_acts, {}, (FRESH,), 1000),
    # Who reads a hit may not therefore answer for its owner, nor act for the host.
    ('hit_act', (None,), hit_acts, {'is': 'same', 'text': 'x'}, (FRESH, STALE), 500),
    # The two addressees of a call for help, and nobody else; to close it one proves anew who he is.
    ('rescue_act', (None,), rescue_acts, {'note': 'x'}, (FRESH, STALE), 500),
    # Whoever operates looks after a portal's alarm, and who oversees him does not for him.
    ('portal_alarm_act', (None,), alarm_acts, {'note': 'x'}, (FRESH,), 100),
])
def test_acts(world, operation, states, acts, body, proved, enough):
    _, method, path, op = next(o for o in operations() if o[0] == operation)

    def wanted(who, thing, action):
        want = expected(operation, op, who, thing)
        return decide(who, action, thing, HOST) if want == 'allowed' and action in RULES else want

    def asked():
        for asker in world.askers:
            if asker.who.purpose != 'test' or asker.who.strength == 'password' or asker.who.proved_s not in proved:
                continue
            for ident, thing, state in things_of(world, op, states):
                for act, action in acts(state).items():
                    url = path.replace('{id}', ident).replace('{act}', act)
                    yield (wanted(asker.who, thing, action), *ask(asker, world, method, url, body, op), True,
                           (act, asker.name, thing and (thing.owner, thing.released), state))
    compare(asked(), enough)


def test_referral_acts(world):
    """The partner acknowledges that a report was taken back, for its own country alone; the hub, which reads how it stands, does not."""
    differences, asked = [], 0
    op = next(o for o in operations() if o[0] == 'referral_act')
    for asker in world.askers:
        if asker.who.purpose != 'test' or asker.who.strength == 'password':
            continue
        for ident, thing, _ in things_of(world, op[3]):
            want = expected(op[0], op[3], asker.who, thing)
            if want == 'allowed':
                want = decide(asker.who, 'referral.act', thing, HOST)
            status, answer = ask(asker, world, 'POST', f'/api/v1/referrals/{ident}/acts/acknowledge', {}, op[3])
            got = reason_of(status, answer, True)
            asked += 1
            if got != want:
                differences.append((asker.name, thing and thing.owner, want, got, status, dump(answer)))
    assert not differences, '\n'.join(map(str, differences[:40]))
    assert asked > 100


def test_marks_of_files(world):
    """Whoever comes upon a file may restrict it; who may look at it lifts the mark, if it is not his own."""
    differences, asked = [], 0
    op = next(o for o in operations() if o[0] == 'report_act')
    for asker in world.askers:
        for ident, thing, _ in world.things['report']:
            for act, action in (('evidence-restrict', 'evidence.restrict'), ('evidence-lift', 'evidence.lift')):
                want = expected(op[0], op[3], asker.who, thing)
                if want == 'allowed':
                    want = decide(asker.who, action, thing, HOST)
                body = {'evidence': 1, 'reason': 'child', 'note': 'x'}
                status, answer = ask(asker, world, 'POST', f'/api/v1/reports/{ident}/acts/{act}', body, op[3])
                got = reason_of(status, answer, True)
                asked += 1
                if got != want:
                    differences.append((act, asker.name, want, got, status, dump(answer)))
    assert not differences, '\n'.join(map(str, differences[:40]))
    assert asked > 100


def test_anothers_answers_as_what_is_not_there(world):
    """To the letter: the same status, headers and body."""
    compared = 0
    for operation, method, path, op in operations():
        if 'x-thing' not in op:
            continue
        for asker in world.askers:
            if decide(asker.who, op['x-action'], None, HOST) != 'allowed':
                continue
            answers = {}
            for ident, thing, _ in things_of(world, op):
                if thing is None or expected(operation, op, asker.who, thing) == 'not-found':
                    url = re.sub(r'{act}', 'take', path.replace('{id}', ident))
                    answers[ident] = ask(asker, world, method, url, body_of(operation, 0, asker.who.country), op)
            assert len({dump(a) for a in answers.values()}) == 1, (operation, asker.name, answers)
            compared += len(answers) - 1
    assert compared > 100


def test_refusals_stand_in_the_audit(world):
    rows = world.audit_rows()
    assert sum(outcome == 'denied' for _, _, outcome in rows) > 500
    assert sum(outcome == 'not-found' for _, _, outcome in rows) > 50
    acted = {actor for actor, _, outcome in rows if outcome == 'denied'}
    assert all(asker.who.id in acted for asker in world.askers if asker.who.complete and asker.who.roles)


def test_whoever_signs_out_is_nobody(world):
    for asker in world.askers:
        status, answer = ask(asker, world, 'DELETE', '/api/v1/session', None, {})
        assert status == 204, (asker.name, answer)
        if asker.cookie:
            assert ask(asker, world, 'GET', '/api/v1/countries', None, {})[0] == 401
