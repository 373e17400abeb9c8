"""The ledger of real hubs: what everybody may read of it, a partner's witness of both ways, keys, forks, rewinds, and what an
administrator changes with SQL.
"""
import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

import pg
from hub import CORDON
from officehub import office

PERSON = {'offence': 'fraud', 'purpose': 'refuse entry',
          'person': {'schema': 'Person', 'properties': {'name': ['김철수'], 'birthDate': ['1980-01-01'], 'nationality': ['kr']}},
          'measures': [{'kind': 'refuse-entry', 'basis': 'decision'}]}


def cordon(*arguments):
    run = subprocess.run([CORDON, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout, run.stderr


def nominate(hub, count=1):
    liaison = hub.officer('liaison', country='kr')
    for _ in range(count):
        answer = liaison.post('/api/v1/entries', dict(PERSON, reference='KR-' + secrets.token_hex(6)))
        assert answer.status == 201, answer


def log_key(folder, log='list'):
    with open(os.path.join(folder, 'keys', 'trusted')) as f:
        return [line.split()[2] for line in f if line.startswith(f'log {log} ')][-1]


def checkpoint(hub, log='list'):
    status, text, headers = hub.ask('GET', f'/ledger/{log}/checkpoint')
    assert status == 200 and headers['Content-Type'] == 'text/plain; charset=utf-8'
    return text


def raw(hub, path):
    connection = hub.connect()
    connection.request('GET', '/ledger/' + path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, answer.headers


def wait(what, seconds=10):
    for _ in range(int(seconds * 20)):
        got = what()
        if got:
            return got
        time.sleep(0.05)
    raise AssertionError('waited in vain')


def witness_key(folder, name='witness.kr/w1'):
    status, out, err = cordon('key', 'create', '--data', folder, '--name', name, 'witness')
    assert status == 0, err
    return out.strip()


class Witness:
    """A partner's `cordon witness` that serves."""

    def __init__(self, folder, *logs, port=0):
        options = [o for log in logs for o in ('--log', log)]
        self.process = subprocess.Popen([CORDON, 'witness', '--data', folder, '--port', str(port), *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith('ready: http://'), line
        self.url = line.split()[1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10), self.process.stderr.read()


@pytest.fixture(params=pg.kinds)
def kind(request):
    return request.param


def verify(hub):
    return cordon('verify', 'ledger', '--data', hub.folder, '--db', hub.url)


def test_what_everybody_may_read(kind):
    with office(kind) as hub:
        nominate(hub, 3)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 5 and int(checkpoint(hub, 'audit').split('\n')[1]) >= 1)
        status, body, headers = raw(hub, 'list/tile/entries/000.p/5')
        assert status == 200 and body.count(b'"log":"list"') == 5 and headers['Content-Type'] == 'application/octet-stream'
        assert 'immutable' in headers['Cache-Control'] and '김철수'.encode() not in body
        for path, status in (('list/tile/0/000.p/4', 200), ('list/tile/0/000.p/200', 404), ('list/tile/0/000', 404),
                             ('list/tile/0/x001/000', 404), ('list/tile/9/000', 404), ('list/tile/0/1', 404), ('other/checkpoint', 404),
                             ('audit/checkpoint', 200), ('audit/tile/0/000.p/1', 200), ('audit/tile/entries/000.p/1', 404)):
            assert raw(hub, path)[0] == status, path
        status, out, err = verify(hub)
        assert status == 0 and 'it holds' in out, out + err
        status, out, err = cordon('verify', 'ledger', '--url', f'http://127.0.0.1:{hub.port}/ledger/list', '--keys',
                                  os.path.join(hub.folder, 'keys', 'trusted'))
        assert status == 0 and 'it holds' in out, out + err


def test_status_and_verification_for_officers(kind):
    with office(kind) as hub:
        nominate(hub)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 3)
        officer = hub.officer('auditor')
        status = officer.get('/api/v1/ledger').json
        assert [log['log'] for log in status['logs']] == ['list', 'audit'] and status['logs'][0]['origin'] == 'cordon.kh/list'
        assert {key['state'] for key in status['keys']} == {'active'}
        assert officer.post('/api/v1/ledger/verify').json['ok'] is True
        hub.sql("UPDATE audit SET purpose = 'x' WHERE action = 'entry.create'")
        result = officer.post('/api/v1/ledger/verify').json
        assert result['ok'] is False
        assert [c['name'] for c in result['checks'] if not c['ok']] == ['records']


def test_a_witness_that_is_sent_checkpoints(kind, tmp_path):
    witness_folder = str(tmp_path / 'witness')
    key = witness_key(witness_folder)
    with office(kind) as hub:
        nominate(hub)
        log = log_key(hub.folder)
        witness = Witness(witness_folder, log, log_key(hub.folder, 'audit'))
        hub.stop()
        hub.start(('--db', hub.url, '--witness', f'{key},{witness.url}'))
        try:
            wait(lambda: '— witness.kr/w1 ' in checkpoint(hub))
            before = int(checkpoint(hub).split('\n')[1])
            nominate(hub, 5)
            wait(lambda: int(checkpoint(hub).split('\n')[1]) >= before + 5 and '— witness.kr/w1 ' in checkpoint(hub))
            officer = hub.officer('auditor')
            head = officer.get('/api/v1/ledger').json['logs'][0]
            assert head['cosignedSize'] >= before + 5 and head['witnesses'][0]['name'] == 'witness.kr/w1'
            # What it cosigned last stands at its own address too.
            origin = hashlib.sha256(b'cordon.kh/list').hexdigest()
            got = subprocess.run(['curl', '-sf', f'{witness.url}{origin}/checkpoint'], capture_output=True, text=True, check=True).stdout
            assert got.startswith('cordon.kh/list\n') and '— witness.kr/w1 ' in got
        finally:
            assert witness.stop() == (0, '')


def test_a_witness_that_fetches(kind, tmp_path):
    folder = str(tmp_path / 'witness')
    key = witness_key(folder)
    with office(kind, ('--witness', key)) as hub:
        nominate(hub, 2)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 4)
        logs = [f'{log_key(hub.folder, log)},http://127.0.0.1:{hub.port}/ledger/{log}' for log in ('list', 'audit')]
        for _ in range(3):
            status, out, err = cordon('witness', '--data', folder, '--once', '--log', logs[0], '--log', logs[1])
            assert status == 0 and err == '', err
            assert '— witness.kr/w1 ' in checkpoint(hub) and '— witness.kr/w1 ' in checkpoint(hub, 'audit')
            nominate(hub)
            time.sleep(0.5)
        # One that the hub does not know brings its cosignature in vain.
        other = str(tmp_path / 'other')
        witness_key(other, 'stranger.example/w')
        status, out, err = cordon('witness', '--data', other, '--once', '--log', logs[0])
        assert status == 1 and 'stranger' not in checkpoint(hub), err


def test_a_rewound_and_forked_log(tmp_path):
    folder = str(tmp_path / 'witness')
    key = witness_key(folder)
    with office('sqlite', ('--witness', key)) as hub:
        database = hub.url[7:]
        nominate(hub, 2)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 4)

        def look():
            return cordon('witness', '--data', folder, '--once', '--log', f'{log_key(hub.folder)},http://127.0.0.1:{hub.port}/ledger/list')

        assert look()[0] == 0
        hub.stop()
        shutil.copy(database, database + '.old')
        hub.start(('--db', hub.url, '--witness', key))
        nominate(hub, 3)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 7)
        assert look()[0] == 0
        # An administrator puts the database of an hour ago back.
        hub.stop()
        for name in ('', '-wal', '-shm'):
            if os.path.exists(database + name):
                os.unlink(database + name)
        shutil.copy(database + '.old', database)
        hub.start(('--db', hub.url, '--witness', key))
        status, _, err = look()
        assert status == 3 and 'ALARM: rewind of cordon.kh/list' in err
        # The hub itself remembers what it signed, and signs nothing more.
        before = checkpoint(hub)
        nominate(hub, 5)
        time.sleep(1)
        assert checkpoint(hub) == before
        # He takes that memory away as well: the hub signs another history, and the witness has the proof of it.
        hub.stop()
        os.unlink(os.path.join(hub.folder, 'keys', 'list.seen'))
        os.unlink(os.path.join(hub.folder, 'keys', 'audit.seen'))
        hub.start(('--db', hub.url, '--witness', key))
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 9)
        status, _, err = look()
        assert status == 3 and 'ALARM: fork of cordon.kh/list' in err
        assert '— witness.kr/w1 ' not in checkpoint(hub)
        files = os.listdir(os.path.join(folder, 'alarms'))
        assert len(files) == 2
        for name in files:
            with open(os.path.join(folder, 'alarms', name)) as f:
                assert f.read().count('\ncordon.kh/list\n') == 2


