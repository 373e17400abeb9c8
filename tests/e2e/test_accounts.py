"""Accounts of a real hub over HTTP: set-up, signing in, people of two countries, recovery, machines, the audit."""
import json
import shutil
import tempfile

import pytest

from hub import Hub
from officer import Officer

PASSWORD = 'correct horse battery'


@pytest.fixture(scope='module')
def world():
    folder = tempfile.mkdtemp(prefix='cordon-accounts-')
    hub = Hub(folder)
    root = Officer(hub)
    secret = root.setup(folder)
    yield {'hub': hub, 'folder': folder, 'root': root, 'secret': secret}
    assert hub.stop() == 0
    shutil.rmtree(folder)


def agency(officer, country='kh'):
    return next(a['id'] for a in officer.good('GET', '/api/v1/agencies')['items'] if a['country'] == country)


def make(world, login, roles, maker=None, country='kh'):
    """A person who signed in with a new second factor."""
    maker = maker or world['root']
    made = maker.good('POST', '/api/v1/people', {'name': login.title(), 'login': login, 'agency': agency(maker, country), 'roles': roles})
    officer = Officer(world['hub'])
    officer.secret = officer.sign_in(login, made['password'])
    officer.id = made['id']
    return officer


def test_setup_is_over(world):
    stranger = Officer(world['hub'])
    assert stranger.good('GET', '/api/v1/setup') == {'needed': False, 'host': 'kh', 'oidc': False}
    status, problem, _ = stranger.ask('POST', '/api/v1/setup', {'code': 'x', 'name': 'x', 'login': 'evil', 'password': PASSWORD})
    assert (status, problem['reason']) == (409, 'setup-done')
    assert stranger.good('GET', '/api/v1/session') == {'person': None, 'host': 'kh'}


def test_session(world):
    session = world['root'].good('GET', '/api/v1/session')
    assert session['person']['login'] == 'root' and session['strength'] == 'totp'
    assert 'person.create' in session['actions'] and 'entry.read' not in session['actions']
    status, _, headers = Officer(world['hub']).ask('POST', '/api/v1/session/password', {'login': 'root', 'password': PASSWORD})
    cookie = headers['Set-Cookie']
    assert status == 200 and cookie.startswith('sid=') and 'HttpOnly' in cookie and 'SameSite=Strict' in cookie


@pytest.mark.parametrize('login,password', [('root', 'wrong horse battery'), ('nobody', PASSWORD), ('root', ''), ('', ''), ('x' * 300, 'y')])
def test_wrong_passwords_answer_alike(world, login, password):
    status, problem, headers = Officer(world['hub']).ask('POST', '/api/v1/session/password', {'login': login, 'password': password})
    assert (status, problem['reason']) in [(401, 'sign-in-failed'), (422, 'value-invalid')] and 'Set-Cookie' not in headers


def test_password_alone_is_nobody(world):
    officer = make(world, 'half', ['reviewer'])
    officer.good('DELETE', '/api/v1/session')
    assert officer.ask('GET', '/api/v1/countries')[0] == 401
    made = world['root'].good('POST', '/api/v1/people', {'name': 'New', 'login': 'new', 'agency': agency(world['root']), 'roles': ['reviewer']})
    officer = Officer(world['hub'])
    assert officer.good('POST', '/api/v1/session/password', {'login': 'new', 'password': made['password']}) == {'next': 'enrol'}
    for method, path in [('GET', '/api/v1/countries'), ('GET', '/api/v1/credentials'), ('POST', '/api/v1/credentials/password')]:
        status, problem, _ = officer.ask(method, path)
        assert (status, problem['reason']) == (401, 'sign-in'), path


