"""The life of an entry over HTTP, on both databases; and ways to the list other than the one there is."""
import secrets
import threading

import pytest

import office
import pg


@pytest.fixture(scope='module', params=pg.kinds)
def o(request):
    with office.office(request.param) as made:
        yield made


def reference():
    return 'R-' + secrets.token_hex(6)


# ---- the ordinary way ----

def test_a_nomination_is_published(o):
    id = o.stage(reference(), 'published')
    entry = o.liaison.do('GET', f'/entries/{id}')
    assert entry['state'] == 'published' and entry['listed'] and entry['owner'] == 'kr'
    assert [d['step'] for d in entry['decisions']] == [1, 2] and entry['decisions'][0]['number'] == 'KH-1'
    assert entry['measures'][0]['inForce'] and entry['expiresAt'] == entry['reviewDue'] == entry['measures'][0]['expiresAt']
    assert {n['text']: n['script'] for n in entry['names']} == {'김민수': 'Hang', 'KIM MINSOO': 'Latn'}
    assert any('min' in r for r in entry['names'][0]['readings'])
    events = o.liaison.do('GET', f'/entries/{id}/timeline')['items']
    assert [e['act'] for e in events] == ['nominate', 'take', 'assess', 'approve', 'confirm']
    assert [e['seq'] for e in events] == [1, 2, 3, 4, 5]
    assert o.reviewer.do('GET', f'/entries/{id}/timeline')['items'][3]['text'] == 'why'
    assert 'text' not in events[3] and 'text' not in entry['decisions'][0], 'the host keeps its reasons'
    assert o.legal.do('GET', f'/entries/{id}')['decisions'][0]['text'] == 'why'


def test_a_partner_sees_its_own_alone(o):
    id = o.stage(reference(), 'submitted')
    before = len(o.audit(thing=id, outcome='not-found'))
    for method, path, body in (('GET', '', None), ('GET', '/timeline', None), ('GET', '/viewers', None), ('GET', '/similar', None),
                               ('GET', '/proof', None), ('POST', '/acts/withdraw', {'reason': 'other'})):
        status, answer, _ = o.thai.ask(method, f'/entries/{id}{path}', body, 1 if body else None)
        assert (status, answer['reason']) == (404, 'not-found'), path
    assert len(o.audit(thing=id, outcome='not-found')) == before + 6
    assert o.thai.ask('GET', '/entries/' + 32 * '0')[:2][0] == 404
    assert not [e for e in o.thai.do('GET', '/entries?limit=500')['items'] if e['owner'] != 'th']
    assert id in [e['id'] for e in o.liaison2.do('GET', '/entries?limit=500')['items']]


def test_acts_are_shown_with_what_they_lack(o):
    id = o.stage(reference(), 'taken')
    acts = {a['act']: a for a in o.decider.do('GET', f'/entries/{id}')['acts']}
    failing = {c['name']: c['detail'] for c in acts['approve']['conditions'] if not c['holds']}
    assert failing['assessed'] == 'not-assessed' and failing['exclusions-clear'] == 'exclusions-open'
    assert 'take' not in acts and 'assess' not in acts
    acts = {a['act']: a for a in o.legal.do('GET', f'/entries/{id}')['acts']}
    assert 'political' in acts['refuse']['reasons'] and 'assess' in acts and 'approve' not in acts
    assert [a['act'] for a in o.liaison.do('GET', f'/entries/{id}')['acts']] == ['withdraw']


