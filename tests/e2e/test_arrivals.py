"""Before arrival, on both databases: passenger lists and arrival cards in, answers out, screened again when the list has changed, carriers
told of answers that turned round, calls where they do not acknowledge."""
import contextlib
import glob
import hashlib
import json
import os
import re
import socket
import subprocess
import time

import pytest

import hub
import office
import pg
from carrier import Sender, acknowledgement, answers, code, interchanges, machine, passenger, paxlst

SAMPLES = os.path.join(os.environ.get('CORDON_SHARED', os.path.join(os.path.dirname(__file__), '..', '..', '..', 'shared')), 'data', 'documents', 'edifact')
FILL = os.path.join(os.path.dirname(hub.CORDON), 'registry_bench')
DESK = '+855 23 890 000'
LISTED = passenger(1, 'KIM', 'MINSU', '900307', 'KOR', 'M12345678')
HONEST = passenger(2, 'TAN', 'WEI', '711224', 'SGP')


def until(what, seconds=60):
    """What it gives once that is true, and how long it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        got = what()
        if got:
            return got, time.monotonic() - begun
        time.sleep(0.05)
    raise AssertionError('waited in vain')


@pytest.fixture(scope='module', params=pg.kinds)
def o(request):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    with office.office(request.param, ('--carrier-port', str(port))) as o:
        o.lines = port
        office.run(o.url, "INSERT INTO post (id, version, name, kind, point, desk, state, created_at, created_by) VALUES "
                   f"('{'9' * 32}', 1, 'Airport', 'air', 'both', '{DESK}', 'expected', 1, 'test')")
        o.carrier, o.other = Sender(o, machine(o, 'kr', 'carrier')), Sender(o, machine(o, 'kr', 'carrier'))
        o.cards, o.foreign = Sender(o, machine(o, 'kh', 'machine')), Sender(o, machine(o, 'kr', 'machine'))
        o.entry = o.stage('ARR-1', 'published')
        until(lambda: listed(o))
        yield o


def listed(o):
    status, text = o.carrier.ask('POST', '/arrivals/paxlst', paxlst([LISTED], f'TRY{time.time_ns()}', 'ZZ1'))
    return status == 200 and code(text, 1) == '1Z'


def people_of(o, flight):
    """Those who are announced for a flight, by their reference."""
    found = {}
    for item in o.duty.do('GET', '/arrivals?limit=500')['items']:
        if item.get('flight') == flight:
            found.update({p.get('reference'): p for p in o.duty.do('GET', '/arrivals/' + item['id'])['people']})
    return found


# ---- lists ----

def test_each_passenger_is_answered_and_none_is_told_why(o):
    text = o.carrier.send(paxlst([LISTED, HONEST], 'T100', 'ZZ100'))
    assert answers(text) == {('L00001', '00001'): ('1Z', f'DO NOT BOARD. CALL {DESK}'), ('L00002', '00002'): ('0Z', 'OK TO BOARD')}
    assert "BGM+962'" in text and "RFF+TN:T100'" in text and "RFF+AF:ZZ100'" in text
    assert 'KIM' not in text and o.entry not in text and 'refuse' not in text.lower()
    seen = people_of(o, 'ZZ100')
    assert (seen['00001']['result'], seen['00001']['board'], seen['00001']['entry']) == ('stop', False, o.entry)
    assert (seen['00002']['result'], seen['00002']['board'], 'entry' in seen['00002']) == ('pass', True, False)


def test_a_name_alone_stops_nobody(o):
    text = o.carrier.send(paxlst([passenger(3, 'KIM', 'MINSU', '900307', 'KOR', 'M55555555'), passenger(4, 'KIM', 'MINSU', '850101', 'KOR')], 'T101', 'ZZ101'))
    seen = people_of(o, 'ZZ101')
    assert code(text, 4) == '0Z' and seen['00004']['board']
    assert seen['00003']['result'] in ('stop', 'refer')


def test_own_nationals_are_never_kept_out(o):
    text = o.carrier.send(paxlst([passenger(1, 'KIM', 'MINSU', '900307', 'KHM', 'M12345678')], 'T102', 'ZZ102'))
    assert code(text, 1) == '0Z'


def test_the_same_list_again_has_the_same_answer(o):
    message = paxlst([LISTED, HONEST], 'T103', 'ZZ103')
    first = o.carrier.send(message)
    assert o.carrier.send(message) == first
    assert len(office.run(o.url, "SELECT id FROM arrival WHERE transaction_id = 'T103'")) == 1
    # Another carrier's transaction of that name is its own.
    assert answers(o.other.send(message)) == answers(first)
    assert len(office.run(o.url, "SELECT id FROM arrival WHERE transaction_id = 'T103'")) == 2


def test_a_correction_takes_the_place_of_what_was_said(o):
    wrong = passenger(1, 'KIM', 'MINSU', '900307', 'KOR', 'M12345678')
    right = passenger(1, 'KIM', 'MIJA', '550102', 'KOR', 'M77777777')
    assert code(o.carrier.send(paxlst([wrong, HONEST], 'T104', 'ZZ104')), 1) == '1Z'
    text = o.carrier.send(paxlst([right], 'T104', 'ZZ104', '745+CP'))
    assert code(text, 1) == '0Z'
    seen = people_of(o, 'ZZ104')
    assert seen['00001']['name'] == 'KIM MIJA' and seen['00001']['board'] and len(seen) == 2
    assert code(o.carrier.send(paxlst([wrong], 'T104', 'ZZ104', '745+CP')), 1) == '1Z'


def test_who_cannot_be_named_in_an_answer_is_an_error_and_is_screened(o):
    text = o.carrier.send(paxlst([passenger(1, 'KIM', 'MINSU', '900307', 'KOR', 'M12345678', locator=''), passenger(5, '', '', '', 'SGP')], 'T105', 'ZZ105'))
    assert [c for c, _ in answers(text).values()] == ['1Z', '3Z'], text
    assert office.run(o.url, "SELECT result FROM arrival_person p JOIN arrival a ON a.id = p.arrival_id WHERE a.flight = 'ZZ105' AND p.number = 1") == [['stop']]


def test_a_message_that_cannot_be_read_says_where(o):
    for body, reason in ((paxlst([LISTED], 'T106')[:-60], 'edifact-truncated'), ('not such a file', 'edifact-syntax'),
                         (acknowledgement(o.carrier.send(paxlst([LISTED], 'T107', 'ZZ107'))), 'paxlst-none')):
        status, text = o.carrier.ask('POST', '/arrivals/paxlst', body, Accept_Language='ko')
        assert status == 422 and json.loads(text)['reason'] == reason, (status, text)
        assert re.search('[가-힣]', json.loads(text)['detail'])


def test_the_close_of_a_flight_says_who_is_on_board(o):
    people = [passenger(n, f'TAN{chr(64 + n)}', 'WEI') for n in range(1, 6)]
    o.carrier.send(paxlst(people, 'T108', 'ZZ108'))
    o.carrier.send(paxlst(people[:2], 'T108', 'ZZ108', '266+CLOB'))
    assert {n: p['state'] for n, p in people_of(o, 'ZZ108').items()} == {
        '00001': 'on-board', '00002': 'on-board', '00003': 'not-on-board', '00004': 'not-on-board', '00005': 'not-on-board'}
    o.carrier.send(paxlst(people, 'T109', 'ZZ109'))
    o.carrier.send(paxlst([people[4]], 'T109', 'ZZ109', '266+CLNB'))
    assert {n: p['state'] for n, p in people_of(o, 'ZZ109').items()} == {
        '00001': 'on-board', '00002': 'on-board', '00003': 'on-board', '00004': 'on-board', '00005': 'not-on-board'}


# ---- the list changes ----

def test_a_change_of_the_list_turns_answers_round_until_the_carrier_knows(o):
    mina = passenger(7, 'SEO', 'MINA', '840517', 'KOR', 'M40000007')
    assert code(o.carrier.send(paxlst([mina, HONEST], 'T200', 'ZZ200')), 7) == '0Z'
    assert o.carrier.waiting() == []
    begun = time.monotonic()
    entry = o.stage('ARR-2', 'published', name='SEO MINA', properties={'alias': [], 'birthDate': ['1984-05-17'], 'passportNumber': ['M40000007']})
    waiting, _ = until(o.carrier.waiting)
    print(f'nominated, decided, in an edition and turned round after {time.monotonic() - begun:.2f} s')
    assert len(waiting) == 1 and "BGM+132'" in waiting[0]
    assert answers(waiting[0]) == {('L00007', '00007'): ('1Z', f'DO NOT BOARD. CALL {DESK}')}
    assert people_of(o, 'ZZ200')['00007']['entry'] == entry
    # Another carrier is told of nothing, and cannot say that it knows.
    assert o.other.waiting() == []
    status, text = o.other.acknowledge(acknowledgement(waiting[0]))
    assert status == 404 and json.loads(text)['reason'] == 'not-found', text
    assert o.carrier.waiting() == waiting
    assert o.carrier.acknowledge(acknowledgement(waiting[0])) == (200, '{"acknowledged":1}')
    assert o.carrier.waiting() == []
    # Acknowledged twice is acknowledged.
    assert o.carrier.acknowledge(acknowledgement(waiting[0])) == (200, '{"acknowledged":1}')
    # ... and back.
    status, answer, _ = o.liaison.act(entry, 'withdraw', {'reason': 'submitted-in-error', 'text': 'another person'})
    assert status == 200, answer
    waiting, took = until(o.carrier.waiting)
    print(f'taken back and turned round again after {took:.2f} s')
    assert answers(waiting[0]) == {('L00007', '00007'): ('0Z', 'OK TO BOARD')}
    assert o.carrier.acknowledge(acknowledgement(waiting[0]))[0] == 200
    assert people_of(o, 'ZZ200')['00007']['result'] == 'pass'


def test_who_is_on_board_is_not_taken_back(o):
    flown = passenger(8, 'YOO', 'HANA', '790808', 'KOR', 'M40000008')
    o.carrier.send(paxlst([flown], 'T201', 'ZZ201'))
    o.carrier.send(paxlst([flown], 'T201', 'ZZ201', '266+CLOB'))
    entry = o.stage('ARR-3', 'published', name='YOO HANA', properties={'alias': [], 'birthDate': ['1979-08-08'], 'passportNumber': ['M40000008']})
    until(lambda: people_of(o, 'ZZ201')['00008'].get('entry') == entry)
    assert o.carrier.waiting() == []


def test_where_the_carrier_does_not_acknowledge_somebody_calls(o):
    late = passenger(9, 'NAM', 'JUNHO', '700919', 'KOR', 'M40000009')
    o.carrier.send(paxlst([late], 'T202', 'ZZ202'))
    o.stage('ARR-4', 'published', name='NAM JUNHO', properties={'alias': [], 'birthDate': ['1970-09-19'], 'passportNumber': ['M40000009']})
    (message, *_), _ = until(o.carrier.waiting)
    item, = [r for r in o.duty.do('GET', '/reversals')['items'] if r['flight'] == 'ZZ202']
    assert not item['call'] and item['name'] == 'NAM JUNHO' and item['carrier'] == 'ZZ' and item['telephone'] == '8521234567', item
    assert o.duty.do('GET', '/reversals?call=1')['items'] == []
    alone = '/reversals/' + item['id']
    status, one, version = o.duty.ask('GET', alone)
    assert status == 200 and one == [r for r in o.duty.do('GET', '/reversals')['items'] if r['id'] == item['id']][0], one
    # Five minutes later.
    moved = int(time.time() * 1000) - 1000
    office.run(o.url, f"UPDATE reversal SET call_at = {moved}, created_at = created_at - 300000 WHERE id = '{item['id']}'")
    calls = o.duty.do('GET', '/reversals?call=1')['items']
    assert [c['id'] for c in calls] == [item['id']] and calls[0]['call']
    status, one, due = o.duty.ask('GET', alone)
    assert status == 200 and one['call'] and due > version
    until(lambda: office.run(o.url, f"SELECT 1 FROM reversal WHERE id = '{item['id']}' AND call_told = 1"), 45)
    assert 'carrier-call' in [a['kind'] for a in o.duty.do('GET', '/today')['alerts']]
    act = f"/reversals/{item['id']}/acts/"
    assert o.duty.ask('POST', act + 'called', {'text': ' '})[1]['reason'] == 'text-missing'
    assert o.duty.ask('POST', act + 'forget', {'text': 'x'})[1]['reason'] == 'no-such-act'
    assert o.primary.ask('POST', act + 'called', {'text': 'x'})[0] == 403
    done = o.duty.do('POST', act + 'called', {'text': 'Mr Lee takes him off the flight'})
    assert done['calledAt'] and done['callNote'] == 'Mr Lee takes him off the flight' and not done['call'] and done['acts'] == []
    status, one, called = o.duty.ask('GET', alone)
    assert status == 200 and one == done and called > due
    assert o.duty.ask('POST', act + 'called', {'text': 'again'})[1]['reason'] == 'reversal-over'
    assert o.duty.do('GET', '/reversals?call=1')['items'] == []
    # The carrier may say so later.
    assert o.carrier.acknowledge(acknowledgement(message))[0] == 200
    assert 'acknowledgedAt' in [r for r in o.duty.do('GET', '/reversals')['items'] if r['id'] == item['id']][0]


def test_a_carrier_that_cannot_use_the_message_is_called_at_once(o):
    lost = passenger(10, 'OH', 'SEJIN', '610610', 'KOR', 'M40000010')
    o.carrier.send(paxlst([lost], 'T203', 'ZZ203'))
    o.stage('ARR-5', 'published', name='OH SEJIN', properties={'alias': [], 'birthDate': ['1961-06-10'], 'passportNumber': ['M40000010']})
    (message, *_), _ = until(o.carrier.waiting)
    unusable = re.sub(r"ERP\+2.*?(?=UNT)", "ERP+1'\nERC+118'\n", message.replace('BGM+132', 'BGM+312'), flags=re.S)
    assert o.carrier.acknowledge(unusable)[0] == 200
    assert [c['flight'] for c in o.duty.do('GET', '/reversals?call=1')['items']] == ['ZZ203']
    assert o.carrier.acknowledge(acknowledgement(message))[0] == 200
    assert o.duty.do('GET', '/reversals?call=1')['items'] == []


# ---- cards ----

HEAD = 'reference,lastName,firstName,birthDate,nationality,passportNumber,expectedAt,place,flight\n'


def soon(days=3):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + days * 86400))


def test_arrival_cards_row_by_row_with_reasons(o):
    body = HEAD + (f'C1,KIM,MINSU,1990-03-07,KOR,M12345678,{soon()},PNH,ZZ9\nC2,"TAN, SENIOR",WEI,1971-12-24,SGP,Q1,{soon()},PNH,ZZ9\n'
                   f'C3,LIM,AH,1971-13-24,Atlantis,Q2,{soon()},PNH,ZZ9\n\nC4,LIM,AH,03/07/1990,SGP,,yesterday,PNH,ZZ9\n')
    status, answer = o.cards.cards(body, language='ko')
    assert status == 200, answer
    rows = {r['row']: r for r in answer['items']}
    assert [(r['row'], r['status']) for r in answer['items']] == [(2, 'not-accepted'), (3, 'accepted'), (4, 'faulty'), (6, 'faulty')]
    assert {(p['field'], p['reason']) for p in rows[4]['problems']} == {('birthDate', 'date-impossible'), ('nationality', 'country-unknown')}
    assert {(p['field'], p['reason']) for p in rows[6]['problems']} == {
        ('birthDate', 'date-ambiguous'), ('passportNumber', 'value-missing'), ('expectedAt', 'value-invalid')}
    assert all(re.search('[가-힣]', p['text']) for p in rows[4]['problems'] + rows[6]['problems'])
    assert re.search('[가-힣]', rows[2]['text']) and o.entry not in json.dumps(answer)
    assert len(office.run(o.url, "SELECT id FROM arrival WHERE kind = 'declaration'")) == 2


def test_arrival_cards_as_json_and_as_lines(o):
    one = {'reference': 'J1', 'name': 'LEE ANNA', 'birthDate': '1999-01-02', 'nationality': 'SG', 'passportNumber': 'K1', 'expectedAt': soon()}
    for body, kind in ((json.dumps({'items': [one]}), 'application/json'), (json.dumps([dict(one, reference='J2')]), 'application/json'),
                       (json.dumps(dict(one, reference='J3')) + '\n', 'application/x-ndjson')):
        status, answer = o.cards.cards(body, kind)
        assert status == 200 and [(r['row'], r['status']) for r in answer['items']] == [(1, 'accepted')], answer
    status, answer = o.cards.cards(json.dumps(dict(one, shoe='43', gender=1)) + '\nno object\n', 'application/x-ndjson')
    assert [[(p['field'], p['reason']) for p in r['problems']][:2] for r in answer['items']] == [
        [('row', 'header-unknown'), ('gender', 'json-value')], [('row', 'json-value'), ('reference', 'value-missing')]]
    assert o.cards.cards('{', 'application/json')[1]['reason'] == 'file-format'
    assert o.cards.cards('shoe,reference\n43,1\n')[1]['reason'] == 'header-unknown'
    assert o.cards.cards(HEAD + 'X,"KIM\n')[1]['reason'] == 'file-quote'


def test_a_card_again_is_one_card_and_a_changed_one_another(o):
    row = f'R1,PARK,JISU,1988-08-08,KOR,M40000020,{soon()},PNH,ZZ9\n'
    for _ in range(2):
        assert o.cards.cards(HEAD + row)[1]['items'][0]['status'] == 'accepted'
    assert len(office.run(o.url, "SELECT id FROM arrival WHERE transaction_id = 'R1'")) == 1
    assert o.cards.cards(HEAD + row.replace('JISU', 'JISOO'))[1]['items'][0]['status'] == 'accepted'
    assert sorted(s for s, in office.run(o.url, "SELECT p.state FROM arrival_person p JOIN arrival a ON a.id = p.arrival_id WHERE a.transaction_id = 'R1'")) == [
        'announced', 'replaced']
    assert o.cards.cards(HEAD + row)[1]['items'][0]['status'] == 'accepted'
    # Days before he comes he is listed: the card is refused from then on, whoever asks.
    o.stage('ARR-6', 'published', name='PARK JISU', properties={'alias': [], 'birthDate': ['1988-08-08'], 'passportNumber': ['M40000020']})
    until(lambda: o.cards.cards(HEAD + row)[1]['items'][0]['status'] == 'not-accepted')
    refused = o.duty.do('GET', '/arrivals?kind=declaration&result=stop')['items']
    assert 'R1' in [office.run(o.url, f"SELECT transaction_id FROM arrival WHERE id = '{a['id']}'")[0][0] for a in refused]


# ---- lines ----

class Line:
    """A carrier's line, as far as it is open."""

    def __init__(self, o, token):
        self.socket = socket.create_connection(('127.0.0.1', o.lines), timeout=30)
        self.held = b''
        self.say(token + '\n')

    def say(self, text):
        self.socket.sendall(text.encode())

    def line(self):
        while b'\n' not in self.held:
            more = self.socket.recv(65536)
            if not more:
                return None
            self.held += more
        line, self.held = self.held.split(b'\n', 1)
        return line.decode()

    def interchange(self):
        lines = []
        while not lines or not lines[-1].startswith('UNZ'):
            lines.append(self.line())
        return '\n'.join(lines)


