"""`cordon hub --refresh`: a hub fetches lists in the background and takes them up while it answers."""
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from list_server import CORDON, stalled, tagged, un_list
from test_fetch import Desk


def until(what, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


class Hub:
    def __init__(self, desk, hours):
        self.process = subprocess.Popen([CORDON, 'hub', '--lists', desk.lists, '--port', '0', '--refresh', hours, '--sources',
                                         desk.table], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith('ready: '), line
        self.port = int(line.rsplit(':', 1)[1].strip().strip('/'))
        self.said = []
        threading.Thread(target=lambda: self.said.extend(iter(self.process.stderr.readline, '')), daemon=True).start()

    def count(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        connection.request('GET', '/catalog')
        datasets = json.loads(connection.getresponse().read())['datasets']
        connection.close()
        return next((d['thing_count'] for d in datasets if d['name'] == 'un'), 0)

    def page(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        connection.request('GET', '/lists?lang=en')
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def stop(self):
        began = time.time()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0
        return time.time() - began


@pytest.fixture
def desk(tmp_path):
    desk = Desk(str(tmp_path))
    yield desk
    desk.publisher.close()


def test_new_lists_are_taken_up_while_it_answers_and_bad_ones_are_not(desk):
    desk.publisher.pages['/un'] = tagged(un_list(40), '"1"')
    hub = Hub(desk, '0.0003')  # about a second
    failures, stop = [], threading.Event()

    def load():
        while not stop.is_set():
            try:
                began = time.time()
                hub.count()
                if time.time() - began > 5:
                    failures.append('slow')
            except OSError as error:
                failures.append(error)
            time.sleep(0.02)

    reader = threading.Thread(target=load)
    reader.start()
    try:
        assert until(lambda: hub.count() == 40)
        assert 'un' in hub.page() and '40' in hub.page() and '2026-02-26' in hub.page()
        desk.publisher.pages['/un'] = tagged(un_list(60), '"2"')
        assert until(lambda: hub.count() == 60)
        desk.publisher.pages['/un'] = un_list(3)
        assert until(lambda: any('fewer than half of the 60' in line for line in hub.said))
        time.sleep(2.5)
        assert 'fewer than half of the 60' in hub.page()
        assert hub.count() == 60 and sum('fewer than half' in line for line in hub.said) == 1
        desk.publisher.pages['/un'] = tagged(un_list(61), '"3"')
        assert until(lambda: hub.count() == 61)
        assert until(lambda: 'fewer than half' not in hub.page(), 5)
    finally:
        stop.set()
        reader.join()
        hub.stop()
    assert not failures
    assert any(line == 'cordon hub: un: fetched, lists 61\n' for line in hub.said)


def test_a_download_under_way_delays_neither_answers_nor_the_end(desk):
    body, reached = un_list(4000), threading.Event()
    desk.publisher.pages['/un'] = stalled(body, 1000, 30, reached)
    hub = Hub(desk, '1')
    assert reached.wait(10)
    began = time.time()
    assert hub.count() == 0 and time.time() - began < 2
    assert hub.stop() < 5
    assert not os.path.exists(desk.path()) and desk.parts() == []


def test_refreshing_wants_hours(desk):
    for hours in ('0', '-1', 'soon', '1e9'):
        run = subprocess.run([CORDON, 'hub', '--lists', desk.lists, '--refresh', hours], capture_output=True, text=True)
        assert run.returncode == 2 and 'usage' in run.stderr