def test_two_hubs_over_one_postgresql(tmp_path):
    with office('postgresql') as hub:
        second = str(tmp_path / 'second')
        os.makedirs(second)
        shutil.copytree(os.path.join(hub.folder, 'keys'), os.path.join(second, 'keys'))
        other = subprocess.Popen([CORDON, 'hub', '--data', second, '--port', '0', '--db', hub.url], stdout=subprocess.PIPE, text=True)
        try:
            assert other.stdout.readline().startswith('ready: ')
            nominate(hub, 40)
            wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 42)
            # What came beside the forty is in it too before they are counted.
            wait(lambda: hub.sql("SELECT count(*) FROM ledger_leaf WHERE log = 'list' AND place IS NULL") == [['0']])
            places = [int(r[0]) for r in hub.sql("SELECT place FROM ledger_leaf WHERE log = 'list' ORDER BY place")]
            assert places == list(range(len(places)))
            status, out, err = verify(hub)
            assert status == 0, out + err
        finally:
            other.send_signal(signal.SIGTERM)
            assert other.wait(10) == 0
        # A hub with another key than the one the database knows does not start.
        third = str(tmp_path / 'third')
        status, _, err = cordon('hub', '--data', third, '--port', '0', '--db', hub.url)
        assert status == 1 and 'list.key is missing' in err


