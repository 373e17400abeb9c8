"""Files with reports, from the form of a portal to the officer's screen, and what is made to harm on its way there."""
import contextlib
import hashlib
import json
import os
import re
import secrets
import struct
import time
import zlib

import pytest

import pg
from hub import CORDON
from officehub import office
from portal import Portal, receipt_of
from square import PART, Square, phone

WHY = {'X-Purpose': 'for the court'}
JPEG = bytes.fromhex(''.join(re.findall(r'0x(\w\w)', open(os.path.join(os.path.dirname(__file__), '..', 'sight', 'red_blue.h'), encoding='ascii').read())))
PDF = b'%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n'
EICAR = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}$' + b'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'


def png(wide, high, packed, extra=b''):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', wide, high, 8, 2, 0, 0, 0)) + extra + chunk(b'IDAT', packed) + chunk(b'IEND', b'')


def noise(size):
    """A PNG of about so many bytes that cannot be packed."""
    wide, high = 1000, size // 3000
    return png(wide, high, zlib.compress(b''.join(b'\0' + os.urandom(3 * wide) for _ in range(high)), 0))


def with_segment(marker, data):
    return JPEG[:2] + bytes([0xff, marker]) + struct.pack('>H', len(data) + 2) + data + JPEG[2:]


GPS = with_segment(0xe1, b'Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPSLatitude 11.5564')


def zip_bomb():
    """A member of ten gigabytes of zeros, by what its head says."""
    packed = zlib.compress(bytes(1 << 20), 9)[2:-4]
    return struct.pack('<IHHHHHIIIHH', 0x04034b50, 45, 0, 8, 0, 0, 0, len(packed), 0xffffffff, 1, 0) + b'a' + packed


class Post:
    """A report by hand, past the portal: so could whoever took one over."""

    def __init__(self, hub, content, sha256=None, media='image/jpeg', **more):
        self.upload, self.content = secrets.token_bytes(16), content
        self.digits = hub.square.report(story=f'file {self.upload.hex()}', **more, evidence=[
            {'upload': self.upload.hex(), 'size': len(content), 'media': media, 'sha256': sha256 or hashlib.sha256(content).hexdigest()}])
        for place in range(0, len(content), 100_000):
            hub.square.send(PART, self.upload + place.to_bytes(8, 'little') + content[place:place + 100_000])


def report_of(hub, client, upload):
    def find():
        rows = hub.sql('SELECT subject_id FROM evidence WHERE upload = $1', upload)
        return rows and client.get(f'/api/v1/reports/{rows[0][0]}')
    return until(find, lambda answer: answer and answer.status == 200 and all(e['state'] != 'waiting' for e in answer.json['evidence'])).json


def until(ask, holds, seconds=90):
    end = time.monotonic() + seconds
    while True:
        got = ask()
        if holds(got):
            return got
        assert time.monotonic() < end, got
        time.sleep(0.2)


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request):
    with office(request.param) as made:
        made.square = Square(made, made.folder)
        yield made


@contextlib.contextmanager
def portal_of(hub, folder):
    with open(os.path.join(hub.folder, 'keys', 'trusted'), encoding='ascii') as f:
        key = next(word for line in f if '/public+' in line for word in line.split() if '/public+' in word)
    portal = Portal(str(folder / 'data'), f'http://127.0.0.1:{hub.port}', key=key)
    assert hub.officer('operator').post('/api/v1/portals', {'key': portal.name, 'name': 'Bavet'}).status == 201
    portal.start()
    until(lambda: json.loads(portal.ask('GET', '/healthz')[1])['bulletin'], bool)
    yield portal
    assert portal.stop() == 0


@pytest.fixture(scope='module')
def site(hub, tmp_path_factory):
    with portal_of(hub, tmp_path_factory.mktemp('portal')) as portal:
        yield portal


