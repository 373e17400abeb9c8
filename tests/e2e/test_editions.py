"""From a decision to an edition that proves itself, on both databases: built, fetched, screened against, verified, refused."""
import contextlib
import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import time

import pytest

import hub
import office
import pg


@pytest.fixture(scope='module', params=pg.kinds)
def o(request):
    with office.office(request.param) as made:
        yield made


def cordon(*arguments, stdin=None):
    run = subprocess.run([hub.CORDON, *arguments], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    return run.returncode, run.stdout, run.stderr


def keys(o):
    return os.path.join(o.folder.name, 'keys', 'trusted')


def newest(o, known=0, seconds=20):
    """The newest edition, once it is newer than `known`."""
    until = time.time() + seconds
    while time.time() < until:
        items = o.reviewer.do('GET', '/editions?limit=1')['items']
        if items and items[0]['number'] > known:
            return items[0]
        time.sleep(0.05)
    raise AssertionError('no edition came')


def with_entry(o, id, there=True, seconds=30):
    """The first edition that has the entry, or has not any more, as a file."""
    until, known = time.time() + seconds, 0
    while time.time() < until:
        with contextlib.suppress(AssertionError):
            edition = newest(o, known, 1)
            known = edition['number']
            path = fetch(o, known)
            if (cordon('verify', 'entry', id, '--edition', path, '--keys', keys(o))[0] == 0) == there:
                return edition, path
    raise AssertionError('no such edition came')


def fetch(o, number, start=None, **headers):
    """The file of an edition (or what changed since `start`), kept in the hub's folder."""
    status, got, body = get(o, f'/editions/{number}/file' + (f'?from={start}' if start else ''), **headers)
    assert status == 200, (status, body[:200])
    path = os.path.join(o.folder.name, f'{number}-{start or 0}-{secrets.token_hex(4)}.edition')
    with open(path, 'wb') as f:
        f.write(body)
    return path


def get(o, path, **headers):
    connection = http.client.HTTPConnection('127.0.0.1', o.port, timeout=30)
    connection.request('GET', '/api/v1' + path, None, {'Cookie': f'sid={o.operator.token}', **{k.replace('_', '-'): v for k, v in headers.items()}})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def screen(path, o, *queries):
    code, out, err = cordon('screen', '--edition', path, '--keys', keys(o), stdin=''.join(json.dumps(q) + '\n' for q in queries))
    assert code == 0, err
    return [json.loads(line)['results'] for line in out.splitlines()]


def person(id, name, **more):
    return {'id': id, 'schema': 'Person', 'properties': {'name': [name], **{k: [v] for k, v in more.items()}}}


def test_a_decision_reaches_an_edition_that_finds_the_person(o):
    id = o.stage('E-' + secrets.token_hex(6), 'published')
    edition, path = with_entry(o, id)
    assert edition['entries'] >= 1 and edition['cosignedBy'] == [] and edition['size'] == os.path.getsize(path)
    code, out, err = cordon('verify', 'edition', path, '--keys', keys(o), '--db', o.url)
    assert code == 0, err
    assert out.startswith(f'edition {edition["number"]} of cordon.kh\n') and 'logged, not cosigned' in out, out
    assert 'no more and no less' in out and out.endswith('verified\n')
    log = f'http://127.0.0.1:{o.port}/ledger/list'
    code, out, err = cordon('verify', 'edition', path, '--keys', keys(o), '--log', log)
    assert code == 0 and 'no more and no less' in out, err
    # Found in the scripts of four languages, with what may be done about him.
    names = ['김민수', 'KIM MINSU', 'Kim Min-soo', '金民秀', 'គីម មិនស៊ូ']
    for name, results in zip(names, screen(path, o, *[person('q', n, birthDate='1990-03-07', nationality='kr') for n in names])):
        hit = [r for r in results if r['id'] == id]
        assert hit, (name, results)
        assert hit[0]['datasets'] == ['cordon.kh']
        assert [(m['kind'], m['basis']) for m in hit[0]['measures']] == [('refuse-entry', 'decision')], name
        assert hit[0]['alert'] and 'cleared' not in hit[0], name
    assert screen(path, o, person('q', 'Nguyễn Thị Hoa', birthDate='1955-01-01')) == [[]]
    # The same answers as from the same persons in a list.
    code, out, err = cordon('export', '--edition', path, '--keys', keys(o))
    assert code == 0 and id in [json.loads(line)['id'] for line in out.splitlines()], err


def test_whatever_was_changed_is_refused(o):
    id = o.stage('E-' + secrets.token_hex(6), 'published')
    _, path = with_entry(o, id)
    with open(path, 'rb') as f:
        good = f.read()
    changed = path + '.changed'
    draw = random.Random(7)
    for at in [0, 8, 9, 12, 20, len(good) - 1] + [draw.randrange(len(good)) for _ in range(40)]:
        bad = bytearray(good)
        bad[at] ^= 1 << draw.randrange(8)
        with open(changed, 'wb') as f:
            f.write(bad)
        for command in (['verify', 'edition', changed], ['screen', '--edition', changed, '/dev/null'], ['export', '--edition', changed]):
            code, out, err = cordon(*command, '--keys', keys(o))
            assert code == 1 and not out and 'edition-' in err, (at, command, code, err)
    with open(changed, 'wb') as f:
        f.write(good[:len(good) // 2])
    code, _, err = cordon('verify', 'edition', changed, '--keys', keys(o))
    assert code == 1 and 'edition-truncated' in err


def test_who_signed_and_when(o, tmp_path):
    edition = newest(o)
    path = fetch(o, edition['number'])
    code, out, err = cordon('verify', 'edition', path)
    assert code == 0 and 'give --keys' in out
    code, _, err = cordon('screen', '--edition', path, '/dev/null')
    assert code == 0 and 'NOT CHECKED WHO SIGNED IT' in err
    stranger = tmp_path / 'keys'
    code, vkey, err = cordon('key', 'create', '--data', str(tmp_path), '--name', 'stranger.example/edition', 'edition')
    assert code == 0, err
    with open(keys(o), encoding='utf-8') as f:
        lines = f.read()
    vkeys = {line.removeprefix('log ').split()[0]: line.removeprefix('log ').split()[1] for line in lines.splitlines()}
    trusted = tmp_path / 'trusted'

    def verdict(text, *more):
        trusted.write_text(text)
        code, _, err = cordon('verify', 'edition', path, '--keys', str(trusted), *more)
        return err.split(': ')[2] if code else None

    assert stranger.exists()
    assert verdict(lines) is None
    assert verdict(lines.replace(vkeys['edition'], vkey.strip())) == 'edition-unknown-key'
    assert verdict(lines.replace(vkeys['list'], vkey.strip())) == 'edition-unknown-key'
    assert verdict(lines + f'revoked 2020-01-01T00:00:00.000Z {vkeys["edition"]}\n') == 'edition-key-revoked'
    assert verdict(lines, '--witnessed') == 'edition-not-witnessed'
    assert verdict(lines, '--at', '2099-01-01') == 'edition-expired'
    assert verdict(lines, '--at', '2099-01-01', '--expired') is None
    assert verdict(lines, '--known', str(edition['number'])) is None
    assert verdict(lines, '--known', str(edition['number'] + 1)) == 'edition-older'
    assert verdict('nonsense\n') == 'edition-keys-malformed'


def test_a_removal_reaches_the_next_edition(o):
    id = o.stage('E-' + secrets.token_hex(6), 'published')
    before, old = with_entry(o, id)
    status, answer, _ = o.decider.act(id, 'suspend', {'reason': 'new-facts'})
    assert status == 200, answer
    after, path = with_entry(o, id, there=False)
    assert after['number'] > before['number'] and after['removed'] >= 1
    assert not [r for r in screen(path, o, person('q', '김민수', birthDate='1990-03-07', passportNumber='M12345678'))[0] if r['id'] == id]
    code, _, err = cordon('verify', 'edition', path, '--keys', keys(o), '--db', o.url)
    assert code == 0, err
    # The old one still says what the list was, and is no longer what the ledger says.
    assert cordon('verify', 'entry', id, '--edition', old, '--keys', keys(o))[0] == 0
    if after['number'] == before['number'] + 1:
        assert os.path.getsize(fetch(o, after['number'], before['number'])) < os.path.getsize(path)


def test_a_cleared_traveller_is_not_alerted(o):
    """Two people confirm that a traveller is not the listed one; his passport clears him, another's does not."""
    id = o.stage('E-' + secrets.token_hex(6), 'published')
    traveller = {'name': ['KIM MINSU'], 'birthDate': ['1990-03-07'], 'nationality': ['kr'], 'passportNumber': ['M55556666']}
    status, made, version = o.reviewer.ask('POST', '/clearances', {
        'entry': id, 'person': {'schema': 'Person', 'properties': traveller}, 'consent': True, 'text': 'compared with the photograph'})
    assert status == 201, made
    status, answer, _ = o.supervisor.ask('POST', f'/clearances/{made["id"]}/acts/confirm', {}, version)
    assert status == 200, answer
    edition, path = with_entry(o, made['id'])
    assert edition['clearances'] >= 1
    cleared = person('q', 'KIM MINSU', birthDate='1990-03-07', nationality='kr', passportNumber='M55556666')
    other = person('q', 'KIM MINSU', birthDate='1990-03-07', nationality='kr', passportNumber='M77778888')
    listed = person('q', 'KIM MINSU', birthDate='1990-03-07', nationality='kr', passportNumber='M12345678')
    of_entry = [next(r for r in results if r['id'] == id) for results in screen(path, o, cleared, other, listed)]
    assert [r['alert'] for r in of_entry] == [False, True, True]
    assert of_entry[0]['cleared']['id'] == made['id'] and 'cleared' not in of_entry[1] and 'cleared' not in of_entry[2]
    code, _, err = cordon('verify', 'edition', path, '--keys', keys(o), '--db', o.url)
    assert code == 0, err


def test_one_entry_proved_alone(o, tmp_path):
    id = o.stage('E-' + secrets.token_hex(6), 'published')
    _, path = with_entry(o, id)
    proof, payload = str(tmp_path / 'proof'), tmp_path / 'payload'
    code, out, err = cordon('verify', 'entry', id, '--edition', path, '--keys', keys(o), '--proof', proof)
    assert code == 0, err
    told = dict(line.strip().split(None, 1) for line in out.splitlines() if line.startswith('  '))
    payload.write_text(told['payload'])
    assert json.loads(told['payload'])['id'] == id
    arguments = ['verify', 'entry', proof, '--keys', keys(o), '--payload', str(payload), '--salt', told['salt']]
    code, out, err = cordon(*arguments)
    assert code == 0 and 'is what the leaf commits to' in out, err
    payload.write_text(told['payload'].replace('1990', '1991'))
    code, _, err = cordon(*arguments)
    assert code == 1 and 'edition-unproven' in err
    with open(proof, encoding='utf-8') as f:
        lines = f.read().split('\n')
    lines[3] = ('A' if lines[3][0] != 'A' else 'B') + lines[3][1:]
    with open(proof, 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines))
    code, _, err = cordon('verify', 'entry', proof, '--keys', keys(o))
    assert code == 1 and 'edition-unproven' in err, err


def test_files_by_ranges_and_tags(o):
    number = newest(o)['number']
    status, headers, whole = get(o, f'/editions/{number}/file')
    assert status == 200 and headers['Accept-Ranges'] == 'bytes' and headers['Content-Type'] == 'application/octet-stream'
    tag, size = headers['ETag'], len(whole)
    for wanted, status, part, told in [
            ('bytes=0-9', 206, whole[:10], f'bytes 0-9/{size}'), ('bytes=10-', 206, whole[10:], f'bytes 10-{size - 1}/{size}'),
            ('bytes=-7', 206, whole[-7:], f'bytes {size - 7}-{size - 1}/{size}'), (f'bytes={size}-', 416, None, f'bytes */{size}'),
            ('bytes=5-2', 200, whole, None), ('bytes=0-1,4-5', 200, whole, None), ('lines=1-2', 200, whole, None),
            ('bytes=a-', 200, whole, None), (f'bytes=0-{size * 2}', 206, whole, f'bytes 0-{size - 1}/{size}')]:
        got, head, body = get(o, f'/editions/{number}/file', Range=wanted)
        assert got == status and head['Content-Range'] == told and (part is None or body == part), (wanted, got, head.items())
    assert get(o, f'/editions/{number}/file', If_None_Match=tag)[0] == 304
    assert get(o, f'/editions/{number}/file', Range='bytes=0-9', If_Range=tag)[2] == whole[:10]
    assert get(o, f'/editions/{number}/file', Range='bytes=0-9', If_Range='"other"')[2] == whole
    for path, status in [('/editions/0/file', 404), ('/editions/x/file', 404), (f'/editions/{number + 1}/file', 404), (f'/editions/{number + 1}', 404),
                         (f'/editions/{number}/file?from={number}', 422), (f'/editions/{number}/file?from=x', 422)]:
        assert get(o, path)[0] == status, path
    assert o.reviewer.ask('GET', f'/editions/{number}/file')[0] == 403
    one = o.reviewer.do('GET', f'/editions/{number}')
    assert one['size'] == size and one['number'] == number
    page = o.reviewer.do('GET', '/editions?limit=1')
    if page['next']:
        assert o.reviewer.do('GET', f'/editions?limit=1&cursor={page["next"]}')['items'][0]['number'] == page['items'][0]['number'] - 1


@pytest.mark.parametrize('kind', pg.kinds)
def test_the_witness_is_waited_for(kind, tmp_path):
    """With a witness configured nothing reaches an edition before it cosigned; then at once."""
    with office.office(kind) as o:
        id = o.stage('E-' + secrets.token_hex(6), 'published')
        with_entry(o, id)
        o.stop()
        code, vkey, err = cordon('key', 'create', '--data', str(tmp_path), '--name', 'kr.example/witness', 'witness')
        assert code == 0, err
        with open(keys(o), 'a', encoding='utf-8') as f:
            f.write(f'witness {vkey.strip()}\n')
        with open(keys(o), encoding='utf-8') as f:
            logs = [line.split()[2] for line in f if line.startswith(('log list ', 'log audit '))]
        o.start()
        number = newest(o)['number']
        second = o.stage('E-' + secrets.token_hex(6), 'published', name='이영희', properties={'passportNumber': ['M87654321']})
        time.sleep(3)
        assert newest(o)['number'] == number, 'an edition before the witness'
        for log, name in zip(logs, ('list', 'audit')):
            code, out, err = cordon('witness', '--data', str(tmp_path), '--log', f'{log},http://127.0.0.1:{o.port}/ledger/{name}', '--once')
            assert code == 0, (out, err)
        edition, path = with_entry(o, second)
        assert edition['cosignedBy'] == ['kr.example/witness']
        code, out, err = cordon('verify', 'edition', path, '--keys', keys(o), '--db', o.url, '--witnessed')
        assert code == 0 and 'cosigned by 1 witness' in out, (out, err)
        code, out, err = cordon('verify', 'ledger', '--db', o.url, '--keys', keys(o))
        assert code == 0, out


def test_the_file_stays_whole_while_the_hub_is_killed(tmp_path):
    """kill -9 at any time: the newest edition is whole, follows the one before, and is what the ledger says."""
    with office.office('sqlite') as o:
        draw = random.Random(11)
        last = 0
        for _ in range(6):
            for _ in range(3):
                o.stage('E-' + secrets.token_hex(6), 'published')
            time.sleep(draw.random())
            o.process.send_signal(signal.SIGKILL)
            o.process.wait(20)
            o.start()
            edition = newest(o)
            assert edition['number'] >= last
            last = edition['number']
            path = fetch(o, last)
            code, _, err = cordon('verify', 'edition', path, '--keys', keys(o), '--db', o.url)
            assert code == 0, err
