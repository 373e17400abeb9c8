"""Scenarios G8 and G9: what a private check leaves behind, and what its answer shows to who sees only its length."""
import hashlib
import json
import secrets
import socket
import subprocess
import threading
import time
import urllib.parse

import pytest

import memory
import pg
from asker import Asker, Question, Refused
from officehub import OfficeHub
from portal import CHECKS, MONTH, Portal, PublicHub, ROOT
from square import Square, output, phone

CANARY = 'phone|85591234567'
SENDER = '203.0.113.77'  # for documentation: nobody has this address


class Place:
    """A hub with a portal before it."""


@pytest.fixture(scope='module', params=pg.kinds)
def place(request, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp('private'))
    with pg.fresh(request.param) as url:
        made = Place()
        made.hub = OfficeHub(f'{folder}/hub', url)
        made.square = Square(made.hub, made.hub.folder)
        with open(f'{made.hub.folder}/keys/trusted', encoding='ascii') as f:
            key = next(line.split(' ', 1)[1].strip() for line in f if line.startswith('public '))
        made.portal = Portal(f'{folder}/portal', f'http://127.0.0.1:{made.hub.port}', key=key, options=['--proxied'])
        known = made.hub.officer('operator').post('/api/v1/portals', {'key': made.portal.name, 'name': 'one'})
        assert known.status == 201, known
        made.portal.start()
        end = time.monotonic() + 60
        while made.portal.ask('POST', '/check', Question('phone|855999').body)[0] != 200:
            assert time.monotonic() < end, made.portal.said()
            time.sleep(0.1)
        yield made
        if made.portal.process.poll() is None:
            assert made.portal.stop() == 0
        assert made.hub.stop() == 0


