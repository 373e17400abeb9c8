"""A portal's alarm on the hub's desk: through its interface on both databases, and from a portal whose public really asks that much."""
import datetime
import http.client
import secrets
import time

import pytest

import pg
from asker import Question
from officehub import office
from portal import Portal, PublicHub
from square import ALARM, Square

PATH = '/api/v1/portal-alarms'


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request):
    with office(request.param) as made:
        made.square = Square(made, made.folder)
        made.operator = made.officer('operator')
        made.key = secrets.token_hex(32)
        assert made.operator.post('/api/v1/portals', {'key': made.key, 'name': 'Phnom Penh 1'}).status == 201
        yield made


NOW = datetime.datetime.now(datetime.timezone.utc)


def hour(days=0):
    return (NOW - datetime.timedelta(days=days)).strftime('%Y-%m-%dT%H:00:00.000Z')


def networks(hub, n, days, ident=None):
    hub.square.send(ALARM, {'alarm': 'network', 'checks': 10000, 'hour': hour(days), 'networks': n, 'portal': hub.key}, ident)


def until(client, holds, query=''):
    """The items of the list, once it holds of them."""
    for _ in range(300):
        answer = client.get(PATH + query)
        assert answer.status == 200, answer
        if holds(answer.json['items']):
            return answer.json['items']
        time.sleep(0.1)
    raise AssertionError(answer)


def seen(client, row, version=None, body=None):
    return client.post(f"{PATH}/{row['id']}/acts/seen", body or {}, headers={'If-Match': f'"{version or row["version"]}"'})


def test_it_waits_until_somebody_has_looked_after_it(hub):
    stream = hub.operator.listen()
    assert stream.status == 200
    networks(hub, 1, 1)
    row, = until(hub.operator, lambda items: len(items) == 1, '?open=1')
    while True:
        _, event = stream.next()
        if event['kind'] == 'portal-alarm':
            break
    stream.close()
    assert event['id'] == row['id']
    assert (row['alarm'], row['networks'], row['checks'], row['state'], row['portalName'], row['hour']) == ('network', 1, 10000, 'open', 'Phnom Penh 1', hour(1))
    one = hub.operator.get(f"{PATH}/{row['id']}").json
    assert [a['act'] for a in one['acts']] == ['seen'] and [s['by'] for s in one['story']] == ['portal']
    assert hub.operator.post(f"{PATH}/{row['id']}/acts/seen", {}).reason == 'if-match-missing'
    assert seen(hub.operator, row, 7).reason == 'version'
    assert hub.operator.post(f"{PATH}/{row['id']}/acts/nothing", {}, headers={'If-Match': '"1"'}).reason == 'no-such-act'
    done = seen(hub.operator, row, body={'note': 'One telephone company behind one address'})
    assert done.status == 200 and done.json['state'] == 'seen' and done.json['seenBy'] == hub.operator.person and done.json['acts'] == []
    assert done.json['story'][-1]['note'].startswith('One telephone')
    assert seen(hub.operator, done.json).reason == 'not-in-this-state'
    assert hub.operator.get(PATH + '?open=1').json['total'] == 0
    assert hub.sql("SELECT count(*) FROM audit WHERE thing = $1 AND action = 'alarm.act' AND outcome = 'done' AND actor = $2", row['id'], hub.operator.person) == [['1']]
    networks(hub, 2, 1)
    again, = until(hub.operator, lambda items: len(items) == 1, '?open=1')
    assert again['id'] == row['id'] and again['networks'] == 2 and 'seenBy' not in again


def test_who_may_know(hub):
    networks(hub, 1, 2)
    row = next(i for i in until(hub.operator, lambda items: any(i['hour'] == hour(2) for i in items)) if i['hour'] == hour(2))
    supervisor = hub.officer('supervisor')
    one = supervisor.get(f"{PATH}/{row['id']}")
    assert one.status == 200 and one.json['acts'] == [] and seen(supervisor, row).status == 403
    for other in (hub.officer('analyst'), hub.officer('operator', country='kr'), hub.officer('supervisor', country='kr'), hub.officer('operator', strength='password')):
        answers = [other.get(PATH), other.get(f"{PATH}/{row['id']}"), other.get(f"{PATH}/{'f' * 32}"), seen(other, row)]
        assert len({(a.status, a.reason) for a in answers}) == 1 and answers[0].status in (401, 403), answers
    assert hub.operator.get(f"{PATH}/{'f' * 32}").status == 404


