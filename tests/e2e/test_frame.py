"""What every request to the officers' interface has in common: who asks, is it meant, may he, how often; over a real hub, on
both databases where it matters."""
import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

import pg
from hub import CORDON
from officehub import Client, OfficeHub, office


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request):
    with office(request.param) as hub:
        yield hub


@pytest.fixture(scope='module')
def one_hub():
    with office() as hub:
        yield hub


WORDS = {'en': 'Please sign in', 'km': 'សូមចូលប្រើប្រាស់', 'ko': '로그인해 주십시오', 'zh': '请登录'}


@pytest.mark.parametrize('language', WORDS)
def test_refusals_speak_four_languages(one_hub, language):
    ask = one_hub.nobody.get
    for answer in (ask(f'/api/v1/people?lang={language}'), ask('/api/v1/people', headers={'Accept-Language': f'xx, {language}-XX;q=0.5'}),
                   ask(f'/api/v1/people?lang={language}', headers={'Accept-Language': 'en'})):
        assert (answer.status, answer.reason, answer.json['detail']) == (401, 'sign-in', WORDS[language])


def test_what_is_not_there(one_hub):
    nobody = one_hub.nobody
    assert (nobody.get('/api/v1/nothing').status, nobody.get('/api/v1/nothing').reason) == (404, 'not-found')
    answer = nobody.ask('PUT', '/api/v1/people')
    assert (answer.status, answer.reason) == (405, 'method')
    assert set(answer.headers['Allow'].split(', ')) == {'GET', 'HEAD', 'POST'}
    # No page of another site is told that it may ask.
    answer = nobody.ask('OPTIONS', '/api/v1/people', headers={'Origin': 'https://evil.example', 'Access-Control-Request-Method': 'POST'})
    assert answer.status == 405
    assert not [h for h in answer.headers if h.lower().startswith('access-control')]
    # The screening contract of the field stays open to scripts.
    assert one_hub.ask('GET', '/healthz')[2]['Access-Control-Allow-Origin'] == '*'


FOREIGN = [({'Origin': 'https://evil.example'}, 'foreign-origin'), ({'Origin': 'null'}, 'foreign-origin'),
           ({'Origin': 'https://127.0.0.1:{port}'}, 'foreign-origin'), ({'Origin': 'http://127.0.0.1:{port}.evil.example'}, 'foreign-origin'),
           ({'Origin': 'http://127.0.0.1'}, 'foreign-origin'),
           ({'Sec-Fetch-Site': 'cross-site'}, 'foreign-origin'), ({'Sec-Fetch-Site': 'same-site'}, 'foreign-origin'),
           ({'Sec-Fetch-Site': 'none'}, 'foreign-origin'),
           ({'X-Cordon': None}, 'x-cordon-missing'), ({'X-Cordon': '0'}, 'x-cordon-missing')]


@pytest.mark.parametrize('headers,reason', FOREIGN)
def test_what_another_site_sends_is_not_meant(one_hub, headers, reason):
    officer = one_hub.officer('administrator')
    headers = {k: v and v.replace('{port}', str(one_hub.port)) for k, v in headers.items()}
    answer = officer.post('/api/v1/agencies', {'name': 'Foreign'}, headers=headers)
    assert (answer.status, answer.reason) == (403, reason)
    assert one_hub.audit(officer) == [('agency.change', 'refused', json.dumps({'reason': reason}, separators=(',', ':')))]
    assert one_hub.sql("SELECT count(*) FROM agency WHERE name = 'Foreign'") == [['0']]


def test_what_is_meant(one_hub):
    officer = one_hub.officer('administrator')
    for headers in ({'Origin': f'http://127.0.0.1:{one_hub.port}'}, {'Sec-Fetch-Site': 'same-origin'}, {}):
        answer = officer.post('/api/v1/agencies', {'name': 'A ' + secrets.token_hex(4), 'country': 'kh'}, headers=headers)
        assert answer.status < 300, answer
    # Looking needs none of it.
    assert officer.get('/api/v1/agencies', headers={'Origin': 'https://evil.example', 'Sec-Fetch-Site': 'cross-site'}).status == 200