def test_lists_are_found_and_turned(o):
    name = '정' + chr(0xAC00 + secrets.randbelow(11172)) + '우'
    mark = reference()
    ids = [o.stage(f'{mark}-{i}', 'submitted', name=name, properties={'passportNumber': [f'MX{mark[2:8].upper()}{i}']}) for i in range(5)]
    seen, cursor = [], ''
    while cursor is not None:
        page = o.reviewer.do('GET', f'/entries?state=submitted&owner=kr&limit=2{cursor and "&cursor=" + cursor}')
        seen += [e['id'] for e in page['items']]
        cursor = page['next']
    assert len(seen) == len(set(seen)) == page['total'] and set(ids) <= set(seen)
    assert seen.index(ids[4]) < seen.index(ids[0]), 'newest first'
    from urllib.parse import quote
    assert [e['id'] for e in o.reviewer.do('GET', f'/entries?q={mark}-3')['items']][0] == ids[3]
    assert [e['id'] for e in o.reviewer.do('GET', f'/entries?q=mx{mark[2:8]}2')['items']][0] == ids[2]
    for _ in range(50):
        found = [e['id'] for e in o.reviewer.do('GET', f'/entries?q={quote(name)}')['items']]
        if set(ids) <= set(found):
            break
        threading.Event().wait(0.1)
    assert set(ids) <= set(found)
    assert not o.thai.do('GET', f'/entries?q={quote(name)}')['items']
    # By the beginning of a name alone, as it is written and in Latin, in any case; and what is not such a beginning finds nobody.
    for begun in ('김', '김민', 'kim', 'KIM', 'Kim m', 'kIM MINS'):
        found = o.reviewer.do('GET', f'/entries?q={quote(begun)}')['items']
        assert found and all(e['name'].startswith('김') or e.get('latin', '').startswith('KIM') or e['name'].upper().startswith('KIM') for e in found), (begun, found)
        assert all(e['owner'] == 'kr' for e in o.liaison.do('GET', f'/entries?q={quote(begun)}')['items'])
        assert not o.thai.do('GET', f'/entries?q={quote(begun)}')['items']
    assert not o.reviewer.do('GET', f'/entries?q={quote("Kimx")}')['items']


def test_look_alikes_and_search(o):
    first, second = o.stage(reference(), 'submitted', name='Bounmy Xaysetthavong'), o.stage(reference(), 'submitted', name='BOUNMI XAYSETTAVONG')
    for _ in range(50):
        items = o.reviewer.do('GET', f'/entries/{first}/similar')['items']
        if second in [i['entry']['id'] for i in items]:
            break
        threading.Event().wait(0.1)
    best = next(i for i in items if i['entry']['id'] == second)
    assert best['score'] > 0.8 and best['explanations'] and first not in [i['entry']['id'] for i in items]
    found = o.legal.do('POST', '/search', {'schema': 'Person', 'properties': {'name': ['Xaysettavong Bounmi'], 'birthDate': ['1990-03-07']}})
    assert {first, second} <= {i['entry']['id'] for i in found['items']}
    assert not o.thai.do('POST', '/search', {'schema': 'Person', 'properties': {'name': ['Xaysettavong Bounmi']}})['items']
    zone = ['P<KORKIM<<MIN<SOO<<<<<<<<<<<<<<<<<<<<<<<<<<<', 'M123456784KOR9003071M3001019<<<<<<<<<<<<<<06']
    o.stage(reference(), 'submitted')
    assert o.legal.ask('POST', '/search', {'mrz': zone})[0] in (200, 400)
    status, answer, _ = o.legal.ask('POST', '/search', {'schema': 'Person', 'properties': {'name': ['x'], 'birthDate': ['soon']}})
    assert status >= 400 and answer['field'] == 'birthDate'


def test_who_saw_it(o):
    id = o.stage(reference(), 'submitted')
    o.decider.do('GET', f'/entries/{id}')
    viewers = o.reviewer.do('GET', f'/entries/{id}/viewers')['items']
    assert ('Officer decider', 'entry.read') in [(v.get('byName'), v['action']) for v in viewers]
    assert all('byName' not in v for v in o.liaison.do('GET', f'/entries/{id}/viewers')['items'] if v['country'] == 'kh')