def test_keys_are_changed_and_revoked():
    with office('sqlite') as hub:
        nominate(hub)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 3)
        hub.stop()
        status, out, err = cordon('key', 'rotate', '--data', hub.folder, '--db', hub.url, 'list')
        assert status == 0, err
        assert log_key(hub.folder) == out.strip()
        hub.start(('--db', hub.url))
        nominate(hub)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 6)
        status, out, err = verify(hub)
        assert status == 0, out + err
        hub.stop()
        assert cordon('key', 'revoke', '--data', hub.folder, '--db', hub.url, 'list')[0] == 0
        states = [line.split('\t')[:2] for line in cordon('key', 'list', '--data', hub.folder, '--db', hub.url)[1].splitlines() if not line.startswith('mark')]
        assert sorted(states) == [['audit', 'active'], ['edition', 'active'], ['list', 'retired'], ['list', 'revoked'], ['public', 'active']]
        # Others may read it: it is not used.
        os.chmod(os.path.join(hub.folder, 'keys', 'audit.key'), 0o644)
        status, _, err = cordon('hub', '--data', hub.folder, '--db', hub.url, '--port', '0')
        assert status == 1 and 'its mode must be 0600' in err


def test_what_an_administrator_changes_is_named():
    changes = [("UPDATE ledger_leaf SET body = replace(body, 'entry.', 'entry_') WHERE log = 'list' AND place = (SELECT max(place)"
                " FROM ledger_leaf WHERE log = 'list' AND body LIKE '%entry.%')", 'is not what was signed'),
               ("UPDATE audit SET at_ms = at_ms - 3600000 WHERE action = 'entry.create'", 'of table audit is not what its leaf'),
               ("DELETE FROM audit WHERE action = 'entry.create'", 'has no row in table audit'),
               ("UPDATE entry_event SET actor = 'x' WHERE seq = 1", 'of table entry_event is not what its leaf'),
               ("UPDATE entry SET caption = 'x'", 'is not what its last act committed to')]
    with office('sqlite') as hub:
        nominate(hub, 2)
        wait(lambda: int(checkpoint(hub).split('\n')[1]) >= 4)
        time.sleep(0.5)
        hub.stop()
        assert verify(hub)[0] == 0
        for number, (sql, told) in enumerate(changes):
            path = os.path.join(hub.folder, f'changed-{number}.db')
            shutil.copy(hub.url[7:], path)
            with contextlib.closing(sqlite3.connect(path)) as database:
                database.execute(sql)
                database.commit()
            status, out, err = cordon('verify', 'ledger', '--data', hub.folder, '--db', f'sqlite:{path}')
            assert status == 1 and told in out, (sql, out, err)
        hub.start(('--db', hub.url))
