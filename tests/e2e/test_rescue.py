"""Calls for help from the portal's page to two countries' officers: rung within seconds, escalated after five minutes, closed by both, every reading seen."""
import os
import shutil
import tempfile
import time

import pytest

import pg
from officehub import office
from portal import Portal, receipt_of
from square import RESCUE, Square

CALL = {'relation': 'self', 'name': 'KIM MINSU', 'nationality': 'Korean', 'building': 'blue hotel', 'floor': '5', 'room': '512', 'latitude': '11.5500', 'longitude': '104.9200',
        'way': 'telegram', 'value': '@invented', 'hours': '22:00-23:00', 'attached': ['video']}
WHY = {'X-Purpose': 'he called for help'}


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request):
    with office(request.param) as made:
        made.square = Square(made, made.folder)
        made.duty, made.second = made.officer('duty'), made.officer('supervisor')
        made.korean, made.chief, made.thai = (made.officer(role, country=country) for role, country in (('liaison', 'kr'), ('supervisor', 'kr'), ('liaison', 'th')))
        yield made


@pytest.fixture
def portal(hub):
    """A `cordon-portal` that takes this hub's bulletins."""
    folder = tempfile.mkdtemp(prefix='cordon-portal-')
    with open(os.path.join(hub.folder, 'keys', 'trusted'), encoding='utf-8') as f:
        key = next(line.split(' ', 1)[1].strip() for line in f if line.startswith('public '))
    made = Portal(os.path.join(folder, 'data'), f'http://127.0.0.1:{hub.port}', key=key)
    operator = hub.officer('operator')
    assert operator.post('/api/v1/portals', {'key': made.name, 'name': 'Phnom Penh'}).status == 201
    made.start()
    try:
        yield made
    finally:
        assert made.stop() == 0
        shutil.rmtree(folder)


def called(hub, **more):
    """A call as a portal seals it; gives its id."""
    before = {one['id'] for one in hub.duty.get('/api/v1/rescues').json['items']}
    hub.square.send(RESCUE, {'receipt': 'receipt|%016d' % int(time.time() * 1e6), 'time': '2026-11-26T01:00:00.000Z', 'language': 'ko', 'relation': 'self',
                             'held': {'name': 'KIM MINSU', 'nationality': 'Korean'}, 'missing': ['location'], **more})
    for _ in range(200):
        found = [one['id'] for one in hub.duty.get('/api/v1/rescues').json['items'] if one['id'] not in before]
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError('no call came')


def act(client, one, name, body=None):
    version = client.get(f'/api/v1/rescues/{one}').json['version']
    return client.post(f'/api/v1/rescues/{one}/acts/{name}', body or {}, headers={'If-Match': f'"{version}"'})


def read(client, one):
    return client.get(f'/api/v1/rescues/{one}/call', headers=WHY)


def today(client, one=None):
    """Kinds of alarms of one call, or of all."""
    return [call['kind'] for call in client.get('/api/v1/today').json['calls'] if one in (None, call['id'])]


def later(hub, one, minutes):
    """As if so much time had passed for this call; the clock of the hub does the rest."""
    hub.sql('UPDATE rescue SET received_at = received_at - $2, said_at = said_at - $2 WHERE id = $1', one, minutes * 60000)
    hub.sql('UPDATE rescue_desk SET rung_at = rung_at - $2, due_at = due_at - $2 WHERE rescue_id = $1', one, minutes * 60000)


def until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, 'it does not come'
        time.sleep(0.1)


def test_from_the_page_to_both_within_thirty_seconds(hub, portal):
    hub.square.report(story='whatever tells the hub to make a bulletin now')
    until(lambda: 'value="send"' in portal.page('/km/n')[1], 90)
    waiting = hub.korean.listen()
    begun = time.monotonic()
    status, page = portal.page('/ko/n', {**CALL, 'act': 'send'})
    assert status == 200
    receipt = receipt_of(page)
    until(lambda: 'new' in today(hub.duty) and 'new' in today(hub.korean))
    took = time.monotonic() - begun
    print(f'{took:.1f} s')
    assert took <= 30
    while waiting.next()[1]['kind'] != 'rescue':
        pass
    waiting.close()
    one = hub.duty.get('/api/v1/rescues?open=1').json['items'][0]
    assert (one['host'], one['partner'], one['state'], one['relation'], one['language']) == ('kh', 'kr', 'received', 'self', 'ko')
    assert set(one['missing']) == {'contact', 'passport', 'building-photo', 'face-photo', 'passport-copy'}
    # What was said is in none of the answers that one gets without saying why.
    for path in ('/api/v1/rescues', f"/api/v1/rescues/{one['id']}", '/api/v1/today'):
        assert 'MINSU' not in repr(hub.duty.get(path).body) and 'invented' not in repr(hub.duty.get(path).body)
    assert hub.korean.get(f"/api/v1/rescues/{one['id']}/call").reason == 'purpose-missing'
    call = read(hub.korean, one['id']).json
    assert call['contact'] == {'way': 'telegram', 'value': '@invented', 'hours': '22:00-23:00'}
    assert call['said']['held']['name'] == 'KIM MINSU' and call['said']['place']['room'] == '512' and call['said']['attached'] == ['video']
    assert set(call['said']['message']) == {'en', 'km', 'ko'} and all('KIM MINSU' in text for text in call['said']['message'].values())
    hub.square.until(lambda b: b.state(receipt) == 2)
    assert hub.thai.get(f"/api/v1/rescues/{one['id']}").status == 404 and read(hub.thai, one['id']).status == 404 and today(hub.thai) == []