def test_questions_answers_and_changes(o):
    id = o.stage(reference(), 'taken')
    assert o.reviewer.act(id, 'return', {'reason': 'document-missing', 'text': 'which?'})[0] == 200
    entry = o.liaison.do('GET', f'/entries/{id}')
    person = entry['person']
    person['properties']['passportNumber'] = ['M99999999']
    body = {'reference': entry['reference'], 'person': person, 'offence': entry['offence'], 'purpose': 'p'}
    assert o.liaison.ask('PUT', f'/entries/{id}', body)[0] == 428
    assert o.liaison.ask('PUT', f'/entries/{id}', body, entry['version'] - 1)[:2][0] == 412
    status, changed, tag = o.liaison.ask('PUT', f'/entries/{id}', body, entry['version'])
    assert status == 200 and changed['documents'][0]['number'] == 'M99999999' and tag == entry['version'] + 1
    assert changed['measures'], 'measures stay where no others were given'
    assert o.liaison.act(id, 'answer', {'text': 'this one'})[0] == 200


def test_today(o):
    id = o.stage(reference(), 'submitted')
    today = o.reviewer.do('GET', '/today')
    assert today['counts']['submitted'] >= 1 and today['waiting'] and all(e['state'] == 'submitted' for e in today['waiting'])
    o.stage(reference(), 'approved')
    assert {e['state'] for e in o.decider2.do('GET', '/today')['waiting']} == {'approved'}
    assert o.thai.do('GET', '/today')['counts'] == {}
    assert o.operator.do('GET', '/today')['waiting'] == []
    assert id


def test_a_repeated_request_does_nothing_twice(o):
    id = o.stage(reference(), 'submitted')
    key = secrets.token_hex(8)
    first = o.reviewer.ask('POST', f'/entries/{id}/acts/take', {}, 1, Idempotency_Key=key)
    again = o.reviewer.ask('POST', f'/entries/{id}/acts/take', {}, 1, Idempotency_Key=key)
    assert first[0] == again[0] == 200 and first[1] == again[1]
    assert o.version(id) == 2
    body = {'reference': reference(), 'person': {'schema': 'Person', 'properties': {'name': ['A B'], 'birthDate': ['1990-01-01']}},
            'offence': 'x', 'purpose': 'y', 'measures': [{'kind': 'refer', 'basis': 'decision'}]}
    one = o.liaison.ask('POST', '/entries', body, Idempotency_Key=key + 'n')
    two = o.liaison.ask('POST', '/entries', body, Idempotency_Key=key + 'n')
    assert one[0] == two[0] == 201 and one[1]['id'] == two[1]['id']
    assert o.liaison.ask('POST', '/entries', body)[1]['reason'] == 'reference-taken'


