"""Appeals over HTTP, on both databases: no account, a number and a word at once, decided by somebody who did not list."""
import http.client
import json
import re
import secrets
import urllib.parse

import pytest

import office
import pg
from test_entries import reference


@pytest.fixture(scope='module', params=pg.kinds)
def o(request):
    with office.office(request.param) as made:
        yield made


def anyone(o, path, body, address=None):
    """From an address of his own, for strangers are counted by theirs."""
    address = address or '127.%d.%d.%d' % tuple(secrets.token_bytes(3))
    connection = http.client.HTTPConnection('127.0.0.1', o.port, timeout=30, source_address=(address, 0))
    connection.request('POST', '/api/v1' + path, json.dumps(body), {'X-Cordon': '1', 'Content-Type': 'application/json'})
    answer = connection.getresponse()
    text = json.loads(answer.read().decode())
    connection.close()
    return answer.status, text


def receive(o, kind='deletion', language='ko', **more):
    status, receipt = anyone(o, '/appeals', {'kind': kind, 'name': '김민수', 'birthDate': '1990-03-07', 'text': '저는 아닙니다', 'language': language, **more})
    assert status == 201, receipt
    id = office.run(o.url, f"SELECT id FROM appeal WHERE number = '{receipt['number']}'")[0][0]
    return receipt, id


def act(o, who, id, name, **body):
    version = o.people[who].do('GET', f'/appeals/{id}')['version']
    return o.people[who].ask('POST', f'/appeals/{id}/acts/{name}', body, version)


def test_without_an_account(o):
    receipt, _ = receive(o)
    days = lambda a, b: (office_time(b) - office_time(a)).days
    assert days(receipt['receivedAt'], receipt['dueAccess']) == 30 and days(receipt['receivedAt'], receipt['dueDecision']) == 60
    typed = receipt['number'].lower().replace('-', ' ')
    status, standing = anyone(o, '/appeals/status', {'number': typed, 'word': receipt['word'].lower()})
    assert status == 200 and standing['state'] == 'received' and 'name' not in standing
    wrong = ('0' if receipt['word'][0] != '0' else '1') + receipt['word'][1:]
    assert anyone(o, '/appeals/status', {'number': receipt['number'], 'word': wrong}) [1]['reason'] == 'appeal-unknown'
    assert anyone(o, '/appeals/status', {'number': '0000-0000-0', 'word': receipt['word']})[1]['reason'] == 'appeal-unknown'
    assert receipt['word'] not in str(office.run(o.url, 'SELECT * FROM appeal')), 'only a keyed hash of the word is kept'
    for field, value in (('kind', 'revenge'), ('name', ''), ('text', ''), ('language', 'xx')):
        body = {'kind': 'access', 'name': 'x', 'text': 'y', 'language': 'en', field: value}
        assert anyone(o, '/appeals', body) [1]['field'] == field


def office_time(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace('Z', '+00:00'))


def test_upheld_and_removed(o):
    entry = o.stage(reference(), 'published')
    receipt, id = receive(o)
    assert act(o, 'redress', id, 'answer', text='x')[1]['reason'] == 'not-in-this-state'
    assert act(o, 'redress', id, 'take')[0] == 200
    assert act(o, 'redress2', id, 'link', entry=entry)[1]['reason'] == 'appeal-not-yours'
    assert act(o, 'redress', id, 'uphold', reason='unlawful', text='x')[1]['reason'] == 'appeal-unlinked'
    assert act(o, 'redress', id, 'link', entry=entry)[0] == 200
    shown = o.reviewer.do('GET', f'/entries/{entry}')
    assert shown['state'] == 'under-appeal' and shown['listed'], 'an appeal alone takes nobody off the list'
    assert act(o, 'redress', id, 'uphold', text='x')[1]['reason'] == 'reason-missing'
    status, appeal, _ = act(o, 'redress', id, 'uphold', reason='unlawful', standard='removed', text='미안합니다')
    assert status == 200 and appeal['state'] == 'upheld' and appeal['answer'].startswith('요청하신') and appeal['answer'].endswith('미안합니다')
    shown = o.reviewer.do('GET', f'/entries/{entry}')
    assert shown['state'] == 'removed' and not shown['listed']
    standing = anyone(o, '/appeals/status', receipt)[1]
    assert standing['state'] == 'answered' and '미안합니다' in standing['answer'], 'whether he was listed, the answer alone says'


def test_who_listed_does_not_decide(o):
    """One officer with every role: he decided the listing, and is refused here although his roles would do."""
    entry = o.stage(reference(), 'assessed')
    assert o.people['all'].act(entry, 'approve', {'decision': {'number': '1'}})[0] == 200
    assert o.decider2.act(entry, 'confirm', {})[0] == 200
    _, id = receive(o)
    assert act(o, 'all', id, 'take')[0] == 200
    status, answer, _ = act(o, 'all', id, 'link', entry=entry)
    assert (status, answer['reason']) == (403, 'decided-the-listing')
    assert o.audit(thing=id, outcome='refused')
    assert act(o, 'redress', id, 'take')[0] == 200 and act(o, 'redress', id, 'link', entry=entry)[0] == 200