def test_five_minutes_of_silence(hub):
    one = called(hub)
    assert today(hub.second, one) == [] and today(hub.chief, one) == []
    assert read(hub.duty, one).status == 200 and act(hub.duty, one, 'acknowledge').status == 200
    assert today(hub.duty, one) == [] and today(hub.korean, one) == ['new']
    later(hub, one, 5)
    until(lambda: today(hub.chief, one) == ['escalated'])
    assert today(hub.korean, one) == ['escalated'] and today(hub.duty, one) == ['silent'] and today(hub.second, one) == ['silent']
    whole = hub.duty.get(f'/api/v1/rescues/{one}').json
    assert [desk['country'] for desk in whole['desks'] if 'escalatedAt' in desk] == ['kr']
    assert [line['country'] for line in whole['story'] if line['act'] == 'escalate'] == ['kr']
    # The second tier acknowledges in its country's name.
    assert read(hub.chief, one).status == 200 and act(hub.chief, one, 'acknowledge').status == 200
    assert today(hub.korean, one) == today(hub.duty, one) == today(hub.chief, one) == []


def test_neither_closes_alone(hub):
    one = called(hub, relation='family')
    for officer in (hub.duty, hub.korean):
        assert act(officer, one, 'acknowledge').reason == 'rescue-not-opened'
        assert read(officer, one).status == 200 and act(officer, one, 'acknowledge').status == 200
    assert act(hub.duty, one, 'take').status == 200
    assert act(hub.duty, one, 'note', {'note': 'A car is on its way'}).status == 200
    assert 'A car is on its way' in repr(hub.korean.get(f'/api/v1/rescues/{one}').body)
    assert 'A car is on its way' not in repr(hub.second.get(f'/api/v1/rescues/{one}').body), 'notes are for those who have opened the call'
    assert act(hub.duty, one, 'propose', {'reason': 'safe'}).status == 200
    assert act(hub.duty, one, 'agree').reason == 'rescue-own-proposal'
    assert hub.duty.get(f'/api/v1/rescues/{one}').json['state'] == 'closing' and today(hub.korean, one) == ['close']
    assert act(hub.korean, one, 'disagree', {}).reason == 'text-missing'
    assert act(hub.korean, one, 'disagree', {'note': 'His family has not heard of him'}).json['state'] == 'in-hand'
    assert act(hub.korean, one, 'propose', {'reason': 'safe'}).status == 200
    stale = hub.officer('duty', proved=600)
    assert read(stale, one).status == 200 and act(stale, one, 'agree').reason == 'prove-anew'
    closed = act(hub.duty, one, 'agree').json
    assert closed['state'] == 'closed' and (closed['proposedCountry'], closed['agreedCountry']) == ('kr', 'kh')
    assert hub.duty.get('/api/v1/rescues?open=1').json['total'] < hub.duty.get('/api/v1/rescues').json['total']


def test_whoever_reads_is_seen_by_both(hub):
    one = called(hub)
    readers = [hub.duty, hub.korean, hub.second, hub.duty]
    for reader in readers:
        assert read(reader, one).status == 200
        # neither the list, nor how it stands, nor a refused reading is a reading
        reader.get('/api/v1/rescues'), reader.get(f'/api/v1/rescues/{one}')
        assert reader.get(f'/api/v1/rescues/{one}/call').reason == 'purpose-missing'
    assert read(hub.thai, one).status == 404
    shown = [[(o['by'], o['country'], o['at']) for o in client.get(f'/api/v1/rescues/{one}').json['openings']] for client in (hub.duty, hub.korean)]
    assert shown[0] == shown[1] and [by for by, _, _ in shown[0]] == [reader.person for reader in readers]
    assert all(o['byName'] for o in hub.korean.get(f'/api/v1/rescues/{one}').json['openings'])
    audit = hub.officer('auditor').get(f'/api/v1/audit?thing={one}&action=rescue.open', headers={'X-Purpose': 'a test'}).json['items']
    assert sorted((row['by'], row['country'], row['at']) for row in audit if row['outcome'] == 'done') == sorted(shown[0])
    assert {row['outcome'] for row in audit} == {'done', 'refused', 'not-found'}


def test_more_is_said(hub):
    digits = '4444333322221111'
    one = called(hub, receipt='receipt|' + digits)
    for officer in (hub.duty, hub.korean):
        assert read(officer, one).status == 200 and act(officer, one, 'acknowledge').status == 200
    hub.square.follow(digits, 'withdraw', story='I am fine, it was a mistake')
    until(lambda: today(hub.duty, one) == ['said'] and today(hub.korean, one) == ['said'])
    assert hub.duty.get(f'/api/v1/rescues/{one}').json['state'] == 'received', 'nothing that is said ends a call'
    assert read(hub.duty, one).status == 200
    assert today(hub.duty, one) == [] and today(hub.korean, one) == ['said']
    assert act(hub.korean, one, 'check', {'at': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 3600))}).status == 200
    assert 'next' in today(hub.duty, one)


def test_sent_only_while_two_may_acknowledge(hub):
    told = lambda: [call['id'] for call in hub.square.read().json('calls.json')['items']]
    assert told() == ['kh', 'kr', 'th']
    assert all(set(call['name']) == {'en', 'km', 'ko', 'zh'} for call in hub.square.read().json('calls.json')['items'])
    roles = hub.sql("SELECT person, role FROM person_role WHERE role = 'duty'")
    hub.sql("DELETE FROM person_role WHERE role = 'duty'")
    try:
        hub.square.report(story='whatever tells the hub to make a bulletin now')
        hub.square.until(lambda b: b.json('calls.json')['items'] == [], 90)
    finally:
        for person, role in roles:
            hub.sql("INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ($1, $2, 'x', 1)", person, role)