def test_bodies(one_hub):
    officer = one_hub.officer('administrator')
    for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', ''):
        answer = officer.post('/api/v1/agencies', b'{"name":"x"}', headers={'Content-Type': kind})
        assert (answer.status, answer.reason) == (415, 'media-type'), kind
    for body, status in ((b'{', 400), (b'\xff', 400), (b'[1]', 400), (b'{"name":"\\ud800"}', 400)):
        answer = officer.post('/api/v1/agencies', body, headers={'Content-Type': 'application/json; charset=utf-8'})
        assert 400 <= answer.status < 500, (body, answer)
    answer = officer.post('/api/v1/agencies', b'"' + b'x' * (1 << 20) + b'"', headers={'Content-Type': 'application/json'})
    assert (answer.status, answer.reason) == (413, 'body-too-large')


def test_roles(hub):
    rows = [('nobody', None, 401, 'sign-in'), ('reviewer', hub.officer('reviewer'), 403, 'denied'),
            ('administrator', hub.officer('administrator'), 200, None),
            ('password alone', hub.officer('administrator', strength='password'), 401, 'sign-in')]
    for name, client, status, reason in rows:
        answer = (client or hub.nobody).get('/api/v1/people')
        assert (answer.status, answer.reason) == (status, reason), name
        if client and status != 200:
            assert hub.audit(client) == [('person.read', 'denied', '{"reason":"%s"}' % reason)], name
    late = hub.officer('administrator', proved=301)
    assert late.get('/api/v1/people').status == 200
    answer = late.post('/api/v1/people', {'name': 'A', 'login': 'aaa', 'roles': []})
    assert (answer.status, answer.reason) == (401, 'prove-anew')
    assert ('person.create', 'refused', '{"reason":"prove-anew"}') in hub.audit(late)
    # Who must say why, says it in his own script.
    supervisor = hub.officer('supervisor')
    answer = supervisor.get('/api/v1/audit')
    assert (answer.status, answer.reason) == (422, 'purpose-missing')
    why = 'ការត្រួតពិនិត្យប្រចាំខែ'
    answer = supervisor.get('/api/v1/audit', headers={'X-Purpose': ''.join('%%%02x' % b for b in why.encode())})
    assert answer.status == 200
    assert [why] in hub.sql('SELECT purpose FROM audit WHERE actor = $1', supervisor.person)
    assert supervisor.get('/api/v1/audit', headers={'X-Purpose': 'x' * 501}).status == 400


def test_sessions_that_do_not_count(hub):
    officer = hub.officer('administrator')
    assert officer.get('/api/v1/people').status == 200
    for cookie in ('sid=', 'sid=wrong', 'xsid=' + officer.headers['Cookie'][4:], '__Host-sid=' + officer.headers['Cookie'][4:]):
        assert Client(hub, {'Cookie': cookie}).get('/api/v1/people').status == 401, cookie
    hub.sql("UPDATE person SET state = 'locked' WHERE id = $1", officer.person)
    assert officer.get('/api/v1/people').status == 401


def test_what_a_page_asks_by_itself_is_no_use_of_the_session(hub):
    officer = hub.officer('administrator')
    hub.sql('UPDATE session SET opened_ms = opened_ms - 120000, used_ms = used_ms - 120000 WHERE person = $1', officer.person)

    def used():
        return hub.sql('SELECT used_ms FROM session WHERE person = $1', officer.person)

    before = used()
    officer.listen().close()
    assert officer.get('/api/v1/people', headers={'X-Quiet': '1'}).status == 200
    assert used() == before
    assert officer.get('/api/v1/people').status == 200
    assert used() != before


def test_a_repeated_request(hub):
    officer = hub.officer('administrator')
    key, name = secrets.token_hex(8), 'Agency ' + secrets.token_hex(4)
    first = officer.post('/api/v1/agencies', {'name': name, 'country': 'kh'}, headers={'Idempotency-Key': key})
    assert first.status < 300 and 'Idempotency-Replayed' not in first.headers, first
    for _ in range(3):
        again = officer.post('/api/v1/agencies', {'name': name, 'country': 'kh'}, headers={'Idempotency-Key': key})
        assert (again.status, again.body, again.headers['Content-Type']) == (first.status, first.body, first.headers['Content-Type'])
        assert again.headers['Idempotency-Replayed'] == 'true'
    other = officer.post('/api/v1/agencies', {'name': name + '!', 'country': 'kh'}, headers={'Idempotency-Key': key})
    assert (other.status, other.reason) == (409, 'idempotency-other')
    assert officer.post('/api/v1/agencies', {'name': name}, headers={'Idempotency-Key': 'x' * 65}).reason == 'idempotency-key'
    assert hub.sql('SELECT count(*) FROM agency WHERE name = $1', name) == [['1']]
    # Another officer with the same key has his own answer, and a good one only if he may.
    assert hub.officer('reviewer').post('/api/v1/agencies', {'name': name}, headers={'Idempotency-Key': key}).status == 403