def form(fields, files):
    """multipart/form-data as a browser without scripts sends it."""
    parts = [f'--XyZ\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    parts += [f'--XyZ\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: image/x\r\n\r\n'.encode() + content + b'\r\n'
              for name, content in files]
    return b''.join(parts) + b'--XyZ--\r\n', {'Content-Type': 'multipart/form-data; boundary=XyZ'}


def send(site, path, fields, files):
    status, data, _ = site.ask('POST', path, *form(fields, files))
    return status, data.decode().replace('\u200b', '').replace('\u2060', '')


def words(language):
    with open(os.path.join(os.path.dirname(CORDON), '..', 'ui', 'portal', 'messages', f'{language}.json'), encoding='utf-8') as f:
        return json.load(f)


def evidence_of(hub, digits):
    rows = until(lambda: hub.sql("SELECT subject_id FROM receipt WHERE digits = $1", digits), bool)
    return rows[0][0]


def copy(client, report, number, **more):
    return client.get(f"/api/v1/reports/{report}/evidence/{number}", **more)


def test_from_the_form_to_the_officer(hub, site):
    analyst, investigator, liaison = hub.officer('analyst'), hub.officer('investigator'), hub.officer('liaison', country='kr')
    big = noise(700_000)
    nonce = secrets.token_hex(32)
    fields = {'form': nonce, 'type': 'job', 'story': 'They kept my passport'}
    files = [('Kim Cheolsu.jpg', GPS), ('long.png', big), ('contract.pdf', PDF)]
    status, page = send(site, '/ko/report/full', fields, files)
    assert status == 200, page
    digits = receipt_of(page)
    assert receipt_of(send(site, '/ko/report/full', fields, files)[1]) == digits, 'sent twice it is one'
    report = evidence_of(hub, digits)
    whole = until(lambda: analyst.get(f'/api/v1/reports/{report}').json, lambda r: [e['state'] for e in r['evidence']] == ['clean', 'clean', 'sealed'])
    assert [e['media'] for e in whole['evidence']] == ['image/jpeg', 'image/png', 'application/pdf']
    assert [e['size'] for e in whole['evidence']] == [len(GPS), len(big), len(PDF)]
    assert [e['sha256'] for e in whole['evidence']] == [hashlib.sha256(content).hexdigest() for _, content in files]
    assert 'Cheolsu' not in json.dumps(whole, ensure_ascii=False), 'what a file is called is not kept'
    # The copy: a picture turned as EXIF says, and nothing of that left.
    seen = copy(analyst, report, 1)
    assert seen.status == 200 and seen.headers['Content-Type'] == 'image/jpeg'
    assert seen.headers['Content-Disposition'].startswith('attachment') and 'sandbox' in seen.headers['Content-Security-Policy']
    assert seen.body[:3] == b'\xff\xd8\xff' and b'GPS' not in seen.body and b'Exif' not in seen.body and seen.body != GPS
    frame = seen.body.index(b'\xff\xc0')
    assert struct.unpack('>HH', seen.body[frame + 5:frame + 9]) == (32, 16)
    assert copy(analyst, report, 2).body[:4] == b'\x89PNG'
    assert copy(analyst, report, 3).status == 404 and copy(analyst, report, 4).status == 404
    assert copy(liaison, report, 1).status in (403, 404) and copy(hub.nobody, report, 1).status == 401
    # The original: with a reason, by whom the table names; written down.
    path = f'/api/v1/reports/{report}/evidence/1/original'
    assert analyst.get(path).reason == 'purpose-missing'
    assert hub.officer('duty').get(path, headers=WHY).status == 403
    for number, (_, content) in enumerate(files, 1):
        got = investigator.get(f'/api/v1/reports/{report}/evidence/{number}/original', headers=WHY)
        assert got.status == 200 and got.body == content
        assert got.headers['Content-Type'] == 'application/octet-stream' and got.headers['Content-Disposition'].startswith('attachment')
    assert hub.audit(investigator, 'report.original')[-1][1] == 'done'
    assert ('report.read', 'shown') in [row[:2] for row in hub.audit(analyst)]
    # Nothing lies open: not at the portal, not in the database.
    assert os.listdir(os.path.join(site.folder, 'inbox')) == []
    if hub.url.startswith('sqlite:'):
        stored = b''.join(open(hub.url[7:] + tail, 'rb').read() for tail in ('', '-wal') if os.path.exists(hub.url[7:] + tail))
        assert b'GPSLatitude' not in stored and b'app.alert' not in stored and seen.body[100:140] not in stored
    # More by the receipt; then all of it is taken back.
    status, page = send(site, '/en/status/follow', {'form': secrets.token_hex(32), 'digits': digits, 'act': 'add'}, [('more.jpg', JPEG)])
    assert status == 200, page
    whole = until(lambda: analyst.get(f'/api/v1/reports/{report}').json, lambda r: len(r['evidence']) == 4 and r['evidence'][3]['state'] == 'clean')
    assert copy(analyst, report, 4).status == 200
    site.page('/en/status/follow', {'form': secrets.token_hex(32), 'digits': digits, 'act': 'withdraw'})
    until(lambda: analyst.get(f'/api/v1/reports/{report}').json, lambda r: r['state'] == 'withdrawn')
    assert copy(analyst, report, 1).status == 404 and investigator.get(path, headers=WHY).status == 404
    assert hub.sql('SELECT count(*) FROM evidence WHERE subject_id = $1', report) == [['0']]
    uploads = hub.sql("SELECT count(*) FROM inbox_part p WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.upload = p.upload)")
    assert uploads == [['0']]


