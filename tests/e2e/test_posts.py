"""What checkpoints ask of a hub, by a client that signs as one does: enrolment, sync, spool, feed; over both databases."""
import base64
import ctypes
import ctypes.util
import hashlib
import json
import secrets
import subprocess
import time
from email.utils import parsedate_to_datetime

import pytest

import pg
from hub import CORDON
from officehub import Client, OfficeHub

sodium = ctypes.CDLL(ctypes.util.find_library('sodium'))
ZEROS = '0' * 64
AIRPORT = {'name': 'Airport', 'kind': 'air', 'point': 'entry', 'latitude': 11.5466, 'longitude': 104.8441, 'desk': '+855 23 000 000'}


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp('posts'))
    with pg.fresh(request.param) as url:
        subprocess.run([CORDON, 'demo', '--data', folder, '--db', url], check=True, stdout=subprocess.DEVNULL)
        for purpose in ('list', 'audit', 'edition'):
            subprocess.run([CORDON, 'key', 'create', '--data', folder, purpose], check=True, stdout=subprocess.DEVNULL)
        hub = OfficeHub(folder, url)
        hub.operator = hub.officer('operator')
        yield hub
        assert hub.stop() == 0


class Post:
    """A checkpoint as its hub sees it."""

    def __init__(self, hub, name):
        self.hub, self.skew, self.since, self.head, self.seq = hub, 0, 0, ZEROS, 0
        self.public, self.secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        assert sodium.crypto_sign_keypair(self.public, self.secret) == 0
        made = hub.operator.post('/api/v1/posts', dict(AIRPORT, name=name))
        assert made.status == 201, made
        self.id, self.code = made.json['id'], made.json['code']
        self.key = base64.b64encode(self.public.raw).decode()

    def enrol(self):
        answer = self.hub.nobody.post('/api/v1/posts/enrolment', {'code': self.code, 'key': self.key})
        assert answer.status == 201 and answer.json['post']['id'] == self.id, answer
        return self

    def authorization(self, method, target, body):
        at = int(time.time() * 1000) + self.skew
        message = f'cordon post v1\n{method}\n{target}\n{at}\n{hashlib.sha256(body).hexdigest()}\n'.encode()
        signature = ctypes.create_string_buffer(64)
        assert sodium.crypto_sign_detached(signature, None, message, ctypes.c_ulonglong(len(message)), self.secret) == 0
        return f'Cordon-Post {self.id}:{at}:{base64.b64encode(signature.raw).decode()}'

    def ask(self, what, body, post=None):
        target, content = f'/api/v1/posts/{post or self.id}/{what}', json.dumps(body).encode()
        return Client(self.hub).ask('POST', target, content, {'Authorization': self.authorization('POST', target, content),
                                                              'Content-Type': 'application/json'})

    def sync(self, **more):
        """The news, of each kind the last."""
        answer = self.ask('sync', {'since': self.since, 'edition': 1, 'queue': 0, 'lanes': 1, 'trouble': ['disk-full'], **more})
        assert answer.status == 200, answer
        self.since = answer.json['upto']
        return {n['kind']: n['body'] for n in answer.json['news']}

    def record(self, kind, body):
        """The next of the chain. Of such values (no fractions) this is their canonical JSON."""
        self.seq += 1
        record = {'seq': self.seq, 'at': '2026-11-26T08:00:00.000Z', 'offset': -1200, 'kind': kind, 'lane': '2', 'officer': secrets.token_hex(16),
                  'previous': self.head, 'body': body}
        self.head = hashlib.sha256(json.dumps(record, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()).hexdigest()
        return record


def a_check():
    return {'id': secrets.token_hex(16), 'point': 'entry', 'result': 'pass', 'edition': 1, 'tookUs': 400}


def test_made_and_changed(hub):
    operator = hub.operator
    made = operator.post('/api/v1/posts', dict(AIRPORT, name='Kaam Samnor', kind='river'))
    assert made.status == 201 and len(made.json['code']) == 29 and made.json['state'] == 'expected'
    path = '/api/v1/posts/' + made.json['id']
    assert operator.post('/api/v1/posts', dict(AIRPORT, name='Kaam Samnor')).reason == 'name-taken'
    for bad in ({'name': ''}, {'kind': 'space'}, {'point': 'left'}, {'latitude': 91}, {'longitude': None}, {'desk': 'x' * 61}):
        assert operator.post('/api/v1/posts', {**AIRPORT, 'name': 'Bad', **bad}).reason == 'value-invalid', bad
    # What is not said stays.
    tag = operator.get(path).headers['ETag']
    changed = operator.ask('PATCH', path, {'desk': '+855 99'}, {'If-Match': tag})
    assert changed.status == 200, changed
    assert (changed.json['desk'], changed.json['kind'], changed.json['latitude'], changed.json['name']) == ('+855 99', 'river', 11.5466, 'Kaam Samnor')
    assert operator.ask('PATCH', path, {'desk': '1'}, {'If-Match': tag}).status in (409, 412)
    # A new code takes the place of the former.
    anew = operator.post(path + '/acts/code', headers={'If-Match': changed.headers['ETag']})
    assert anew.status == 200 and anew.json['code'] != made.json['code'] and 'code' not in operator.get(path).json
    assert hub.nobody.post('/api/v1/posts/enrolment', {'code': made.json['code'], 'key': base64.b64encode(b'k' * 32).decode()}).reason == 'post-code'
    assert {'post.create', 'post.change'} <= {a[0] for a in hub.audit(operator) if a[1] == 'done'}


def test_enrolled_once_and_signed(hub):
    post, other = Post(hub, 'Signed').enrol(), Post(hub, 'Other').enrol()
    assert hub.nobody.post('/api/v1/posts/enrolment', {'code': post.code, 'key': post.key}).reason == 'post-code'
    assert post.sync()['settings']['name'] == 'Signed'
    # Its clock is wrong: the hub says what time it is, and it tries again.
    post.skew = -400000
    late = post.ask('sync', {'since': 0})
    assert (late.status, late.reason) == (401, 'post-clock') and abs(parsedate_to_datetime(late.headers['Date']).timestamp() - time.time()) < 5
    post.skew = 0
    # For itself alone, and nothing that officers may ask.
    assert (post.ask('sync', {'since': 0}, other.id).status, post.ask('spool', {'records': []}, other.id).status) == (404, 404)
    for path in ('/api/v1/posts', '/api/v1/entries', '/api/v1/hits'):
        assert Client(hub).ask('GET', path, None, {'Authorization': post.authorization('GET', path, b'')}).status == 403, path
    # Another body or target than was signed.
    target = f'/api/v1/posts/{post.id}/sync'
    for signed in (('POST', target, b'{}'), ('POST', target + '?x=1', b'[]'), ('GET', target, b'[]')):
        answer = Client(hub).ask('POST', target, b'[]', {'Authorization': post.authorization(*signed), 'Content-Type': 'application/json'})
        assert (answer.status, answer.reason) == (401, 'post-signature'), signed
    assert Post(hub, 'Not there yet').ask('sync', {}).reason == 'post-unknown'
    assert post.ask('sync', {'since': 0, 'edition': 1, 'queue': 0, 'lanes': 0, 'trouble': [{'a': 1}]}).status == 422


def test_the_roster_follows_the_people(hub):
    post = Post(hub, 'Roster').enrol()
    first = {p['id'] for p in post.sync()['roster']['people']}
    primary = hub.officer('primary')
    assert 'roster' not in post.sync()
    for weak in ('12345', '111111', '123456', '987654', '1234567890123', '12345a'):
        assert primary.ask('PUT', '/api/v1/credentials/pin', {'pin': weak}).reason == 'pin-weak', weak
    assert hub.officer('primary', proved=3600).ask('PUT', '/api/v1/credentials/pin', {'pin': '264813'}).reason == 'prove-anew'
    assert primary.ask('PUT', '/api/v1/credentials/pin', {'pin': '264813'}).status == 204
    roster = {p['id']: p for p in post.sync()['roster']['people']}
    assert set(roster) == first | {primary.person} and roster[primary.person]['pin'].startswith('$argon2id$')
    hub.sql("UPDATE person SET state = 'locked' WHERE id = $1", primary.person)
    assert {p['id'] for p in post.sync()['roster']['people']} == first
    # A Korean officer has no place at a Khmer post.
    assert hub.officer('primary', country='kr').ask('PUT', '/api/v1/credentials/pin', {'pin': '264813'}).status == 204
    assert 'roster' not in post.sync()


def test_its_list_is_compared(hub):
    """What a post has in force is what the hub made; where it is not, that is seen and stays in the audit."""
    post, number = Post(hub, 'Another list').enrol(), int(hub.sql('SELECT max(number) FROM edition')[0][0])
    state = hub.operator.get(f'/api/v1/editions/{number}').json['state']

    def told(**more):
        post.sync(edition=number, **more)
        shown = hub.operator.get(f'/api/v1/posts/{post.id}').json
        flagged = hub.sql("SELECT count(*) FROM audit WHERE thing = $1 AND action = 'post.sync' AND outcome = 'flagged'", post.id)
        return shown['trouble'], int(flagged[0][0]), shown.get('urgent')

    assert told(state=state) == (['disk-full'], 0, None)
    assert told(state='') == (['disk-full'], 0, None)
    assert told(state='0' * 64) == (['disk-full', 'list-differs'], 1, None)
    assert told(state='0' * 64, urgent=number + 1) == (['disk-full', 'list-differs'], 1, number + 1)  # once, not each minute
    assert told(state=state) == (['disk-full'], 0 + 1, None)
    assert told(state='"\n') == (['disk-full', 'list-differs'], 2, None)


def test_records(hub):
    post = Post(hub, 'Spool').enrol()
    some = [post.record('check', a_check()) for _ in range(5)] + [post.record('event', {'what': 'started', 'detail': 'é €\u2028'})]
    for sent in (some, some, some[:3]):
        answer = post.ask('spool', {'records': sent})
        assert (answer.status, answer.json) == (200, {'upto': 6}), answer
    assert hub.sql('SELECT count(*) FROM crossing WHERE post_id = $1', post.id) == [['5']]
    # What a copy of its disk would tell, of long ago, of now and of next.
    for forged in (dict(some[2], body=a_check()), dict(some[5], body={'what': 'stopped'}),
                   dict(post.record('event', {'what': 'stopped'}), previous=ZEROS)):
        assert post.ask('spool', {'records': [forged]}).reason == 'spool-forked', forged['seq']
    assert post.ask('spool', {'records': [post.record('event', {'what': 'stopped'})]}).reason == 'spool-gap'
    assert post.ask('spool', {'records': [{}] * 501}).status == 422
    assert hub.sql('SELECT spool_seq FROM post WHERE id = $1', post.id) == [['6']]


def test_a_hub_put_back_lacks_what_it_confirmed(hub):
    """Numbers 3 to 6 were confirmed and are gone at the post; the hub says so to officers and in the audit, and goes on."""
    post = Post(hub, 'Put back').enrol()
    sent = [post.record('check', a_check()) for _ in range(7)]
    last = [post.record('event', {'what': 'stopped'}), post.record('check', a_check())]
    assert post.ask('spool', {'records': sent[:2]}).json == {'upto': 2}
    for again in range(2):
        assert post.ask('spool', {'records': sent[6:]}).reason == 'spool-gap'
        assert post.ask('spool', {'records': []}).json == {'upto': 2}
    for _ in range(2):
        assert post.ask('spool', {'records': sent[6:] + last[:1], 'gone': True}).json == {'upto': 8}
    # Behind the gap the chain holds as before.
    forged = dict(last[1], previous=ZEROS)
    assert post.ask('spool', {'records': [forged], 'gone': True}).reason == 'spool-forked'
    assert post.ask('spool', {'records': last}).json == {'upto': 9}
    assert hub.sql('SELECT seq FROM crossing WHERE post_id = $1 ORDER BY seq', post.id) == [['1'], ['2'], ['7'], ['9']]
    shown = hub.operator.get('/api/v1/posts/' + post.id).json['events']
    assert [(e['seq'], e['what'], e.get('detail')) for e in shown] == [(8, 'stopped', None), (3, 'spool-gap', '3-6')]
    flagged = hub.sql("SELECT detail FROM audit WHERE thing = $1 AND outcome = 'flagged'", post.id)
    assert flagged == [['{"missing":"3-6"}']], flagged


def feed(hub, path, **headers):
    connection = hub.connect()
    connection.request('GET', '/feed/' + path, None, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content, answer.headers


def test_feed_and_board(hub):
    post, stolen = Post(hub, 'Feed').enrol(), Post(hub, 'Stolen').enrol()
    number = hub.operator.get('/api/v1/posts/board').json['edition']
    name = f'editions/{number}/from-0'
    status, file, headers = feed(hub, name)
    # The nonce is as docs/formats/feed.md says it; no file has two.
    assert status == 200 and file[:9] == b'CORDONSF\x01' and len(file[24:48]) == 24
    status, rest, more = feed(hub, name, Range='bytes=100-', **{'If-Range': headers['ETag']})
    assert status == 206 and rest == file[100:] and more['Content-Range'] == f'bytes 100-{len(file) - 1}/{len(file)}'
    for path in ('editions/9999/from-0', f'editions/{number}/from-777', 'editions/9999/urgent', 'grants/' + 'f' * 32, 'revoked/' + post.id):
        assert feed(hub, path)[0] == 404, path
    # Stolen: no key, a word of it, and another file under another key, at which no broken download goes on.
    version = hub.operator.get('/api/v1/posts/' + stolen.id).json['version']
    match = {'If-Match': f'"{version}"'}
    for said in (None, {}, {'reason': ' '}, {'reason': 'x' * 501}):
        answer = hub.operator.post(f'/api/v1/posts/{stolen.id}/acts/revoke', said, headers=match)
        assert (answer.status, answer.reason, answer.json['field']) == (422, 'value-invalid', 'reason'), answer
    answer = hub.operator.post(f'/api/v1/posts/{stolen.id}/acts/revoke', {'reason': 'stolen in the night'}, headers=match)
    assert (answer.json['state'], answer.json['revokedReason']) == ('revoked', 'stolen in the night')
    assert feed(hub, 'grants/' + stolen.id)[0] == 404 and feed(hub, 'revoked/' + stolen.id)[0] == 200
    status, whole, _ = feed(hub, name, Range='bytes=100-', **{'If-Range': headers['ETag']})
    assert status == 200 and whole[16:24] != file[16:24]
    assert (stolen.ask('sync', {}).status, stolen.ask('sync', {}).reason) == (403, 'post-revoked')
    post.sync(edition=number)
    posts = hub.operator.get(f'/api/v1/posts/board?edition={number}').json['posts']
    assert 'Feed' in [p['name'] for p in posts if 'appliedAt' in p] and hub.operator.get('/api/v1/posts/board?edition=999').status == 404