def test_over_a_line(o):
    line = Line(o, o.carrier.token)
    assert line.line() == 'OK'
    message = paxlst([LISTED, HONEST], 'T300', 'ZZ300')
    # In pieces as networks make them, two at once, with another syntax.
    line.say(message[:100])
    time.sleep(0.05)
    line.say(message[100:] + paxlst([HONEST], 'T301', 'ZZ301', una="UNA:+.? '\n"))
    first, second = line.interchange(), line.interchange()
    assert code(first, 1) == '1Z' and code(first, 2) == '0Z' and code(second, 2) == '0Z' and 'T301' in second
    # The same over HTTPS has the same answer.
    assert interchanges(o.carrier.send(message)) == [first]
    # What cannot be read is told, and the line goes on.
    line.say(paxlst([], 'T303', 'ZZ303'))
    assert line.line().startswith('ERROR paxlst-passengers: ')
    waits = passenger(11, 'BAE', 'SORA', '730303', 'KOR', 'M40000011')
    line.say(paxlst([waits], 'T302', 'ZZ302'))
    assert code(line.interchange(), 11) == '0Z'
    o.stage('ARR-7', 'published', name='BAE SORA', properties={'alias': [], 'birthDate': ['1973-03-03'], 'passportNumber': ['M40000011']})
    turned = line.interchange()
    assert "BGM+132'" in turned and code(turned, 11) == '1Z'
    # A line that is opened anew is told again, until it is acknowledged.
    line.socket.close()
    line = Line(o, o.carrier.token)
    assert line.line() == 'OK' and line.interchange() == turned
    line.say(acknowledgement(turned) + '\n')
    until(lambda: not o.carrier.waiting())
    line.say(acknowledgement(turned).replace('RFF+TN:', 'RFF+TN:9'))
    assert line.line().startswith('ERROR not-found: ')
    line.say('GET / HTTP/1.1\r\n\r\n')
    assert line.line().startswith('ERROR edifact-syntax: ') and line.line() is None