def test_two_appeals_keep_it_under_appeal(o):
    entry = o.stage(reference(), 'published')
    (_, one), (_, two) = receive(o), receive(o, 'mistaken-identity', 'km')
    for id in (one, two):
        assert act(o, 'redress', id, 'take')[0] == 200
        assert act(o, 'redress', id, 'link', entry=entry)[0] == 200
    assert act(o, 'redress', one, 'dismiss', standard='neither-confirm-nor-deny')[0] == 200
    assert o.reviewer.do('GET', f'/entries/{entry}')['state'] == 'under-appeal'
    assert act(o, 'redress', two, 'uphold', standard='not-you')[0] == 200
    shown = o.reviewer.do('GET', f'/entries/{entry}')
    assert shown['state'] == 'published' and shown['listed'], 'who was mistaken for him is right, and he stays listed'


def test_neither_confirm_nor_deny_says_the_same(o):
    """Of a listed and an unlisted person, in each language."""
    for language in ('en', 'km', 'ko', 'zh'):
        entry = o.stage(reference(), 'published')
        (listed, one), (unlisted, two) = receive(o, 'access', language), receive(o, 'access', language)
        assert act(o, 'redress', one, 'take')[0] == act(o, 'redress', two, 'take')[0] == 200
        assert act(o, 'redress', one, 'link', entry=entry)[0] == 200
        for id in (one, two):
            assert act(o, 'redress', id, 'answer', standard='neither-confirm-nor-deny')[0] == 200
        a, b = (anyone(o, '/appeals/status', r)[1] for r in (listed, unlisted))
        assert a['answer'] == b['answer'] and a['state'] == b['state'] and set(a) == set(b)
        assert o.reviewer.do('GET', f'/entries/{entry}')['state'] == 'published'


def test_seen_by_redress_alone(o):
    _, id = receive(o)
    for who in ('reviewer', 'legal', 'decider', 'liaison', 'thai', 'admin', 'operator'):
        assert o.people[who].ask('GET', f'/appeals/{id}')[0] in (403, 404), who
        assert o.people[who].ask('GET', '/appeals')[0] in (403, 404), who
    items = o.redress.do('GET', '/appeals?state=received&limit=500')['items']
    assert id in [a['id'] for a in items] and all(a['state'] == 'received' for a in items)
    assert items[0]['acts'][0]['act'] == 'take'


def test_of_one_address_not_too_many(o):
    body = {'kind': 'access', 'name': 'x', 'text': 'y', 'language': 'en'}
    got = [anyone(o, '/appeals', body, '127.9.9.9')[0] for _ in range(60)]
    assert got[0] == 201 and got[-1] == 429
    assert anyone(o, '/appeals', body)[0] == 201


def test_late_is_told(o):
    receipt, id = receive(o, 'access')
    office.run(o.url, f"UPDATE appeal SET received_at = 1, due_access = 2, due_decision = 9000000000000 WHERE id = '{id}'")
    assert o.redress.do('GET', f'/appeals/{id}')['overdue']
    assert id in [c['id'] for c in o.redress.do('GET', '/today')['clocks'] if c['kind'].startswith('appeal')]


def page(o, method, path, form=None):
    connection = http.client.HTTPConnection('127.0.0.1', o.port, timeout=30, source_address=('127.%d.%d.%d' % tuple(secrets.token_bytes(3)), 0))
    connection.request(method, path, urllib.parse.urlencode(form) if form else None, {'Content-Type': 'application/x-www-form-urlencoded'})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize('language', ['en', 'km', 'ko', 'zh'])
def test_the_page_needs_no_script(o, language):
    status, text = page(o, 'GET', f'/redress?lang={language}')
    assert status == 200 and f'lang="{language}"' in text and '<form' in text
    asked = {'kind': 'access', 'name': '<b>ស៊ុខ</b>', 'text': 'why & wherefore', 'birthDate': '', 'document': '', 'contact': ''}
    status, text = page(o, 'POST', f'/redress?lang={language}', asked)
    assert status == 200
    number = re.search(r'[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]', text)[0]
    word = re.search(r'\b[0-9A-Z]{5}-[0-9A-Z]{5}\b', text)[0]
    assert office.run(o.url, f"SELECT language, name FROM appeal WHERE number = '{number}'") == [[language, '<b>ស៊ុខ</b>']]
    status, text = page(o, 'POST', f'/redress/status?lang={language}', {'number': number, 'word': word})
    assert status == 200 and number in text and word not in text
    status, text = page(o, 'POST', f'/redress/status?lang={language}', {'number': number, 'word': '00000-00000'})
    assert status == 404 and number in text
    status, text = page(o, 'POST', f'/redress?lang={language}', dict(asked, name=''))
    assert status >= 400 and 'why &amp; wherefore' in text, 'what was written is not lost'