def test_a_repeated_request_at_the_same_time(hub):
    officer = hub.officer('administrator')
    key, name = secrets.token_hex(8), 'Agency ' + secrets.token_hex(4)
    answers = []

    def ask():
        answers.append(officer.post('/api/v1/agencies', {'name': name, 'country': 'kh'}, headers={'Idempotency-Key': key}))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len({(a.status, a.body) for a in answers}) == 1 and answers[0].status < 300, answers
    assert hub.sql('SELECT count(*) FROM agency WHERE name = $1', name) == [['1']]


def test_who_asks_too_much_waits():
    with office() as hub:
        connection = hub.connect()
        for _ in range(5000):
            connection.request('GET', '/api/v1/people')
            got = connection.getresponse()
            body = got.read()
            if got.status == 429:
                break
            assert got.status == 401
        connection.close()
        assert got.status == 429 and json.loads(body)['reason'] == 'slow-down'
        assert int(got.headers['Retry-After']) > 0
        # Officers do not wait for strangers.
        assert hub.officer('administrator').get('/api/v1/people').status == 200


# ---- events ----

def tell(hub, kind, subject):
    hub.sql('INSERT INTO outbox (kind, subject, at) VALUES ($1, $2, 1)', kind, subject)


def told(stream):
    """The next event but editions: the hub signs its own when it comes to it."""
    while True:
        number, data = stream.next()
        if data['kind'] != 'edition':
            return number, data


def test_events(hub):
    reviewer = hub.officer('reviewer')
    assert hub.nobody.get('/api/v1/events').status == 401
    stream = reviewer.listen()
    assert (stream.status, stream.answer.headers['Content-Type']) == (200, 'text/event-stream')
    tell(hub, 'list', 'a' * 32)
    number, data = told(stream)
    # That the list has changed is everybody's to know, of whom it has not.
    assert data == {'kind': 'list', 'id': ''}
    # What nobody is to know of is not told; what was missed is told after coming back.
    tell(hub, 'secret', 'b' * 32)
    tell(hub, 'list', 'c' * 32)
    assert told(stream)[1] == {'kind': 'list', 'id': ''}
    stream.close()
    tell(hub, 'list', 'd' * 32)
    stream = reviewer.listen(last=number)
    assert [told(stream)[1]['kind'] for _ in range(2)] == ['list'] * 2
    stream.close()


def test_nothing_is_missed_between_a_look_and_the_stream(hub):
    reviewer = hub.officer('reviewer')
    news = reviewer.get('/api/v1/session').json['news']
    tell(hub, 'list', 'f' * 32)
    stream = reviewer.listen(after=news)
    number, data = told(stream)
    assert data == {'kind': 'list', 'id': ''} and number > news
    stream.close()


PERSON = {'reference': 'KR-1', 'offence': 'fraud', 'purpose': 'refuse entry',
          'person': {'schema': 'Person', 'properties': {'name': ['김철수'], 'birthDate': ['1980-01-01'], 'nationality': ['kr']}},
          'measures': [{'kind': 'refuse-entry', 'basis': 'decision'}]}


def test_events_of_another_country_are_not_told(hub):
    owner, host, other = (hub.officer('liaison', country='kr'), hub.officer('reviewer'), hub.officer('liaison', country='th'))
    streams = [c.listen() for c in (owner, host, other)]
    answer = owner.post('/api/v1/entries', dict(PERSON, reference='KR-' + secrets.token_hex(4)))
    assert answer.status == 201, answer
    for stream in streams[:2]:
        assert told(stream)[1] == {'kind': 'entry', 'id': answer.json['id']}
    # The first that the third hears of is what comes after it.
    tell(hub, 'list', 'e' * 32)
    assert [told(stream)[1]['kind'] for stream in streams] == ['list'] * 3
    for stream in streams:
        stream.close()


def test_streams_of_one_person_are_limited(one_hub):
    officer = one_hub.officer('reviewer')
    streams = [officer.listen() for _ in range(6)]
    assert [s.status for s in streams] == [200] * 6
    assert officer.get('/api/v1/events').reason == 'streams-open'
    for s in streams:
        s.close()


def test_a_stop_ends_streams(one_hub):
    with office() as hub:
        stream = hub.officer('reviewer').listen()
        since = time.monotonic()
        hub.process.send_signal(signal.SIGTERM)
        assert stream.next() is None
        assert hub.process.wait(10) == 0 and time.monotonic() - since < 5