def test_proofs_of_an_objection(hub, site):
    """The same form field, the same cleaning, for whoever decides; in the other country only once it was appealed."""
    redress, korean, analyst = hub.officer('redress'), hub.officer('redress', country='kr'), hub.officer('analyst')
    page = site.page('/km/redress')[1]
    assert 'multipart/form-data' in page and 'upload.' in page and words('km')['upload-warning'] in page
    status, page = send(site, '/km/redress', {'what': '012 700 300', 'story': 'mine <b>'}, [('x.exe', b'MZ' + bytes(100))])
    assert status == 400 and words('km')['upload-kind'] in page and 'mine &lt;b&gt;' in page
    upload, content, big = secrets.token_hex(16), noise(200_000), noise(400_000)
    for place in range(0, len(content), 131072):
        assert site.ask('POST', f'/upload/{upload}/{place}', content[place:place + 131072])[0] == 201
    fields = {'form': secrets.token_hex(32), 'what': '012 700 300', 'story': 'It is mine since May',
              'sent': f'{upload} {len(content)} {hashlib.sha256(content).hexdigest()} image/png'}
    status, page = send(site, '/ko/redress', fields, [('bill.jpg', GPS), ('contract.pdf', PDF), ('long.png', big)])
    assert status == 200, page
    dispute = evidence_of(hub, receipt_of(page))
    path = f'/api/v1/disputes/{dispute}'
    whole = until(lambda: redress.get(path).json, lambda d: sorted(e['state'] for e in d['evidence']) == ['clean', 'clean', 'clean', 'sealed'])
    assert whole['proofs'] == 4 and sorted(e['size'] for e in whole['evidence']) == sorted([len(GPS), len(PDF), len(content), len(big)])
    number = {e['media']: e['number'] for e in whole['evidence']}
    seen = redress.get(f"{path}/evidence/{number['image/jpeg']}")
    assert seen.status == 200 and seen.headers['Content-Type'] == 'image/jpeg' and b'GPS' not in seen.body and b'Exif' not in seen.body
    assert seen.headers['Content-Disposition'].startswith('attachment') and 'sandbox' in seen.headers['Content-Security-Policy']
    assert redress.get(f"{path}/evidence/{number['application/pdf']}").status == 404
    original = f"{path}/evidence/{number['application/pdf']}/original"
    assert redress.get(original).reason == 'purpose-missing'
    assert redress.get(original, headers=WHY).body == PDF
    assert hub.audit(redress, 'dispute.original')[-1][1] == 'done'
    # Nobody else's, and not by the address of a report.
    assert analyst.get(f'{path}/evidence/1').status in (403, 404) and redress.get(f'/api/v1/reports/{dispute}/evidence/1').status in (403, 404)
    assert analyst.get(f'/api/v1/reports/{dispute}/evidence/1').status == 404
    assert korean.get(f'{path}/evidence/1').status == 404 and korean.get(original, headers=WHY).status == 404
    assert redress.post(f'{path}/acts/dismiss', {'reason': 'not-owner'}, headers={'If-Match': f'"{whole["version"]}"'}).status == 200
    site.page('/en/status/follow', {'form': secrets.token_hex(32), 'digits': receipt_of(page), 'act': 'appeal', 'story': 'look again'})
    until(lambda: redress.get(path).json, lambda d: d['state'] == 'appealed')
    assert korean.get(f"{path}/evidence/{number['image/jpeg']}").body == seen.body and korean.get(original, headers=WHY).body == PDF


