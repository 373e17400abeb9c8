"""The public's reports through a hub, on both databases: sealed in, looked at in the console's interface, told in the bulletin."""
import base64
import hashlib
import json
import os
import re
import secrets
import subprocess
import tarfile
import time

import pytest

import pg
from hub import CORDON
from officehub import office
from square import PART, REPORT, Square, item, phone


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request):
    with office(request.param) as made:
        made.square = Square(made, made.folder)
        yield made


def wait(hub, path, client, holds):
    for _ in range(200):
        answer = client.get(path)
        assert answer.status == 200, answer
        if holds(answer.json):
            return answer.json
        time.sleep(0.1)
    raise AssertionError(answer)


def find(hub, client, x, count=1):
    """The reports that name it."""
    return wait(hub, f'/api/v1/reports?identifier={x}', client, lambda a: len(a['items']) >= count)['items']


def act(client, kind, one, name, body=None, headers=None):
    version = client.get(f'/api/v1/{kind}/{one}').json['version']
    return client.post(f'/api/v1/{kind}/{one}/acts/{name}', body or {}, headers={'If-Match': f'"{version}"', **(headers or {})})


def test_shipped_contacts_are_told(hub):
    bulletin = hub.square.read()
    assert bulletin.verdict('phone|kh:117') == 'official' and bulletin.verdict('phone|kr:1394') == 'official'
    assert bulletin.verdict('phone|82232100404') == 'official'
    assert bulletin.verdict('phone|15661188') is None, 'what sources dispute is left out'
    contacts = bulletin.json('contacts.json')['items']
    assert all(c['source'] and c['checked'] and set(c['name']) == {'en', 'km', 'ko', 'zh'} and c['values'] for c in contacts)
    assert bulletin.json('alerts.json')['items'] == []


def test_three_independent_reports_are_told_within_a_minute(hub):
    digits = [hub.square.report(identifiers=[phone('012 700 001')]) for _ in range(3)]
    bulletin, seconds = hub.square.until(lambda b: b.verdict('phone|85512700001') == 'reported')
    assert seconds < 60
    assert [bulletin.state(d) for d in digits] == [1, 1, 1]
    assert bulletin.receipt('0' * 16) is None


def test_what_is_found_in_a_pasted_message_waits_for_an_analyst(hub):
    """A tip is one pasted message: it names the fraud, its victim and the hotline."""
    analyst, duty, reviewer = hub.officer('analyst'), hub.officer('duty'), hub.officer('reviewer')
    digits = [hub.square.report(speed='tip', story=f'{word}: 전화 012 700 009, 텔레그램 @recruit_kh_{word}, 저는 010-2222-3333입니다. 경찰 +82 2-3210-0404', language='ko')
              for word in ('하나', '둘', '셋')]
    named = 'phone|85512700009'
    tips = wait(hub, f'/api/v1/reports?found={named}', analyst, lambda a: len(a['items']) >= 3)['items']
    assert all(each['identifierCount'] == 0 and each['foundCount'] >= 3 for each in tips)
    assert analyst.get(f'/api/v1/reports?identifier={named}').json['items'] == []
    seconds = time.monotonic()
    for each in tips:
        whole = analyst.get(f"/api/v1/reports/{each['id']}").json
        found = {one['x']: one for one in whole['found']}
        assert found[named]['state'] == 'proposed' and found[named]['texts'] == 2 and found[named]['reports'] < 3 and not whole['identifiers'], found
        assert found['phone|821022223333']['state'] == 'proposed' and found['phone|82232100404']['official'], found
        path, body = f"/api/v1/reports/{each['id']}/acts/found-confirm", {'found': found[named]['number']}
        assert reviewer.post(path, body, headers={'If-Match': f'"{whole["version"]}"'}).status in (403, 404)
        wrong = act(analyst, 'reports', each['id'], 'found-confirm', {'found': found['phone|82232100404']['number']})
        assert wrong.status == 409 and wrong.reason == 'listing-official', wrong
        for number in (0, 99, -1, 2**62, 'one'):
            assert act(analyst, 'reports', each['id'], 'found-confirm', {'found': number}).reason == 'value-invalid'
        stale = analyst.post(path, body, headers={'If-Match': '"77"'})
        assert stale.status in (409, 412), stale
        key = {'Idempotency-Key': secrets.token_hex(16), 'If-Match': f'"{whole["version"]}"'}
        first, second = analyst.post(path, body, headers=key), analyst.post(path, body, headers=key)
        assert first.status == 200 and second.json == first.json, (first, second)
        assert act(duty, 'reports', each['id'], 'found-reject', {'found': found['phone|821022223333']['number']}).status == 200
        decided = {one['x']: one for one in analyst.get(f"/api/v1/reports/{each['id']}").json['found']}
        assert decided[named]['state'] == 'confirmed' and decided[named]['decidedByName'] and decided[named]['decidedAt']
        assert decided['phone|821022223333']['state'] == 'rejected'
    bulletin, _ = hub.square.until(lambda b: b.verdict(named) == 'reported')
    assert time.monotonic() - seconds < 60
    assert bulletin.verdict('phone|821022223333') is None and bulletin.verdict('phone|82232100404') == 'official'
    assert [bulletin.state(d) for d in digits] == [2, 2, 2], 'who decides has read it'
    assert ('report.act', 'done') in [row[:2] for row in hub.audit(analyst)] and 'found-reject' in [one['act'] for one in whole_story(analyst, tips[0]['id'])]
    hub.square.follow(digits[0], 'withdraw')
    hub.square.until(lambda b: b.verdict(named) is None)
    assert hub.sql("SELECT count(*) FROM report_found f JOIN report r ON r.id = f.report_id WHERE r.state = 'withdrawn'") == [['0']]


