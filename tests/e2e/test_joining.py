"""A third country joins with nothing but the kit: it tries its own reading on the examples, takes the host's keys, makes its people, and
names somebody. What it reads with is asker.py and the lines below, written apart from the program."""
import base64
import csv
import hashlib
import http.client
import io
import json
import subprocess
import time

import pytest

from asker import Question, Refused, note_keys, note_text
from hub import CORDON, Hub
from officer import Officer
from portal import Portal, PublicHub
from square import output


@pytest.fixture(scope='module')
def kit():
    made = subprocess.run([CORDON, 'kit'], check=True, capture_output=True).stdout
    assert subprocess.run([CORDON, 'kit'], check=True, capture_output=True).stdout == made
    return json.loads(made)


def leaf_hash(leaf):
    return hashlib.sha256(b'\0' + leaf).digest()


def root_of(hashes):
    """RFC 9162, 2.1.1."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b'\1' + root_of(hashes[:half]) + root_of(hashes[half:])).digest()


def path_root(index, size, leaf, path):
    """RFC 9162, 2.1.3.2."""
    here, last, root = index, size - 1, leaf
    for step in path:
        assert last > 0
        if here & 1 or here == last:
            root = hashlib.sha256(b'\1' + step + root).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            root = hashlib.sha256(b'\1' + root + step).digest()
        here, last = here >> 1, last >> 1
    assert last == 0
    return root


def checkpoint_of(note, *vkeys):
    """Origin, size, root of what all these keys signed."""
    texts = {note_text(note, vkey) for vkey in vkeys}
    origin, size, root = texts.pop().splitlines()
    assert not texts
    return origin, int(size), base64.b64decode(root)


def test_documents_are_what_their_hashes_say(kit):
    assert kit['format'] == 'cordon.kit.v1'
    documents = {document['name']: document for document in kit['documents']}
    assert {'joining.md', 'formats/bulletin.md', 'formats/edition.md', 'formats/ledger.md', 'formats/submission.md'} <= documents.keys()
    for document in documents.values():
        assert hashlib.sha256(document['text'].encode()).hexdigest() == document['sha256'] and document['text'].startswith('# ')
    assert {'list', 'audit', 'edition', 'public', 'witness', 'oprf', 'inbox', 'evidence'} == {key['purpose'] for key in kit['keys']}
    assert {'administrator', 'liaison', 'decider', 'auditor'} <= {role['role'] for role in kit['roles']}


def test_the_bulletin_of_the_kit(kit):
    vectors = kit['vectors']['bulletin']
    keys = note_keys(vectors['note'], vectors['key'])
    with pytest.raises(Refused):
        note_keys(vectors['note'].replace('number 1', 'number 2'), vectors['key'])
    with pytest.raises(Refused):
        note_keys(vectors['note'], kit['vectors']['ledger']['keys']['log'])
    for check in vectors['checks']:
        question = Question(check['x'], bytes.fromhex(check['blind']))
        assert question.body.hex() == check['question'] and int.from_bytes(question.body[:2], 'little') == check['bucket']
        payload, moment = question.read(bytes.fromhex(check['answer']), keys)
        assert question.output.hex() == check['output'] == output(bytes.fromhex(vectors['oprf_secret']), check['x'].encode()).hex()
        assert (payload and payload.hex()) == check['payload'] and moment > 0
    listed, not_listed = (check['payload'] for check in vectors['checks'])
    assert not_listed is None
    bits, says = int.from_bytes(bytes.fromhex(listed), 'little'), vectors['listed']
    country = ''.join(chr(96 + (bits >> at & 31)) for at in (19, 14))
    assert (bits & 7, bits >> 3 & 3, bits >> 5 & 511, country) == (says['verdict'], says['band'], says['month'], says['country'])


def test_the_ledger_of_the_kit(kit):
    vectors = kit['vectors']['ledger']
    leaves = [leaf['leaf'].encode() for leaf in vectors['leaves']]
    for leaf in vectors['leaves']:
        said = json.loads(leaf['leaf'])
        assert said['commitment'] == hashlib.sha256(b'cordon/commit/v1' + bytes.fromhex(leaf['salt']) + leaf['payload'].encode()).hexdigest()
        assert json.dumps(said, sort_keys=True, separators=(',', ':')) == leaf['leaf'] and said['v'] == 1
    # The check value of docs/formats/ledger.md.
    assert json.loads(leaves[0])['commitment'] == '9f3e72caf92d7a3c015b8ac245551a283bf79c9c3d5022aeb238fdc83e0e93dc'
    origin, size, root = checkpoint_of(vectors['checkpoint'], vectors['keys']['log'], vectors['keys']['witness'])
    assert (origin, size, root) == (vectors['keys']['log'].split('+')[0], len(leaves), root_of([leaf_hash(leaf) for leaf in leaves]))
    with pytest.raises(Refused):
        checkpoint_of(vectors['checkpoint'].replace('\n3\n', '\n4\n'), vectors['keys']['log'])
    head, _, rest = vectors['proof'].partition('index ')
    lines = rest.partition('\n\n')
    index, *path = lines[0].splitlines()
    assert head.startswith('c2sp.org/tlog-proof@v1\nextra ') and int(index) == vectors['proved'] and lines[2] == vectors['checkpoint']
    leaf = base64.b64decode(head.split('extra ')[1])
    assert leaf == leaves[vectors['proved']]
    assert path_root(int(index), size, leaf_hash(leaf), [base64.b64decode(step) for step in path]) == root


def test_a_public_site_gives_the_same(kit, tmp_path):
    hub = PublicHub(str(tmp_path / 'hub'))
    portal = Portal(str(tmp_path / 'data'), hub)
    hub.publish(portal.name)
    portal.start()
    try:
        status, given, headers = portal.ask('GET', '/join/kit.json')
        assert status == 200 and headers['Content-Type'] == 'application/json' and json.loads(given) == kit
        for language in ('km', 'ko', 'en', 'zh'):
            page = portal.page(f'/{language}/join')[1]
            assert hashlib.sha256(given).hexdigest() in page and 'href="/join/kit.json"' in page
            assert all(document['sha256'] in page for document in kit['documents'])
        assert portal.ask('GET', '/join/kit.json', headers={'If-None-Match': headers['ETag']})[0] == 304
    finally:
        assert portal.stop() == 0


def test_a_country_joins_and_names_somebody(kit, tmp_path):
    folder = str(tmp_path)
    hub = Hub(folder)
    try:
        host = Officer(hub)
        host.setup(folder)
        joined = host.good('POST', '/api/v1/countries', {'code': 'th', 'name': 'Thailand', 'agency': 'Royal Thai Police',
                                                         'administrator': {'name': 'Somchai Jaidee', 'login': 'somchai'}})
        administrator = Officer(hub)
        administrator.sign_in('somchai', joined['password'])
        agency = next(a['id'] for a in administrator.good('GET', '/api/v1/agencies')['items'])
        named = administrator.good('POST', '/api/v1/people', {'name': 'Ploy Srisuk', 'login': 'ploy', 'agency': agency, 'roles': ['liaison']})
        liaison = Officer(hub)
        liaison.sign_in('ploy', named['password'])
        # The template as the kit has it, with one row of its own in place of the example.
        head, example = csv.reader(io.StringIO(kit['submission']['en']))
        row = dict(zip(head, example), Reference='TH-2026-001', **{'Name in Latin letters': 'WONG KEI', 'Passport number': 'AA1234567', 'Passport issued by': 'TH',
                                                                  'Nationality': 'TH', 'ID number': '', 'ID issued by': ''})
        table = io.StringIO()
        csv.writer(table).writerows((head, row.values()))
        sent = liaison.good('POST', '/api/v1/submissions?name=first.csv&lang=en', table.getvalue().encode(), {'Content-Type': 'text/csv'})
        rows = liaison.good('GET', f"/api/v1/submissions/{sent['id']}/rows?lang=en")['items']
        assert [r['status'] for r in rows] == ['taken'], rows
        liaison.purpose = 'joining'
        entries = liaison.good('GET', '/api/v1/entries')['items']
        assert [(entry['owner'], entry['state']) for entry in entries] == [('th', 'submitted')]
        # The host's log, by the key that was handed over: signed, and the act is in it.
        with open(f'{folder}/keys/trusted', encoding='ascii') as f:
            keys = dict(line.split()[1:3] for line in f if line.startswith('log '))
        vkey = next(vkey for name, vkey in keys.items() if name.endswith('list')) if keys else ''
        end, size = time.monotonic() + 60, 0
        while size == 0:
            assert time.monotonic() < end
            status, note, _ = hub.ask('GET', '/ledger/list/checkpoint')
            assert status == 200
            origin, size, root = checkpoint_of(note, vkey)
            time.sleep(0.1)
        assert origin == vkey.split('+')[0]
        connection = http.client.HTTPConnection('127.0.0.1', hub.port, timeout=20)
        connection.request('GET', f'/ledger/list/tile/entries/000.p/{size}')
        answer = connection.getresponse()
        bundle, leaves = answer.read(), []
        connection.close()
        assert answer.status == 200
        while bundle:
            length = int.from_bytes(bundle[:2], 'big')
            leaves.append(bundle[2:2 + length])
            bundle = bundle[2 + length:]
        assert len(leaves) == size and root_of([leaf_hash(leaf) for leaf in leaves]) == root
        assert any(json.loads(leaf)['kind'].startswith('entry.') for leaf in leaves)
    finally:
        assert hub.stop() == 0