def act(client, path, name, body, version=None):
    version = version or client.get(path, headers=WHY).json['version']
    return client.post(f'{path}/acts/{name}', body, headers=dict(WHY, **{'If-Match': f'"{version}"'}))


def opened(hub, person):
    """(purpose, about what, which file) of each opening of what is restricted."""
    return [tuple(row) for row in hub.sql("SELECT purpose, thing, detail FROM audit WHERE actor = $1 AND action = 'evidence.restricted'"
                                          " AND outcome = 'done' ORDER BY at_ms, id", person)]


def refusals(hub, client):
    return [detail for _, outcome, detail in hub.audit(client, 'evidence.restricted') if outcome == 'refused']


def test_what_is_restricted_is_shown_to_nobody_without_need(hub):
    analyst, duty, investigator, supervisor = (hub.officer(role) for role in ('analyst', 'duty', 'investigator', 'supervisor'))
    korean, thai = hub.officer('liaison', country='kr'), hub.officer('liaison', country='th')
    machine, abroad = hub.machine('machine', country='kr'), hub.officer('supervisor', 'investigator', country='kr')
    report = report_of(hub, analyst, Post(hub, JPEG, consent=['host-police', 'partner-police']).upload.hex())
    path = f"/api/v1/reports/{report['id']}"
    assert act(analyst, path, 'sent', {'authority': 4}).status == 200
    given = f"/api/v1/referrals/{analyst.get(path).json['referrals'][0]['id']}"
    seen = analyst.get(f'{path}/evidence/1')
    assert seen.status == 200 and korean.get(f'{given}/evidence/1').body == seen.body and machine.get(f'{given}/evidence/1').body == seen.body
    assert analyst.get(path).json['evidence'][0]['acts'] == [{'act': 'evidence-restrict'}]
    assert investigator.get(f'{path}/evidence/1/restricted', headers=WHY).reason == 'evidence-not-restricted'
    # Marked: by whoever acts on it, with a reason of the table, in the version that he saw.
    version = analyst.get(path).json['version']
    for body, reason in (({'evidence': 1}, 'reason-unknown'), ({'evidence': 1, 'reason': 'duplicate'}, 'reason-unknown'),
                         ({'evidence': 2, 'reason': 'child'}, 'value-invalid'), ({'reason': 'child'}, 'value-invalid')):
        assert act(analyst, path, 'evidence-restrict', body).reason == reason, body
    assert act(analyst, path, 'evidence-restrict', {'evidence': 1, 'reason': 'child'}, version + 1).reason == 'version'
    assert act(hub.officer('decider'), path, 'evidence-restrict', {'evidence': 1, 'reason': 'child'}, version).status == 403
    assert act(korean, path, 'evidence-restrict', {'evidence': 1, 'reason': 'child'}, version).status == 403
    marked = act(analyst, path, 'evidence-restrict', {'evidence': 1, 'reason': 'child', 'note': 'a boy, asleep'})
    assert marked.status == 200 and marked.json['version'] == version + 1
    one = marked.json['evidence'][0]
    assert (one['restricted'], one['restrictedBy'], one['restrictedNote']) == ('child', analyst.person, 'a boy, asleep') and one['restrictedAt']
    assert one['media'] == 'image/jpeg' and one['size'] == len(JPEG) and one['sha256'] == hashlib.sha256(JPEG).hexdigest() and one['acts'] == []
    last = marked.json['story'][-1]
    assert (last['act'], last['evidence'], last['reason'], last['note'], last['by']) == ('evidence-restrict', 1, 'child', 'a boy, asleep', analyst.person)
    assert hub.audit(analyst, 'evidence.restrict')[-1] == ('evidence.restrict', 'done', '{"evidence":1}')
    assert act(duty, path, 'evidence-restrict', {'evidence': 1, 'reason': 'sexual'}).reason == 'evidence-restricted-already'
    # From here on to nobody as before: not to whoever marked it, not as an original, not for a reason, not to a partner, not to whoever may open it.
    for client in (analyst, duty, supervisor, investigator):
        answer = client.get(f'{path}/evidence/1', headers=WHY)
        assert (answer.status, answer.reason) == (403, 'evidence-restricted'), client
        assert refusals(hub, client) == ['{"evidence":1}']
    for client in (analyst, investigator):
        assert client.get(f'{path}/evidence/1/original', headers=WHY).reason == 'evidence-restricted'
    for client in (korean, machine):
        assert client.get(f'{given}/evidence/1', headers=WHY).reason == 'evidence-restricted'
        there = client.get(f'{given}/report').json['evidence'][0]
        assert there['restricted'] == 'child' and there['sha256'] == one['sha256']
        assert not {'restrictedBy', 'restrictedByName', 'restrictedNote', 'acts'} & set(there), 'what officers of the hub say stays there'
    assert thai.get(f'{given}/evidence/1', headers=WHY).status == 404
    # Opened: by the few who must, each time with a reason, which stands in the audit with the file's number.
    for client in (analyst, duty, korean, abroad):
        for end in ('restricted', 'restricted/original'):
            assert client.get(f'{path}/evidence/1/{end}', headers=WHY).status == 403, end
    assert abroad.get(f"/api/v1/reports/{'f' * 32}/evidence/1/restricted", headers=WHY).body == abroad.get(f'{path}/evidence/1/restricted', headers=WHY).body
    for client in (investigator, supervisor):
        for end in ('restricted', 'restricted/original'):
            for why in ({}, {'X-Purpose': '%20'}):
                assert client.get(f'{path}/evidence/1/{end}', headers=why).reason == 'purpose-missing'
        assert opened(hub, client.person) == []
    copied = investigator.get(f'{path}/evidence/1/restricted', headers={'X-Purpose': 'who the child is'})
    assert copied.status == 200 and copied.body == seen.body and 'sandbox' in copied.headers['Content-Security-Policy']
    assert copied.headers['Cache-Control'] == 'no-store' and copied.headers['Content-Disposition'].startswith('attachment')
    whole = investigator.get(f'{path}/evidence/1/restricted/original', headers={'X-Purpose': 'for the court'})
    assert whole.body == JPEG and whole.headers['Content-Type'] == 'application/octet-stream'
    assert supervisor.get(f'{path}/evidence/1/restricted', headers={'X-Purpose': 'does the mark stand'}).body == seen.body
    detail = '{"evidence":1}'
    assert opened(hub, investigator.person) == [('who the child is', report['id'], detail), ('for the court', report['id'], detail)]
    assert opened(hub, supervisor.person) == [('does the mark stand', report['id'], detail)]
    # Lifted: by one who may open it and did not mark it, in words.
    assert act(analyst, path, 'evidence-lift', {'evidence': 1, 'note': 'mine'}).status == 403
    assert act(supervisor, path, 'evidence-lift', {'evidence': 1}).reason == 'text-missing'
    lifted = act(supervisor, path, 'evidence-lift', {'evidence': 1, 'note': 'a doll'})
    assert lifted.status == 200 and 'restricted' not in lifted.json['evidence'][0] and lifted.json['story'][-1]['note'] == 'a doll'
    assert analyst.get(f'{path}/evidence/1').body == seen.body and korean.get(f'{given}/evidence/1').body == seen.body
    assert supervisor.get(f'{path}/evidence/1/restricted', headers=WHY).reason == 'evidence-not-restricted'
    # Nobody lifts his own mark, whatever else he may.
    assert act(supervisor, path, 'evidence-restrict', {'evidence': 1, 'reason': 'private-person'}).json['evidence'][0]['acts'] == []
    assert act(supervisor, path, 'evidence-lift', {'evidence': 1, 'note': 'mine'}).reason == 'denied'
    assert investigator.get(path, headers=WHY).json['evidence'][0]['acts'] == [{'act': 'evidence-lift'}]