def test_a_line_is_nobodys_without_a_carriers_token(o):
    for token, reason in (('cordon_nobody', 'sign-in'), (o.foreign.token, 'denied'), ('x' * 5000, 'sign-in')):
        line = Line(o, token)
        assert line.line().startswith(f'ERROR {reason}: ')
        with contextlib.suppress(ConnectionResetError):
            assert line.line() is None
    # A token that was ended while the line was open.
    token = machine(o, 'kr', 'carrier')
    line = Line(o, token)
    assert line.line() == 'OK'
    office.run(o.url, f"UPDATE machine SET ended_ms = 1 WHERE secret = {office.blob(o.url, hashlib.sha256(token.encode()).digest())}")
    line.say(paxlst([HONEST], 'T310', 'ZZ310'))
    with contextlib.suppress(ConnectionResetError):
        assert (line.line() or 'ERROR sign-in').startswith('ERROR sign-in')
    assert office.run(o.url, "SELECT id FROM arrival WHERE flight = 'ZZ310'") == []


# ---- who may ----

def test_what_is_anothers_is_not_there(o):
    arrival = o.duty.do('GET', '/arrivals')['items'][0]['id']
    assert o.foreign.cards(HEAD + f'F1,A,B,1990-01-01,KOR,M1,{soon()},PNH,ZZ9\n')[0] == 404
    assert office.run(o.url, "SELECT id FROM arrival WHERE transaction_id = 'F1'") == []
    assert o.foreign.ask('POST', '/arrivals/paxlst', paxlst([HONEST], 'F2'))[0] == 403
    assert o.carrier.cards(HEAD)[0] == 403
    for who in (o.liaison, o.reviewer, o.primary):
        assert who.ask('GET', '/arrivals')[0] in (403, 404)
        assert who.ask('GET', '/arrivals/' + arrival)[0] in (403, 404)
    assert o.carrier.ask('GET', '/arrivals')[0] == 403
    assert o.duty.ask('GET', '/arrivals/' + 'f' * 32)[0] == 404
    for who in (o.liaison, o.reviewer, o.primary):
        assert who.ask('GET', '/reversals')[0] in (403, 404)
        for reversal, in office.run(o.url, 'SELECT id FROM reversal LIMIT 1'):
            assert who.ask('GET', '/reversals/' + reversal)[0] in (403, 404)
    assert o.duty.ask('GET', '/reversals/' + 'f' * 32)[0] == 404
    assert o.duty.ask('POST', f"/reversals/{'f' * 32}/acts/called", {'text': 'x'})[0] == 404
    assert o.supervisor.ask('GET', '/arrivals?from=yesterday')[1]['reason'] == 'malformed'