class Tap:
    """Passes on what goes between an asker and the portal, and keeps what the asker sent: the line before its TLS."""

    def __init__(self, port):
        self.port, self.sent = port, bytearray()
        self.listener = socket.create_server(('127.0.0.1', 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(('127.0.0.1', self.port))
            threading.Thread(target=self.carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, False), daemon=True).start()

    def carry(self, source, sink, keep):
        try:
            while piece := source.recv(65536):
                if keep:
                    self.sent += piece
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    @property
    def address(self):
        return f'http://127.0.0.1:{self.listener.getsockname()[1]}'


def traces(digits, national, x, secret):
    """All that would give a number away."""
    wanted = {'digits': digits.encode(), 'national digits': national.encode()}
    for value in (x, digits, f'+{digits}', f'0{national}', f'cordon bucket v1|{x}'):
        wanted.update(memory.forms(f'SHA-256 of {value}', hashlib.sha256(value.encode()).digest()))
    wanted.update(memory.forms('F', output(secret, x.encode())))
    return wanted


def everywhere(place, wanted):
    """Where anything of it is: names by place."""
    found = {f'process {pid}': memory.in_process(pid, wanted) for pid in (place.portal.process.pid, *place.portal.processes(), place.hub.process.pid)}
    return {where: names for where, names in {**found, **at_rest(place, wanted)}.items() if names}


def at_rest(place, wanted):
    found = {'portal, data': memory.in_folder(place.portal.folder, wanted), 'portal, log': memory.in_bytes(place.portal.said().encode(), wanted),
             'hub, files': memory.in_folder(place.hub.folder, wanted), 'hub, database': memory.in_database(place.hub.url, wanted)}
    return {where: names for where, names in found.items() if names}


def secret_of(place):
    bulletin = place.square.read()
    return bulletin.secrets[bulletin.keys[0][0]]


def test_a_number_checked_in_private_is_nowhere(place):
    """G8, by the page's own code a hundred times, and once more by another's while the memory is looked at."""
    wanted = traces('85591234567', '91234567', CANARY, secret_of(place))
    tap = Tap(place.portal.port)
    run = subprocess.run(['node', f'{ROOT}/tests/e2e/asker.mjs', ROOT, tap.address, place.portal.key, '100', '091 234 567', 'kh', 'X-Forwarded-For', SENDER],
                         check=True, capture_output=True, text=True)
    tap.listener.close()
    assert json.loads(run.stdout) == {'x': CANARY, 'found': ['none'] * 100}
    # What went over the line: a hundred questions and nothing else of length.
    assert tap.sent.count(b'POST /check') == 100 and memory.in_bytes(bytes(tap.sent), wanted) == set()
    # Its line stays open while all of it is searched.
    asker = Asker(place.portal.port, place.portal.key, {'X-Forwarded-For': SENDER})
    assert asker.verdict(CANARY) is None and asker.verdict('phone|kh:117') == 'official'
    assert everywhere(place, wanted) == {}
    asker.close()
    # Nor is there on any disk who asked, or a bucket and point that were asked.
    bodies = tap.sent.split(b'\r\n\r\n')
    points = {f'question {i}': body[:34] for i, body in enumerate(bodies[1:]) if bodies[i].rpartition(b'POST /check')[1]}
    assert len(points) == 100
    assert at_rest(place, {'address': SENDER.encode(), **points, **{f'{name}, hex': body.hex().encode() for name, body in points.items()}}) == {}


def test_the_search_finds_what_is_there(place):
    """The same search on what is known: a plain question that is still being read, a report that the hub has, F of a listed number."""
    body = urllib.parse.urlencode({'what': '+85578654321'}).encode()
    with socket.create_connection(('127.0.0.1', place.portal.port), 10) as line:
        line.sendall(b'POST /en/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n' + body)
        end, found = time.monotonic() + 20, set()
        while not found and time.monotonic() < end:
            for pid in place.portal.processes():
                found |= memory.in_process(pid, {'digits': b'85578654321'})
        assert found == {'digits'}
    place.square.report(identifiers=[phone('078 654 322')])
    wanted = traces('85578654322', '78654322', 'phone|85578654322', secret_of(place))
    end = time.monotonic() + 60
    while 'hub, database' not in at_rest(place, wanted):
        assert time.monotonic() < end
        time.sleep(0.2)
    # Of a number that the hub lists it keeps F, and only the hub.
    found = everywhere(place, memory.forms('F', output(secret_of(place), b'phone|kh:117')))
    assert 'hub, database' in found and not [where for where in found if where.startswith('portal')], found
    assert not {f'process {pid}' for pid in place.portal.processes()} & found.keys()


def test_a_plain_question_is_on_no_disk(place):
    """Without a script the portal reads the number; it keeps it nowhere."""
    wanted = traces('85578654323', '78654323', 'phone|85578654323', secret_of(place))
    for _ in range(20):
        status, page = place.portal.page('/en/check', {'what': '+855 78 654 323'})
        assert status == 200 and 'verdict none' in page
    assert place.portal.page('/en/check', {'what': '+85578654323'})[0] == 200
    assert at_rest(place, wanted) == {}
    left = {name for pid in place.portal.processes() for name in memory.in_process(pid, wanted)}
    print('left in memory after plain questions:', sorted(left))
    # Ended, nothing is left at all.
    assert place.portal.stop() == 0
    assert at_rest(place, wanted) == {}


# ---- lengths ----

@pytest.fixture
def listed(tmp_path):
    hub = PublicHub(str(tmp_path / 'hub'))
    portal = Portal(str(tmp_path / 'data'), hub, options=['--proxied'])
    more = [(f'phone|8558800{i:04}', 2, 0, MONTH, 'kh') for i in range(500)]
    hub.publish(portal.name, checks=[*CHECKS, *more])
    portal.start().until(1)
    yield hub, portal
    assert portal.stop() == 0


def test_all_answers_are_equally_long(listed):
    """G9, the part that no clock takes part in: the whole answer of HTTP, of hits and of misses."""
    hub, portal = listed
    sizes, found = set(), {True: 0, False: 0}
    for turn in range(20):  # 240 at once of one address
        asker = Asker(portal.port, hub.key, {'X-Forwarded-For': f'198.51.100.{turn}'})
        for _ in range(50):
            hit = secrets.randbelow(2) == 1
            question = Question(f'phone|8558800{secrets.randbelow(500):04}' if hit else f'phone|8559{secrets.randbelow(10 ** 7):07}')
            status, answer, headers = asker.get('POST', '/check', question.body)
            assert status == 200
            assert (question.read(answer, asker.keys)[0] is not None) == hit
            sizes.add((len(answer), sum(len(name) + len(value) for name, value in headers.items()), tuple(sorted(headers))))
            found[hit] += 1
        asker.close()
    assert len(sizes) == 1 and min(found.values()) > 300, (sizes, found)


def test_many_at_once_get_each_his_own(listed):
    """Questions that wait together go to the oracle together, over two lanes: nobody gets another's product, for no proof would hold."""
    hub, portal = listed
    wrong = []

    def ask(turn):
        asker = Asker(portal.port, hub.key, {'X-Forwarded-For': f'198.51.100.{turn}'})
        for i in range(30):
            number, hit = turn * 30 + i, i % 2 == 0
            try:
                if asker.verdict(f'phone|8558800{number:04}' if hit else f'phone|8558801{number:04}') != ('reported' if hit else None):
                    wrong.append(number)
            except (Refused, AssertionError, OSError) as error:
                wrong.append((number, error))
        asker.close()

    threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_answer_under_a_key_of_ones_own_is_refused(listed):
    """G11, by this client as well: the note names one key, and what another made has no proof under it."""
    hub, portal = listed
    asker = Asker(portal.port, hub.key)
    question = Question('phone|85512000111')
    status, answer, _ = asker.get('POST', '/check', question.body)
    assert status == 200 and question.read(answer, asker.keys)[0] is not None
    for at in (0, 40, 70, 97):
        broken = bytearray(answer)
        broken[at] ^= 1
        with pytest.raises((Refused, AssertionError)):
            question.read(bytes(broken), asker.keys)
    with pytest.raises(Refused):
        Asker(portal.port, PublicHub(hub.folder + '.other', 'two').key)
    asker.close()


def test_who_asks_without_end_is_told_of(listed):
    """G10: also what is refused counts; the line names nobody."""
    hub, portal = listed
    asker = Asker(portal.port, hub.key, {'X-Forwarded-For': SENDER})
    body = Question('phone|85512000111').body
    answers = {asker.get('POST', '/check', body)[0] for _ in range(10000)}
    asker.close()
    assert answers == {200, 429}
    end = time.monotonic() + 10
    while 'more than 10000 times today' not in portal.said() and time.monotonic() < end:
        time.sleep(0.1)
    assert portal.said().count('1 network has asked more than 10000 times today') == 1 and SENDER not in portal.said()