def test_people(world):
    root = world['root']
    dara = make(world, 'dara', ['reviewer', 'legal'])
    status, person, headers = root.ask('GET', f'/api/v1/people/{dara.id}')
    assert status == 200 and person['roles'] == ['reviewer', 'legal'] and headers['ETag'] == '"1"'
    # Without and with an old version; then rightly: his session ends at once.
    patch = lambda body, match: root.ask('PATCH', f'/api/v1/people/{dara.id}', body, {'If-Match': match} if match else {})
    assert patch({'roles': ['decider']}, None)[0] == 428
    assert patch({'roles': ['decider']}, '"9"')[0] == 412
    assert patch({'roles': ['administrator', 'decider']}, '"1"')[1]['reason'] == 'roles-apart'
    assert patch({'roles': ['king']}, '"1"')[1]['reason'] == 'role-unknown'
    assert dara.ask('GET', '/api/v1/countries')[0] == 200
    assert patch({'roles': ['decider']}, '"1"')[1]['roles'] == ['decider']
    assert dara.ask('GET', '/api/v1/countries')[0] == 401
    # Nobody changes himself.
    assert root.ask('PATCH', f'/api/v1/people/{root.good("GET", "/api/v1/session")["person"]["id"]}', {'state': 'locked'}, {'If-Match': '"1"'})[0] == 403
    listed = root.good('GET', '/api/v1/people?limit=1')
    assert len(listed['items']) == 1 and listed['next'] and listed['total'] >= 2
    second = root.good('GET', '/api/v1/people?limit=1&cursor=' + listed['next'])
    assert second['items'][0]['login'] > listed['items'][0]['login']


def test_another_country(world):
    root = world['root']
    joined = root.good('POST', '/api/v1/countries', {'code': 'kr', 'name': 'Korea', 'agency': 'KNPA', 'administrator': {'name': 'Kim Minsu', 'login': 'minsu'}})
    minsu = Officer(world['hub'])
    minsu.sign_in('minsu', joined['password'])
    minsu.id = joined['administrator']
    liaison = make(world, 'jiwoo', ['liaison'], minsu, 'kr')
    # Of the other country's people each administrator knows nothing, whether they exist or not.
    for officer, other in ((root, liaison.id), (root, minsu.id), (minsu, root.good('GET', '/api/v1/session')['person']['id']), (minsu, 'f' * 32)):
        for method, path, body in (('GET', '', None), ('PATCH', '', {'state': 'locked'}), ('POST', '/recovery', None)):
            status, problem, _ = officer.ask(method, f'/api/v1/people/{other}{path}', body, {'If-Match': '"1"'})
            assert (status, problem['reason']) == (404, 'not-found')
    assert {p['country'] for p in minsu.good('GET', '/api/v1/people')['items']} == {'kr'}
    assert {a['country'] for a in minsu.good('GET', '/api/v1/agencies')['items']} == {'kr'}
    for method, path in (('POST', '/api/v1/countries'), ('POST', '/api/v1/agencies'), ('GET', '/api/v1/audit')):
        assert minsu.ask(method, path, {} if method == 'POST' else None)[0] == 403
    status, problem, _ = root.ask('POST', '/api/v1/people', {'name': 'Spy', 'login': 'spy', 'agency': agency(minsu, 'kr'), 'roles': ['liaison']})
    assert (status, problem['reason']) == (422, 'agency-unknown')
    assert root.ask('POST', '/api/v1/countries', {'code': 'kr', 'name': 'K', 'agency': 'A', 'administrator': {'name': 'X', 'login': 'xx'}})[1]['reason'] == 'country-known'


def test_recovery(world):
    second = make(world, 'second', ['administrator'])
    lost = make(world, 'lost', ['reviewer'])
    path = f'/api/v1/people/{lost.id}/recovery'
    one = world['root'].good('POST', path)
    assert not one['confirmed'] and world['root'].ask('POST', path)[1]['reason'] == 'recovery-open'
    two = second.good('POST', path)
    assert two['confirmed'] and lost.ask('GET', '/api/v1/countries')[0] == 401
    lost.sign_in('lost', one['half'] + '-' + two['half'])
    assert lost.ask('GET', '/api/v1/countries')[0] == 200