def test_of_two_at_once_one_decides(o):
    id = o.stage(reference(), 'approved')
    version, answers = o.version(id), []
    threads = [threading.Thread(target=lambda: answers.append(o.decider2.act(id, 'confirm', {}, version)[0])) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(answers)[0] == 200 and answers.count(200) == 1 and set(answers) <= {200, 409, 412}


def test_an_error_is_challenged(o):
    id = o.stage(reference(), 'published')
    answer = o.primary.ask('POST', f'/entries/{id}/challenges', {'field': 'birthDate', 'text': 'he is younger'})
    assert answer[0] == 201 and answer[1]['dueAt']
    assert o.primary.ask('POST', f'/entries/{id}/challenges', {'field': 'birthDate'})[1]['reason'] == 'text-missing'
    running = lambda: [c['id'] for c in o.reviewer.do('GET', '/today')['clocks'] if c['kind'] == 'challenge']
    assert id in running()
    path = f"/challenges/{answer[1]['id']}/answer"
    assert o.thai.ask('POST', path, {'text': 'x'})[0] == 404 and o.decider.ask('POST', path, {'text': 'x'})[0] == 403
    assert o.liaison.ask('POST', path, {})[1]['reason'] == 'text-missing'
    assert o.liaison.ask('POST', path, {'text': 'he is, corrected'})[0] == 200
    assert o.liaison.ask('POST', path, {'text': 'again'})[1]['reason'] == 'challenge-answered'
    assert id not in running() and o.reviewer.do('GET', f'/entries/{id}/challenges')['items'][0]['answer'] == 'he is, corrected'


# ---- other ways to the list ----

FORGED = 32 * 'b'
ATTEMPTS = [
    # name, stage, who, act, body, more, status, reason
    ('no session', 'approved', None, 'confirm', {}, {}, 401, 'sign-in'),
    ('a session that was made up', 'approved', 'decider2', 'confirm', {}, {'Cookie': 'sid=' + 43 * 'A'}, 401, 'sign-in'),
    ('another site', 'approved', 'decider2', 'confirm', {}, {'X_Cordon': None}, 403, 'x-cordon-missing'),
    ('without a version', 'approved', 'decider2', 'confirm', {}, {'If_Match': None}, 428, 'if-match-missing'),
    ('a version of before', 'approved', 'decider2', 'confirm', {}, {'If_Match': '"2"'}, 412, 'version'),
    ('version 0', 'approved', 'decider2', 'confirm', {}, {'If_Match': '"0"'}, 412, 'version'),
    ('any version', 'approved', 'decider2', 'confirm', {}, {'If_Match': '*'}, 428, 'if-match-missing'),
    ('an id that was made up', FORGED, 'decider2', 'confirm', {}, {'If_Match': '"1"'}, 404, 'not-found'),
    ('another country', 'approved', 'thai', 'confirm', {}, {}, 404, 'not-found'),
    ('its own liaison', 'approved', 'liaison', 'confirm', {}, {}, None, ('denied', 'not-found')),
    ('the reviewer', 'approved', 'reviewer', 'confirm', {}, {}, 403, 'denied'),
    ('the legal officer', 'approved', 'legal', 'confirm', {}, {}, 403, 'denied'),
    ('the supervisor', 'approved', 'supervisor', 'confirm', {}, {}, 403, 'denied'),
    ('the administrator', 'approved', 'admin', 'confirm', {}, {}, None, ('denied', 'not-found')),
    ('the same person twice', 'approved', 'decider', 'confirm', {}, {}, 403, 'same-as-first-decider'),
    ('who has every role, both times', 'approved-by-all', 'all', 'confirm', {}, {}, 403, 'same-as-first-decider'),
    ('no approval', 'assessed', 'decider2', 'confirm', {}, {}, 409, 'not-in-this-state'),
    ('no assessment', 'taken', 'decider', 'approve', {'decision': {'number': '1'}}, {}, 409, 'not-assessed'),
    ('no number', 'assessed', 'decider', 'approve', {}, {}, 422, 'decision-number-missing'),
    ('an act that there is not', 'approved', 'decider2', 'publish', {}, {}, 404, 'no-such-act'),
    ('the clock\'s act', 'published', 'decider2', 'expire', {}, {}, 404, 'no-such-act'),
    ('the act of an appeal', 'published', 'redress', 'uphold', {'reason': 'unlawful'}, {}, 404, 'no-such-act'),
    ('a state in the body', 'submitted', 'liaison', 'PUT', {'state': 'published'}, {}, None, ('name-missing',)),
    ('another decision', 'approved', 'decider2', 'confirm', {'decision': {'number': 'KH-2'}}, {}, 409, 'other-decision'),
    ('a body that is none', 'approved', 'decider2', 'confirm', '[', {}, 400, 'malformed'),
    ('an assessment by the decider', 'taken', 'decider', 'assess', {}, {}, 403, 'denied'),
    ('an exclusion left open', 'taken', 'legal+approve', 'assess', {'exclusions': {'child': False}}, {}, 409, 'exclusions-open'),
    ('an exclusion by a word', 'taken', 'legal', 'assess', {'assessment': {'exclusions': {'child': 'no'}}}, {}, 422, 'value-invalid'),
    ('a detention on nothing', 'taken', 'legal', 'measures', {'measures': [{'kind': 'detain', 'basis': 'decision'}]}, {}, 409, 'measure-basis'),
    ('ten years from the decider', 'assessed', 'decider', 'approve', {'decision': {'number': '1', 'validityDays': 3650}}, {}, 422, 'value-invalid'),
    ('urgent alone', 'urgent', 'duty', 'urgent-confirm', {}, {}, 403, None),
]


@pytest.mark.parametrize('attempt', ATTEMPTS, ids=[a[0] for a in ATTEMPTS])
def test_no_other_way_leads_there(o, attempt):
    name, stage, who, act, body, more, status, reason = attempt
    if stage == FORGED:
        id = FORGED
    elif stage == 'approved-by-all':
        id = o.stage(reference(), 'assessed')
        assert o.people['all'].act(id, 'approve', {'decision': {'number': 'KH-1'}})[0] == 200
    elif stage == 'urgent':
        id = o.stage(reference(), 'submitted')
        assert o.duty.act(id, 'urgent', {'text': 'now'})[0] == 200
    else:
        id = o.stage(reference(), stage)
    if who == 'legal+approve':
        assert o.legal.act(id, 'assess', {'assessment': dict(o.ASSESSMENT, **body)})[0] == 200
        who, act, body = 'decider', 'approve', {'decision': {'number': '1'}}
    officer = o.people[who or 'decider2']
    if who is None:
        more = {'Cookie': None}
    before = o.version(id) if id != FORGED else 1
    state = office.run(o.url, f"SELECT state, listing_leaf FROM entry WHERE id = '{id}'")
    rows = len(office.run(o.url, "SELECT id FROM audit WHERE outcome IN ('denied', 'refused', 'not-found')"))
    headers = {'If_Match': f'"{before}"', **more}
    path = f'/entries/{id}' if act == 'PUT' else f'/entries/{id}/acts/{act}'
    got, answer, _ = officer.ask('PUT' if act == 'PUT' else 'POST', path, body, **headers)
    assert status is None or got == status, answer
    assert 400 <= got < 500 and (reason is None or answer['reason'] in (reason if isinstance(reason, tuple) else (reason,))), answer
    assert office.run(o.url, f"SELECT state, listing_leaf FROM entry WHERE id = '{id}'") == state
    # without a session there is nobody to name; what is refused for its form never came so far as an entry
    if name != 'version 0' and answer['reason'] not in ('sign-in', 'x-cordon-missing', 'if-match-missing', 'malformed', 'value-invalid', 'name-missing'):
        assert len(office.run(o.url, "SELECT id FROM audit WHERE outcome IN ('denied', 'refused', 'not-found')")) > rows, 'not in the audit'


def test_a_refused_nomination_stays_out(o):
    """Refused as political: not again under another reference, and that it was tried stands in the audit."""
    person = {'name': ['정' + chr(0xAC00 + secrets.randbelow(11172)) + '수']}
    id = o.stage(reference(), 'taken', properties=person)
    assert o.legal.act(id, 'refuse', {'reason': 'political', 'text': 'a trial of opinion'})[0] == 200
    status, answer, _ = o.nominate(reference(), properties=person)
    assert (status, answer['reason']) == (409, 'refused-before')
    assert o.audit(action='entry.nominate', actor=o.liaison.id, outcome='refused')[-1][3] == '{"reason":"refused-before"}'
    assert o.liaison.do('GET', f'/entries/{id}/timeline')['items'][-1]['reason'] == 'political'


def test_an_act_stands_in_the_audit_once(o):
    id = o.stage(reference(), 'published')
    assert len(o.audit(thing=id, action='entry.confirm', outcome='done')) == 1


def test_a_replayed_decision_decides_nothing_else(o):
    """The same key on another entry is another request, and is refused as such."""
    one, other = o.stage(reference(), 'approved'), o.stage(reference(), 'approved')
    key = secrets.token_hex(8)
    assert o.decider2.ask('POST', f'/entries/{one}/acts/confirm', {}, 4, Idempotency_Key=key)[0] == 200
    status, answer, _ = o.decider2.ask('POST', f'/entries/{other}/acts/confirm', {}, 4, Idempotency_Key=key)
    assert status == 409 or answer['id'] == other and answer['state'] == 'published'