def whole_story(client, report):
    return client.get(f'/api/v1/reports/{report}').json['story']


def test_two_officers_confirm_and_end(hub):
    analyst, decider, supervisor = hub.officer('analyst'), hub.officer('decider'), hub.officer('supervisor')
    asked = {'identifier': phone('012 700 002'), 'authority': 1, 'note': 'Raid of 3 November'}
    made = analyst.post('/api/v1/public-listings', asked)
    assert made.status == 201, made
    one = made.json['id']
    assert hub.square.read().verdict('phone|85512700002') is None
    assert act(analyst, 'public-listings', one, 'confirm').status == 403
    both = hub.officer('analyst', 'decider')
    own = both.post('/api/v1/public-listings', {**asked, 'identifier': phone('012 700 003')}).json['id']
    assert act(both, 'public-listings', own, 'confirm').reason == 'denied'
    assert act(decider, 'public-listings', one, 'confirm').status == 200
    _, seconds = hub.square.until(lambda b: b.verdict('phone|85512700002') == 'confirmed')
    assert seconds < 60
    assert act(supervisor, 'public-listings', one, 'end', {'reason': 'mistake'}).status == 200
    _, seconds = hub.square.until(lambda b: b.verdict('phone|85512700002') is None)
    assert seconds < 60


def test_receipts_follow_officers(hub):
    analyst = hub.officer('analyst')
    korean, thai = hub.officer('liaison', country='kr'), hub.officer('liaison', country='th')
    upload, proof = secrets.token_bytes(16), b'%PDF-1.7 invented ' + secrets.token_bytes(40)
    hub.square.send(PART, upload + bytes(8) + proof)
    digits = hub.square.report(identifiers=[phone('012 700 010')], danger='yes', contact={'way': 'telegram', 'value': '@somebody'}, story='They rang me at noon',
                               consent=['host-police', 'partner-police'], evidence=[
                                   {'upload': upload.hex(), 'size': len(proof), 'sha256': hashlib.sha256(proof).hexdigest()}])
    one = find(hub, analyst, 'phone|85512700010')[0]
    assert one['priority'] == 0
    whole = analyst.get(f"/api/v1/reports/{one['id']}").json
    assert whole['contact'] is True and '@somebody' not in json.dumps(whole)
    assert analyst.get(f"/api/v1/reports/{one['id']}/contact").reason == 'purpose-missing'
    assert analyst.get(f"/api/v1/reports/{one['id']}/contact", headers={'X-Purpose': 'he asked to be called'}).json['value'] == '@somebody'
    for name, body, state in (('read', {}, 2), ('sent', {'authority': 4}, 4), ('action', {'authority': 4, 'note': 'number blocked'}, 5),
                              ('close', {'reason': 'done'}, 6)):
        assert act(analyst, 'reports', one['id'], name, body).status == 200
        bulletin, seconds = hub.square.until(lambda b: b.state(digits) == state)
        assert seconds < 60
    assert bulletin.receipt(digits)['reason'] == 5
    # the partner reads what it was given: not how to reach whoever wrote it
    given = korean.get('/api/v1/referrals').json['items']
    mine = next(r for r in given if r['id'] == analyst.get(f"/api/v1/reports/{one['id']}").json['referrals'][0]['id'])
    assert mine['state'] == 'sent' and 'report' not in mine and thai.get('/api/v1/referrals').json['items'] == []
    read = korean.get(f"/api/v1/referrals/{mine['id']}/report")
    assert read.json['said'] == 'They rang me at noon' and read.json['identifiers'][0]['x'] == 'phone|85512700010' and '@somebody' not in json.dumps(read.json)
    assert thai.get(f"/api/v1/referrals/{mine['id']}/report").status == 404
    assert analyst.get(f"/api/v1/referrals/{mine['id']}/report").status == 403, 'the hub reads the report itself'
    assert korean.get('/api/v1/referrals?waiting=1').json['items'] == []
    assert act(korean, 'referrals', mine['id'], 'acknowledge').reason == 'not-in-this-state'
    wait(hub, f"/api/v1/reports/{one['id']}", analyst, lambda a: a['evidence'][0]['state'] == 'sealed')
    # what of it a backup holds: contact, words, the file's hash and its sealed bytes
    held = backup(hub, 'before')
    words = [b'@somebody', b'They rang me at noon', hashlib.sha256(proof).hexdigest().encode(), upload.hex().encode()]
    item_id = next(json.loads(line)['item_id'] for line in held.splitlines() if b'"upload"' in line and upload.hex().encode() in line and b'item_id' in line)
    sealed = next(m for m in re.findall(rb'\{"id":"' + item_id.encode() + rb'".*', held) if b'base64' in m)
    words.append(re.search(rb'"base64":"([^"]+)"', sealed)[1])
    assert all(word in held for word in words) and len(base64.b64decode(words[-1])) > len(proof), 'the search finds what is there'
    hub.square.follow(digits, 'withdraw')
    hub.square.until(lambda b: b.state(digits) == 7)
    held = backup(hub, 'after')
    assert [word for word in words if word in held] == [] and one['id'].encode() in held
    assert hub.sql("SELECT count(*) FROM reporter_contact WHERE value = '@somebody'") == [['0']]
    withdrawn_reaches(hub, analyst, korean, mine['id'])