def test_machines(world):
    root = world['root']
    for body, reason in (({'roles': ['machine'], 'expires': '2020-01-01'}, 'expiry'), ({'roles': ['decider'], 'expires': soon()}, 'roles-apart'),
                         ({'roles': ['machine'], 'expires': soon(), 'fingerprint': '00'}, 'fingerprint')):
        assert root.ask('POST', '/api/v1/tokens', dict(body, name='post'))[1]['reason'] == reason
    made = root.good('POST', '/api/v1/tokens', {'name': 'post 7', 'roles': ['machine'], 'expires': soon()})
    machine = Officer(world['hub'], made['token'])
    assert machine.good('GET', '/api/v1/session')['strength'] == 'token'
    assert machine.ask('GET', '/api/v1/countries')[0] == 200 and machine.ask('GET', '/api/v1/people')[0] == 403
    assert made['token'] not in json.dumps(root.good('GET', '/api/v1/tokens'))
    root.good('DELETE', '/api/v1/tokens/' + made['id'])
    assert machine.ask('GET', '/api/v1/countries')[0] == 401
    assert root.ask('DELETE', '/api/v1/tokens/' + made['id'])[0] == 404


def soon():
    import datetime
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).strftime('%Y-%m-%dT%H:%M:%SZ')


def test_audit(world):
    auditor = make(world, 'auditor', ['auditor'])
    rows = auditor.good('GET', '/api/v1/audit?limit=500')
    acts = {(r['action'], r['outcome']) for r in rows['items']}
    assert {('setup.first', 'done'), ('session.open', 'done'), ('session.open', 'refused'), ('person.create', 'done'), ('person.read', 'not-found'),
            ('person.recover', 'done'), ('country.change', 'done'), ('token.change', 'done')} <= acts
    assert all(rows['items'][i]['at'] >= rows['items'][i + 1]['at'] for i in range(len(rows['items']) - 1))
    root = world['root'].good('GET', '/api/v1/session')['person']['id']
    assert {r['by'] for r in auditor.good('GET', '/api/v1/audit?person=' + root)['items']} == {root}
    assert all(r['flagged'] for r in auditor.good('GET', '/api/v1/audit?flagged=true')['items'])
    # Of each act and outcome exactly its rows, and the console is told which acts there are.
    for name, value in [('action', 'session.open'), ('action', 'person.recover')] + [('outcome', each) for each in ('done', 'refused', 'denied', 'not-found')]:
        page = auditor.good('GET', f'/api/v1/audit?{name}={value}&limit=500&to=' + rows['items'][0]['at'])
        of_it = [r['id'] for r in rows['items'] if r[name] == value and r['at'] < rows['items'][0]['at']]
        assert of_it and [r['id'] for r in page['items']] == of_it and page['total'] == len(of_it), (name, value)
    assert {r['action'] for r in rows['items']} <= set(auditor.good('GET', '/api/v1/lifecycle')['actions'])
    # Page by page it is the same, each row once.
    seen, cursor = [], ''
    while cursor is not None:
        page = auditor.good('GET', '/api/v1/audit?limit=7&to=' + rows['items'][0]['at'] + ('&cursor=' + cursor if cursor else ''))
        seen += [r['id'] for r in page['items']]
        cursor = page['next']
    assert len(seen) == len(set(seen)) and set(seen) <= {r['id'] for r in rows['items']}
    # No secret stands in it.
    text = json.dumps(rows)
    assert PASSWORD not in text and world['secret'] not in text and 'argon2' not in text


def test_a_code_counts_once(world):
    officer = make(world, 'once', ['reviewer'])
    status, problem, _ = officer.ask('POST', '/api/v1/session/totp', {'code': officer.code})
    assert (status, problem['reason']) == (403, 'code-wrong')


def test_lockout(world):
    for attempt in range(7):
        status, problem, _ = Officer(world['hub']).ask('POST', '/api/v1/session/password', {'login': 'locked-out', 'password': 'wrong horse'})
        assert status == (401 if attempt < 5 else 429), problem