def test_what_is_wrong_is_set_aside_and_what_comes_again_is_one(hub):
    before, ident = hub.operator.get(PATH).json['total'], secrets.token_bytes(16)
    for _ in range(3):
        networks(hub, 1, 5, ident=ident)
    hub.square.send(ALARM, {'alarm': 'network', 'checks': 10000, 'hour': hour(), 'networks': 1, 'portal': secrets.token_hex(32)})
    hub.square.send(ALARM, b'no JSON')
    networks(hub, 1, 40)
    for _ in range(200):
        aside = hub.operator.get('/api/v1/inbox?state=aside').json['items']
        if len(aside) >= 3:
            break
        time.sleep(0.1)
    assert sorted((i['kind'], i['reason'], i.get('field')) for i in aside) == [(8, 'item-json', None), (8, 'item-member', 'hour'), (8, 'item-member', 'portal')]
    assert len(until(hub.operator, lambda items: len(items) > before)) == before + 1
    assert hub.sql('SELECT state FROM inbox_item WHERE id = $1', ident.hex()) == [['taken']]


# ---- from a portal ----

@pytest.fixture
def place(tmp_path):
    with office('sqlite') as made:
        made.operator = made.officer('operator')
        Square(made, made.folder)
        with open(f'{made.folder}/keys/trusted', encoding='ascii') as f:
            key = next(line.split(' ', 1)[1].strip() for line in f if line.startswith('public '))
        portal = Portal(str(tmp_path / 'portal'), f'http://127.0.0.1:{made.port}', key=key, options=['--proxied'])
        assert made.operator.post('/api/v1/portals', {'key': portal.name, 'name': 'one'}).status == 201
        portal.start()
        yield made, portal
        assert portal.stop() == 0


def asked(portal, body, senders, each):
    """Questions over one connection, in turn from so many networks."""
    connection, answers = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=60), []
    for sender in senders:
        for _ in range(each):
            connection.request('POST', '/check', body, {'X-Forwarded-For': sender})
            answer = connection.getresponse()
            answer.read()
            answers.append(answer.status)
    connection.close()
    return answers


def test_a_portals_alarms_reach_the_desk(place):
    """One network asks 10,000 times; sixty others together make the hour the fullest that there was. Nothing of them is told."""
    hub, portal = place
    body = Question('phone|85512000111').body
    for _ in range(600):
        if asked(portal, body, ['192.0.2.1'], 1) == [200]:
            break
        time.sleep(0.1)
    assert set(asked(portal, body, ['203.0.113.77'], 10000)) == {200, 429}
    row, = until(hub.operator, lambda items: len(items) == 1)
    assert (row['alarm'], row['networks'], row['checks'], row['portalName']) == ('network', 1, 10000, 'one')
    for turn in range(3):  # an hour may end meanwhile, and the count begins anew
        for sender in range(60):
            asked(portal, body, [f'198.51.{100 + turn}.{sender}'], 240)
        if 'checks in this hour' in portal.said():
            break
    both = until(hub.operator, lambda items: len(items) == 2)
    row = next(i for i in both if i['alarm'] == 'sum')
    assert 14000 <= row['checks'] <= 15000 and row['buckets'] == 1 and 'usual' not in row and row['hour'].endswith(':00:00.000Z')
    told = ''.join(cell for table in ('portal_alarm', 'desk_act') for line in hub.sql(f'SELECT * FROM {table}') for cell in line)
    assert '203.0.113' not in told and '198.51' not in told
    assert portal.said().count('numbers may be being gone through') == 2 and 'could not be told' not in portal.said()


def test_what_cannot_be_told_yet_is_told_later(tmp_path):
    hub = PublicHub(str(tmp_path / 'hub'))
    portal = Portal(str(tmp_path / 'data'), hub)
    portal.start()
    body = Question('phone|85512000111').body
    asked(portal, body, ['203.0.113.77'], 10000)
    for _ in range(100):
        if 'could not be told' in portal.said():
            break
        time.sleep(0.1)
    assert portal.said().count('could not be told, and will be: no bulletin has come yet') == 1
    hub.publish(portal.name)
    for _ in range(400):
        if hub.inbox():
            break
        time.sleep(0.1)
    (kind, item), = hub.inbox()
    assert kind == ALARM and (item['alarm'], item['networks'], item['portal']) == ('network', 1, portal.name)
    assert portal.said().count('could not be told') == 1 and portal.stop() == 0