# ---- TLS, a proxy, settings ----

def openssl(*arguments, cwd):
    subprocess.run(['openssl', *arguments], cwd=cwd, check=True, capture_output=True)


def certificate(folder, name, subject='/CN=127.0.0.1'):
    """NAME.pem and NAME.key, its own issuer."""
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', subject,
            '-keyout', f'{name}.key', '-out', f'{name}.pem', '-addext', 'subjectAltName=IP:127.0.0.1', cwd=folder)
    os.chmod(os.path.join(folder, f'{name}.key'), 0o600)
    return os.path.join(folder, f'{name}.pem'), os.path.join(folder, f'{name}.key')


def sign(folder, name, issuer):
    """A client's certificate by one of ours."""
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', f'/CN={name}', '-keyout',
            f'{name}.key', '-out', f'{name}.csr', cwd=folder)
    with open(os.path.join(folder, 'ext'), 'w') as f:
        f.write('basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n')
    openssl('x509', '-req', '-in', f'{name}.csr', '-CA', f'{issuer}.pem', '-CAkey', f'{issuer}.key', '-CAcreateserial', '-days', '2',
            '-extfile', 'ext', '-out', f'{name}.pem', cwd=folder)
    return os.path.join(folder, f'{name}.pem'), os.path.join(folder, f'{name}.key')


def fingerprint(pem):
    with open(pem) as f:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).hexdigest()


def trusting(pem, client=None):
    context = ssl.create_default_context(cafile=pem)
    if client:
        context.load_cert_chain(*client)
    return context


def test_tls(tmp_path):
    folder = str(tmp_path)
    pem, key = certificate(folder, 'hub')
    ca, _ = certificate(folder, 'ca', subject='/CN=Machines')
    certificate(folder, 'stranger', subject='/CN=Strangers')
    good, alien = sign(folder, 'post', 'ca'), sign(folder, 'alien', 'stranger')
    data = str(tmp_path / 'data')
    os.mkdir(data)
    url = f'sqlite:{data}/cordon.db'
    class SecureHub(OfficeHub):
        def ask(self, method, path, body=None, headers=None):
            connection = self.connect()
            connection.request(method, path, body, headers or {})
            got = connection.getresponse()
            text = got.read().decode()
            connection.close()
            return got.status, text, got.headers

        def connect(self, timeout=20):
            self.tls = self.tls or trusting(pem)
            return super().connect(timeout)

    hub = SecureHub(data, url, ('--tls', f'{pem},{key}', '--tls-clients', ca))
    try:
        answer = hub.officer('administrator').get('/api/v1/people')
        assert answer.status == 200
        assert answer.headers['Strict-Transport-Security'].startswith('max-age=31536000')
        # The certificate of a machine is who it is; one of strangers is nobody's, as is none.
        for pair in (good, alien):
            hub.machine('machine', fingerprint=fingerprint(pair[0]))
        for pair, status in ((good, 200), (alien, 401), (None, 401)):
            hub.tls = trusting(pem, pair)
            assert Client(hub).get('/api/v1/countries').status == status, pair
        # Nothing older than TLS 1.2, and no plain HTTP.
        old = trusting(pem)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        old.set_ciphers('ALL:@SECLEVEL=0')
        with pytest.raises((ssl.SSLError, ConnectionError)):
            with socket.create_connection(('127.0.0.1', hub.port)) as raw:
                old.wrap_socket(raw, server_hostname='127.0.0.1')
        plain = http.client.HTTPConnection('127.0.0.1', hub.port, timeout=5)
        with pytest.raises((http.client.HTTPException, ConnectionError, TimeoutError)):
            plain.request('GET', '/healthz')
            plain.getresponse()
        # Events go through TLS as well.
        hub.tls = trusting(pem)
        stream = hub.officer('reviewer').listen()
        tell(hub, 'list', 'a' * 32)
        assert stream.next()[1]['kind'] == 'list'
        stream.close()
    finally:
        assert hub.stop() == 0


def refused(*options):
    run = subprocess.run([CORDON, 'hub', '--port', '0', *options], capture_output=True, text=True, timeout=20)
    assert run.returncode in (1, 2) and 'ready' not in run.stdout
    return run.stderr