def test_pages_of_arrivals_hold_each_once(o):
    whole, cursor = [], None
    while True:
        page = o.duty.do('GET', '/arrivals?limit=3' + (f'&cursor={cursor}' if cursor else ''))
        whole += page['items']
        cursor = page['next']
        if not cursor:
            break
    assert len({a['id'] for a in whole}) == len(whole) == page['total'] > 6
    assert [a['expectedAt'] for a in whole] == sorted(a['expectedAt'] for a in whole)


# ---- real messages ----

@pytest.mark.skipif(not os.path.isdir(SAMPLES), reason='CORDON_SHARED names no folder with real messages: data/documents/edifact is missing')
def test_real_messages_are_answered(o):
    asked = 0
    for path in sorted(glob.glob(os.path.join(SAMPLES, 'paxlst*'))):
        with open(path, 'rb') as f:
            body = f.read()
        status, text = o.carrier.ask('POST', '/arrivals/paxlst', body)
        asked += 1
        if status == 422:
            print(os.path.basename(path), json.loads(text)['reason'])
            continue
        assert status == 200, (path, status, text)
        # Invented people of departure-control systems' own tests: nobody is listed.
        assert all(c != '1Z' for c, _ in answers(text).values()), (path, text)
        assert o.carrier.ask('POST', '/arrivals/paxlst', body) == (200, text), path
    print(f'{asked} messages')
    assert asked >= 20