def backup(hub, name):
    """Everything that a backup of now holds, unpacked."""
    file = os.path.join(hub.folder, name + '.backup')
    subprocess.run([CORDON, 'backup', '--db', hub.url, file], check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(file, 'r:gz') as archive:
        return b'\n'.join(archive.extractfile(member).read() for member in archive if member.isfile())


def withdrawn_reaches(hub, analyst, korean, one):
    """G27: the partner's officer and its machine are told, a day's clock stands before both sides, it acknowledges once."""
    waiting = korean.get('/api/v1/referrals?waiting=1').json['items']
    assert [r['id'] for r in waiting] == [one] and waiting[0]['state'] == 'withdrawn'
    assert korean.get(f'/api/v1/referrals/{one}/report').reason == 'referral-withdrawn'
    assert korean.get(f'/api/v1/referrals/{one}/evidence/1').reason == 'referral-withdrawn'
    clocks = {who: [c for c in client.get('/api/v1/today').json['clocks'] if c['id'] == one] for who, client in (('own', korean), ('other', analyst))}
    for who, found in clocks.items():
        assert [c['kind'] for c in found] == [f'referral-{who}'] and found[0]['endsAt'] == waiting[0]['dueAt'], (who, found)
    # as if a day had gone by
    hub.sql(f"UPDATE referral SET withdrawn_at = withdrawn_at - 86400000, due_at = due_at - 86400000 WHERE id = '{one}'")
    late = wait(hub, f'/api/v1/referrals/{one}', korean, lambda a: 'lateAt' in a)
    assert late['acts'] == [{'act': 'acknowledge'}] and [s['act'] for s in late['story']] == ['sent', 'withdraw', 'late']
    assert act(analyst, 'referrals', one, 'acknowledge').status == 403
    first = act(korean, 'referrals', one, 'acknowledge', {'note': 'copies destroyed'})
    assert first.status == 200 and first.json['state'] == 'acknowledged' and first.json['acts'] == []
    again = act(korean, 'referrals', one, 'acknowledge', {'note': 'again'})
    assert again.status == 200 and again.json['version'] == first.json['version'] and again.json['acknowledgedAt'] == first.json['acknowledgedAt']
    seen = analyst.get(f'/api/v1/referrals/{one}').json
    assert seen['acknowledgedBy'] == first.json['acknowledgedBy'] and seen['acknowledgedByName'], seen
    assert analyst.get(f"/api/v1/reports/{seen['report']}").json['referrals'][0]['state'] == 'acknowledged'
    assert hub.sql(f"SELECT count(*) FROM audit WHERE thing = '{one}' AND action = 'referral.act' AND outcome = 'done' AND country = 'kr'") == [['2']]
    for client in korean, analyst:
        assert not [c for c in client.get('/api/v1/today').json['clocks'] if c['id'] == one]


def test_a_cluster_becomes_a_campaign(hub):
    analyst = hub.officer('analyst')
    digits = [hub.square.report(identifiers=[phone('012 700 020')]) for _ in range(4)]
    find(hub, analyst, 'phone|85512700020', 4)
    cluster = next(c for c in analyst.get('/api/v1/clusters').json['items'] if 'phone|85512700020' in c['names'])
    assert cluster['reports'] == 4
    made = analyst.post('/api/v1/campaigns', {'name': 'Parcel fee', 'cluster': cluster['id']})
    assert made.status == 201 and made.json['reports'] == 4, made
    bulletin, _ = hub.square.until(lambda b: b.state(digits[0]) == 3)
    assert bulletin.receipt(digits[0])['others'] == 3 and bulletin.receipt(digits[0])['campaign'] == made.json['number']
    told = next(c for c in bulletin.json('campaigns.json')['items'] if c['id'] == made.json['number'])
    assert told['reports'] == '3-9' and told['name']['en'] == 'Parcel fee'


def test_disputes(hub):
    redress, korean = hub.officer('redress'), hub.officer('redress', country='kr')
    for _ in range(3):
        hub.square.report(identifiers=[phone('012 700 030')])
    hub.square.until(lambda b: b.verdict('phone|85512700030') == 'reported')
    upload, proof = secrets.token_bytes(16), b'a scan of the contract'
    begun = time.monotonic()
    digits = hub.square.dispute(phone('012 700 030'), story='It is mine since May', evidence=[
        {'upload': upload.hex(), 'size': len(proof), 'sha256': hashlib.sha256(proof).hexdigest(), 'name': 'contract.jpg'}])
    assert time.monotonic() - begun < 2, 'the receipt is given once it is durable'
    hub.square.until(lambda b: b.state(digits) == 16)
    hub.square.send(PART, upload + (0).to_bytes(8, 'little') + proof)
    bulletin, _ = hub.square.until(lambda b: b.state(digits) == 17)
    assert bulletin.verdict('phone|85512700030') is None, 'hidden while it is looked into'
    one = next(d for d in redress.get('/api/v1/disputes').json['items'] if d['x'] == 'phone|85512700030')
    assert one['proofs'] == 1 and one['hiddenUntil']
    assert korean.get(f"/api/v1/disputes/{one['id']}").status == 404, 'the other country sees what was appealed'
    assert act(redress, 'disputes', one['id'], 'dismiss', {'reason': 'not-owner', 'note': 'the name differs'}).status == 200
    bulletin, _ = hub.square.until(lambda b: b.state(digits) == 19)
    assert bulletin.verdict('phone|85512700030') == 'reported' and bulletin.receipt(digits)['reason'] == 25
    hub.square.follow(digits, 'appeal', story='Look at page two')
    hub.square.until(lambda b: b.state(digits) == 20)
    assert act(redress, 'disputes', one['id'], 'appeal-uphold', {'reason': 'owner-proved'}).reason == 'dispute-same-country'
    assert act(korean, 'disputes', one['id'], 'appeal-uphold', {'reason': 'owner-proved'}).status == 200
    bulletin, _ = hub.square.until(lambda b: b.state(digits) == 21)
    assert bulletin.verdict('phone|85512700030') is None
    assert bulletin.json('listings.json')['disputes']['appeal-upheld'] >= 1
    assert 'phone' not in json.dumps(bulletin.json('listings.json')['disputes'])


def test_contacts_are_entered_by_two(hub):
    analyst, decider, korean = hub.officer('analyst'), hub.officer('decider'), hub.officer('liaison', country='kr')
    contact = {'kind': 'bank', 'country': 'kh', 'name': {'en': 'A bank', 'km': 'ធនាគារ', 'ko': '은행', 'zh': '银行'}, 'serves': 'money', 'hours': '24',
               'values': [{'type': 'phone', 'value': '023 700 040'}], 'languages': 'km|en', 'checked': '2026-11-20', 'source': 'letter of the bank', 'shown': True}
    assert analyst.post('/api/v1/contacts', {**contact, 'source': ''}).reason == 'value-invalid'
    made = analyst.post('/api/v1/contacts', contact)
    assert made.status == 201, made
    assert act(analyst, 'contacts', made.json['id'], 'confirm').status == 403
    assert act(decider, 'contacts', made.json['id'], 'confirm').status == 200
    hub.square.until(lambda b: b.verdict('phone|85523700040') == 'official')
    assert analyst.post('/api/v1/public-listings', {'identifier': phone('023 700 040'), 'authority': 1, 'note': 'x'}).reason == 'listing-official'
    own = korean.post('/api/v1/contacts', {**contact, 'country': 'kr', 'kind': 'embassy', 'values': [{'type': 'phone', 'value': '02-2100-0000'}]})
    assert own.status == 201, own


def test_what_cannot_be_taken_is_kept(hub):
    operator = hub.officer('operator')
    ident = secrets.token_bytes(16)
    hub.square.send(REPORT, b'this is no JSON', ident)
    aside = wait(hub, '/api/v1/inbox?state=aside', operator, lambda a: any(i['id'] == ident.hex() for i in a['items']))
    assert next(i for i in aside['items'] if i['id'] == ident.hex())['reason'] == 'item-json'
    other = bytearray(item(hub.square.inbox, REPORT, b'{}'))
    other[-1] ^= 1
    status, _ = hub.square.post(bytes(other))
    assert status == 201, 'only who has the key can see that it was altered'
    wait(hub, '/api/v1/inbox?state=aside', operator, lambda a: any(i['reason'] == 'inbox-key' for i in a['items']))
    assert act_of_inbox(operator, ident.hex()).status == 200
    wait(hub, '/api/v1/inbox?state=aside', operator, lambda a: any(i['id'] == ident.hex() for i in a['items']))


def act_of_inbox(operator, ident):
    return operator.post(f'/api/v1/inbox/{ident}/acts/retry', {})


def rotate(hub, purpose):
    subprocess.run([CORDON, 'key', 'rotate', '--data', hub.folder, purpose], check=True, stdout=subprocess.DEVNULL)


def test_a_rotated_key_is_taken_up_while_the_hub_runs(hub):
    before = hub.square.read()
    upload, proof = secrets.token_bytes(16), b'%PDF-1.7 kept for a court ' + secrets.token_bytes(40)
    told = {'upload': upload.hex(), 'size': len(proof), 'sha256': hashlib.sha256(proof).hexdigest()}
    hub.square.send(PART, upload + bytes(8) + proof)
    hub.square.report(identifiers=[phone('012 700 050')], evidence=[told])
    analyst = hub.officer('analyst')
    one = find(hub, analyst, 'phone|85512700050')[0]['id']
    wait(hub, f'/api/v1/reports/{one}', analyst, lambda a: a['evidence'][0]['state'] == 'sealed')
    for purpose in 'oprf', 'evidence', 'inbox', 'inbox', 'inbox':
        rotate(hub, purpose)
    # what comes meanwhile, to a key that nobody has any more, is kept; it makes the hub look
    hub.square.send(REPORT, b'{}')
    now, seconds = hub.square.until(lambda b: b.inbox != before.inbox and b.keys[0] != before.keys[0])
    assert seconds < 60 and now.keys[1] == before.keys[0] and now.verdict('phone|kh:117') == 'official'
    hub.square.inbox = now.inbox
    digits = hub.square.report(identifiers=[phone('012 700 051')])
    hub.square.until(lambda b: b.state(digits) == 1)
    hub.square.until(lambda _: hub.sql('SELECT count(DISTINCT key_id) FROM inbox_part') == [['1']])
    answer = analyst.get(f'/api/v1/reports/{one}/evidence/1/original', headers={'X-Purpose': 'for the court'})
    assert answer.status == 200 and hashlib.sha256(answer.body).hexdigest() == told['sha256']
    with open(os.path.join(hub.folder, 'keys', 'evidence.key'), encoding='ascii') as f:
        assert len(f.read().split()) == 2


def test_the_door(hub):
    assert hub.square.post(b'CORDONIN')[0] == 422
    assert hub.square.post(bytes(32))[0] == 422
    assert hub.square.post(item(hub.square.inbox, REPORT, bytes(13 << 20)))[0] == 413
    status, _, _ = hub.ask('GET', '/public/files/' + '0' * 64)
    assert status == 404
    ident = secrets.token_bytes(16)
    for _ in range(3):
        hub.square.send(REPORT, {'receipt': 'receipt|9999888877776666', 'time': '2026-11-26T01:00:00Z', 'language': 'en', 'speed': 'tip', 'story': 'once'}, ident)
    hub.square.until(lambda b: b.receipt('9999888877776666'))
    assert hub.sql("SELECT count(*) FROM report WHERE story = 'once'") == [['1']]


def test_a_portal_is_made_known(hub):
    operator, key = hub.officer('operator'), secrets.token_hex(32)
    assert hub.ask('GET', f'/public/grants/{key}')[0] == 404
    made = operator.post('/api/v1/portals', {'key': key, 'name': 'Phnom Penh 1'})
    assert made.status == 201, made
    status, grant, _ = hub.ask('GET', f'/public/grants/{key}')
    assert status == 200 and grant.startswith(f'cordon oprf grant v1\nportal {key}\nkey ')
    assert operator.ask('DELETE', f"/api/v1/portals/{made.json['id']}").status == 204
    assert hub.ask('GET', f'/public/grants/{key}')[0] == 404


def test_the_operator_makes_one_known_without_the_console(tmp_path):
    key, folder = secrets.token_hex(32), str(tmp_path)
    def run(*arguments):
        return subprocess.run([CORDON, 'portal', '--data', folder, *arguments], capture_output=True, text=True)
    assert run('add', 'no key', 'x').returncode == 1 and run('nothing').returncode == 2
    assert run('add', key, 'Bavet').returncode == 0
    assert run('add', key, 'again').returncode == 1
    ident, listed, state, name = run('list').stdout.split()
    assert (listed, state, name) == (key, 'known', 'Bavet')
    assert run('end', ident).returncode == 0 and run('end', ident).returncode == 1
    assert ' ended ' in run('list').stdout


def test_a_flood_alerts_once(hub):
    """Scenario 18, over HTTP: 300 reports from one network with one story in an hour."""
    analyst = hub.officer('analyst')
    story = 'This account took all my money, block it at once, everybody says that it belongs to the gang at the border'
    for i in range(300):
        digits = hub.square.report(identifiers=[{'type': 'phone', 'value': '012 700 050', 'country': 'kh'}], story=story,
                                   client={'token': f'flood{i}', 'network': 'one', 'device': f'd{i % 3}'})
    bulletin, _ = hub.square.until(lambda b: b.receipt(digits), 300)
    assert bulletin.verdict('phone|85512700050') is None and bulletin.state(digits) == 1
    floods = [f for f in analyst.get('/api/v1/floods?open=1').json['items'] if f['x'] == 'phone|85512700050']
    assert len(floods) == 1 and floods[0]['independent'] <= 2, floods
    assert analyst.post(f"/api/v1/floods/{floods[0]['id']}/acts/seen", {}).status == 200
    assert analyst.post(f"/api/v1/floods/{floods[0]['id']}/acts/seen", {}).reason == 'flood-seen'