def test_what_is_restricted_goes_when_it_is_taken_back(hub):
    analyst, investigator = hub.officer('analyst'), hub.officer('investigator')
    post = Post(hub, JPEG)
    path = f"/api/v1/reports/{report_of(hub, analyst, post.upload.hex())['id']}"
    assert act(analyst, path, 'evidence-restrict', {'evidence': 1, 'reason': 'violence'}).status == 200
    hub.square.follow(post.digits, 'withdraw')
    until(lambda: analyst.get(path).json, lambda r: r['state'] == 'withdrawn')
    assert analyst.get(path).json['evidence'] == []
    for end in ('', '/restricted', '/restricted/original'):
        assert investigator.get(f'{path}/evidence/1{end}', headers=WHY).status == 404
    assert hub.sql("SELECT count(*) FROM evidence WHERE restricted IS NOT NULL AND upload = $1", post.upload.hex()) == [['0']]


def test_what_is_restricted_of_an_objection(hub):
    """An appeal is decided in the other country, where nobody opens it either."""
    redress, korean, supervisor, investigator = hub.officer('redress'), hub.officer('redress', country='kr'), hub.officer('supervisor'), hub.officer('investigator')
    upload = secrets.token_bytes(16)
    digits = hub.square.dispute(phone('012 700 400'), story='mine', evidence=[
        {'upload': upload.hex(), 'size': len(JPEG), 'sha256': hashlib.sha256(JPEG).hexdigest(), 'media': 'image/jpeg'}])
    hub.square.send(PART, upload + bytes(8) + JPEG)
    path = f'/api/v1/disputes/{evidence_of(hub, digits)}'
    until(lambda: redress.get(path).json, lambda d: d['evidence'][0]['state'] == 'clean')
    seen = redress.get(f'{path}/evidence/1')
    assert act(korean, path, 'evidence-restrict', {'evidence': 1, 'reason': 'sexual'}, 1).status == 404
    assert korean.get(f'{path}/evidence/1/restricted', headers=WHY).status == 404
    marked = act(redress, path, 'evidence-restrict', {'evidence': 1, 'reason': 'sexual'})
    assert marked.status == 200 and marked.json['state'] == 'received' and marked.json['story'][-1]['evidence'] == 1
    assert redress.get(f'{path}/evidence/1').reason == 'evidence-restricted'
    assert redress.get(f'{path}/evidence/1/original', headers=WHY).reason == 'evidence-restricted'
    assert redress.get(f'{path}/evidence/1/restricted', headers=WHY).status == 403
    assert investigator.get(f'{path}/evidence/1/restricted', headers=WHY).status == 403, 'he does not read disputes'
    assert supervisor.get(f'{path}/evidence/1/restricted').reason == 'purpose-missing'
    assert supervisor.get(f'{path}/evidence/1/restricted', headers=WHY).body == seen.body
    assert supervisor.get(f'{path}/evidence/1/restricted/original', headers=WHY).body == JPEG
    assert len(opened(hub, supervisor.person)) == 2
    assert act(redress, path, 'dismiss', {'reason': 'not-owner'}).status == 200
    hub.square.follow(digits, 'appeal', story='look again')
    until(lambda: redress.get(path).json, lambda d: d['state'] == 'appealed')
    assert korean.get(f'{path}/evidence/1').reason == 'evidence-restricted' and korean.get(f'{path}/evidence/1/restricted', headers=WHY).status == 403
    assert act(supervisor, path, 'evidence-lift', {'evidence': 1, 'note': 'a bill'}).status == 200
    assert korean.get(f'{path}/evidence/1').body == seen.body
    # What is appealed is marked there, too.
    assert act(korean, path, 'evidence-restrict', {'evidence': 1, 'reason': 'private-person'}).json['evidence'][0]['restrictedBy'] == korean.person
    assert redress.get(f'{path}/evidence/1').reason == 'evidence-restricted'