def test_settings_that_are_refused(tmp_path):
    data = ('--data', str(tmp_path / 'data'))
    pem, key = certificate(str(tmp_path), 'hub')
    _, other = certificate(str(tmp_path), 'other')
    assert 'none' in refused(*data, '--tls', f'{pem},{tmp_path}/none')
    assert pem in refused(*data, '--tls', f'{pem},{other}')
    os.chmod(key, 0o604)
    assert 'everybody may read' in refused(*data, '--tls', f'{pem},{key}')
    assert 'usage' in refused(*data, '--tls', pem)
    assert 'passfile' in refused(*data, '--db', 'postgresql://user:secret@localhost/cordon')
    assert 'passfile' in refused(*data, '--db', 'postgresql:///cordon?password=secret')
    config = tmp_path / 'hub.ini'
    for text, told in (('port = 99999\n', 'port'), ('color = red\n', 'color'), ('[hub]\nport = 1\n', 'port'), ('port 1\n', 'line 1'),
                       ('db = postgresql://u:p@h/d\n', 'passfile'), ('config = other\n', 'config')):
        config.write_text(text)
        assert told in refused(*data, '--config', str(config)), text
    assert 'cannot be read' in refused('--config', str(tmp_path / 'none.ini'))


def test_a_file_of_settings(tmp_path):
    config = tmp_path / 'hub.ini'
    config.write_text(f'# A hub\nhost = kr\nthreads = 3\nport = 1\ndata = {tmp_path}/data\nproxied =\n')
    with subprocess.Popen([CORDON, 'hub', '--config', str(config), '--port', '0'], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith('ready: http://127.0.0.1:')
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    # The database keeps whose it is.
    told = refused('--data', f'{tmp_path}/data', '--host', 'kh')
    assert "'kr'" in told
    # The code that makes the first administrator is for the operator alone.
    mode = os.stat(tmp_path / 'data' / 'setup-code').st_mode & 0o777
    assert mode == 0o600


ADDRESSES = [({}, '127.0.0.1'), ({'X-Forwarded-For': '203.0.113.9'}, '203.0.113.9'),
             ({'X-Forwarded-For': '1.1.1.1, 203.0.113.9'}, '203.0.113.9'), ({'X-Forwarded-For': '2001:db8::1'}, '2001:db8::1'),
             ({'X-Forwarded-For': 'unknown'}, '127.0.0.1'), ({'X-Forwarded-For': ''}, '127.0.0.1')]


@pytest.mark.parametrize('proxied', [False, True])
def test_the_word_of_a_proxy(proxied):
    with office(options=('--proxied',) if proxied else ()) as hub:
        for headers, address in ADDRESSES:
            officer = hub.officer('reviewer')
            assert officer.get('/api/v1/people', headers=headers).status == 403
            assert hub.sql('SELECT address FROM audit WHERE actor = $1', officer.person) == [[address if proxied else '127.0.0.1']]
        # Behind its TLS the cookie is the one of TLS.
        officer = hub.officer('administrator')
        safe = Client(hub, {'Cookie': '__Host-' + officer.headers['Cookie'], 'X-Forwarded-Proto': 'https'})
        answer = safe.get('/api/v1/people')
        assert answer.status == (200 if proxied else 401)
        assert ('Strict-Transport-Security' in answer.headers) == proxied
        # And of its clients' certificates.
        print_ = secrets.token_hex(32)
        hub.machine('machine', fingerprint=print_)
        answer = Client(hub, {'X-Client-Fingerprint': print_}).get('/api/v1/countries')
        assert answer.status == (200 if proxied else 401)


def test_a_database_that_is_away():
    cluster = pg.Cluster()
    try:
        with office('postgresql', cluster=cluster.url) as hub:
            officer = hub.officer('administrator')
            assert officer.get('/api/v1/people').status == 200
            assert json.loads(hub.ask('GET', '/readyz')[1]) == {'status': 'ok'}
            cluster.kill()
            answer = officer.get('/api/v1/people')
            assert answer.status == 503, answer
            for _ in range(100):
                told = json.loads(hub.ask('GET', '/readyz')[1])
                if 'trouble' in told:
                    break
                time.sleep(0.1)
            assert [t['service'] for t in told['trouble']] == ['database']
            # Screening does not need it.
            assert hub.ask('POST', '/match/demo', {'queries': {'a': {'schema': 'Person', 'properties': {'name': ['Sok']}}}})[0] == 200
            cluster.start()
            for _ in range(150):
                if officer.get('/api/v1/people', check=False).status == 200 and 'trouble' not in json.loads(hub.ask('GET', '/readyz')[1]):
                    break
                time.sleep(0.1)
            else:
                raise AssertionError('the hub does not find its database again')
    finally:
        cluster.stop()