# ---- many ----

@pytest.mark.skipif(not os.access(FILL, os.X_OK), reason=f'{FILL} is missing: it makes the list')
def test_ninety_nine_passengers_within_half_a_second(tmp_path):
    url, count = f'sqlite:{tmp_path}/cordon.db', 2000
    subprocess.run([FILL, 'fill', pg.ROOT, url, str(count)], check=True, stdout=subprocess.DEVNULL)
    o = office.Office(url)
    try:
        o.carrier = Sender(o, machine(o, 'kr', 'carrier'))
        whole = f'(SELECT min(number) FROM edition WHERE listings >= {count})'
        until(lambda: o.carrier.ask('POST', '/arrivals/paxlst', paxlst([HONEST], 'B'))[0] == 200, 120)
        until(lambda: office.run(url, f'SELECT 1 FROM arrival_person WHERE edition >= {whole}'), 120)
        families, givens = ['KIM', 'LEE', 'TAN', 'NGUYEN', 'WANG', 'SOK', 'SMITH', 'IVANOV', 'CHEN'], ['MINSU', 'WEI', 'VAN AN', 'DARA', 'JOHN', 'OLGA', 'HO', 'JIHOON', 'LI', 'SREY', 'MARIA']
        took = []
        for turn in range(8):
            people = [passenger(n + 1, families[n % 9], givens[n % 11], f'{60 + n % 40:02d}{n % 12 + 1:02d}{n % 28 + 1:02d}', ['KOR', 'CHN', 'VNM'][n % 3]) for n in range(99)]
            message = paxlst(people, f'N{turn}', f'ZZ{turn}')
            begun = time.monotonic()
            text = o.carrier.send(message)
            took.append((time.monotonic() - begun) * 1000)
            assert len(answers(text)) == 99
        print(f'99 passengers, {count} listed: {" ".join(f"{t:.0f}" for t in took)} ms')
        assert sorted(took)[-2] <= 500
    finally:
        o.stop()
        o.folder.cleanup()