@pytest.mark.parametrize('name, content', [('eicar.com', EICAR), ('bomb.zip', zip_bomb()), ('a.svg', b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
                                           ('photo.jpg', b'<html><script>alert(1)</script></html>'), ('x.exe', b'MZ' + bytes(100)), ('IMG.heic', b'\0\0\0\x18ftypheic' + bytes(20))])
def test_the_portal_refuses_what_is_none_of_the_kinds(hub, site, name, content):
    before = hub.sql('SELECT count(*) FROM inbox_item')
    for language in ('km', 'ko', 'en', 'zh'):
        status, page = send(site, f'/{language}/report/tip', {'story': 'with a file <b>'}, [('good.jpg', JPEG), (name, content)])
        assert status == 400 and words(language)['upload-kind'] in page and 'with a file &lt;b&gt;' in page
    assert site.ask('POST', f'/upload/{secrets.token_hex(16)}/0', content)[0] == 415
    assert hub.sql('SELECT count(*) FROM inbox_item') == before, 'nothing was handed in'


@pytest.mark.parametrize('language', ['km', 'ko', 'en', 'zh'])
def test_the_portal_says_what_is_too_much(site, language):
    status, page = send(site, f'/{language}/report/tip', {'story': 'x'}, [('a.jpg', JPEG + bytes(10 << 20))])
    assert status == 400 and words(language)['upload-large'] in page
    status, page = send(site, f'/{language}/report/tip', {'story': 'x'}, [('a.jpg', JPEG)] * 11)
    assert status == 400 and words(language)['upload-many'] in page
    page = site.page(f'/{language}/report/full')[1]
    assert 'multipart/form-data' in page and words(language)['upload-warning'] in page


@pytest.mark.parametrize('path, body, status', [
    (f'/upload/{"0" * 31}x/0', JPEG, 400), (f'/upload/{"0" * 30}/0', JPEG, 400), (f'/upload/{"0" * 32}/x', JPEG, 400), (f'/upload/{"0" * 32}/-1', JPEG, 400),
    (f'/upload/{"0" * 32}/0', b'', 400), (f'/upload/{"0" * 32}/10485760', b'x', 413), (f'/upload/{"0" * 32}/10485761', b'x', 400),
    (f'/upload/{"0" * 32}/0', JPEG + bytes(131072), 413), ('/en/report/tip', b'--XyZ\r\nno form', 400)])
def test_what_is_no_part_is_refused(site, path, body, status):
    assert site.ask('POST', path, body, {'Content-Type': 'multipart/form-data; boundary=XyZ'})[0] == status


def test_a_script_sends_part_by_part(hub, tmp_path):
    """As ui/portal/upload.ts does; a part that is sent again changes nothing. At a portal of its own: from one network 40 are taken at once."""
    with portal_of(hub, tmp_path) as site:
        part_by_part(hub, site)


def part_by_part(hub, site):
    analyst, upload, content = hub.officer('analyst'), secrets.token_hex(16), noise(400_000)
    for place in range(0, len(content), 131072):
        for _ in range(2):
            assert site.ask('POST', f'/upload/{upload}/{place}', content[place:place + 131072])[0] == 201
    said = f'{upload} {len(content)} {hashlib.sha256(content).hexdigest()} image/png'
    for wrong in (said + 'x', said.replace(upload, upload[:-1]), said.replace(' ', '\n'), '', said.replace('image/png', 'text/html')):
        assert site.page('/en/report/tip', {'story': '', 'sent': wrong})[0] == 400, wrong
    status, page = site.page('/en/report/tip', {'sent': said})
    assert status == 200, page
    report = evidence_of(hub, receipt_of(page))
    whole = until(lambda: analyst.get(f'/api/v1/reports/{report}').json, lambda r: r['evidence'][0]['state'] == 'clean')
    assert whole['evidence'][0]['here'] == len(content)
    assert copy(analyst, report, 1).status == 200


HOSTILE = {
    'eicar': (EICAR, 'refused', 'evidence-type'),
    'zip bomb': (zip_bomb(), 'refused', 'evidence-type'),
    'svg': (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'refused', 'evidence-type'),
    'html after a jpeg': (JPEG + b'<html><script>alert(1)</script>', 'clean', None),
    'html within a jpeg': (with_segment(0xfe, b'*/<html><script>alert(1)</script>'), 'clean', None),
    'html as a jpeg': (b'\xff\xd8\xff<html><script>alert(1)</script>', 'refused', 'evidence-unreadable'),
    '50,000 by 50,000': (png(50000, 50000, zlib.compress(bytes(1 << 20))), 'refused', 'evidence-large'),
    'rows that are not there': (png(3000, 3000, zlib.compress(bytes(1000))), None, None),
    'a packed gigabyte': (png(100, 100, zlib.compress(bytes(1 << 28), 9)), None, None),
    'pdf with a script': (PDF, 'sealed', None),
}


@pytest.mark.parametrize('name', HOSTILE)
def test_what_is_made_to_harm(hub, name):
    """Sent past the portal. None is served as it was sent; each is kept as it was sent."""
    content, state, reason = HOSTILE[name]
    analyst, investigator = hub.officer('analyst'), hub.officer('investigator')
    whole = report_of(hub, analyst, Post(hub, content).upload.hex())
    one = whole['evidence'][0]
    assert one['sha256'] == hashlib.sha256(content).hexdigest()
    if state:
        assert (one['state'], one.get('reason')) == (state, reason)
    seen = copy(analyst, whole['id'], 1)
    assert (seen.status == 200) == (one['state'] == 'clean')
    if one['state'] == 'clean':
        assert b'script' not in seen.body and b'html' not in seen.body and seen.body != content
    original = investigator.get(f"/api/v1/reports/{whole['id']}/evidence/1/original", headers=WHY)
    assert original.status == 200 and original.body == content


def test_what_differs_from_what_was_said(hub):
    analyst, investigator = hub.officer('analyst'), hub.officer('investigator')
    whole = report_of(hub, analyst, Post(hub, JPEG, sha256='0' * 64).upload.hex())
    assert whole['evidence'][0]['state'] == 'refused' and whole['evidence'][0]['reason'] == 'evidence-differs'
    assert copy(analyst, whole['id'], 1).status == 404
    assert investigator.get(f"/api/v1/reports/{whole['id']}/evidence/1/original", headers=WHY).reason == 'evidence-differs'
