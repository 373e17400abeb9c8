"""NATS as a second bell: heard while it stands, missed by nobody when it does not, and believed nothing."""
import datetime
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

import pg
from post import Lane, POST, frontier, officer, run, wait, withdraw, zone
from slow_line import Line

SERVER = shutil.which('nats-server', path=os.environ.get('PATH', '') + ':/usr/sbin')
DEAF = 'http://127.0.0.1:9/feed/bell'  # instead of the hub's own bell, so that NATS alone is heard


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(('127.0.0.1', 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Cluster:
    """Three servers on this machine that know each other."""

    def __init__(self):
        ports = free_ports(6)
        self.ports, self.routes, self.running = ports[:3], ports[3:], [None] * 3
        self.address = ','.join(f'nats://127.0.0.1:{port}' for port in self.ports)
        for i in range(3):
            self.start(i)

    def start(self, i):
        self.running[i] = subprocess.Popen(
            [SERVER, '-a', '127.0.0.1', '-p', str(self.ports[i]), '-cluster', f'nats://127.0.0.1:{self.routes[i]}', '--cluster_name', 'cordon',
             '-routes', ','.join(f'nats://127.0.0.1:{port}' for port in self.routes)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait(lambda: socket.socket().connect_ex(('127.0.0.1', self.ports[i])) == 0)

    def kill(self, *which):
        for i in which:
            if self.running[i]:
                self.running[i].send_signal(signal.SIGKILL)
                self.running[i].wait()
                self.running[i] = None


@pytest.fixture
def cluster():
    if SERVER is None:
        pytest.skip('nats-server is not installed')
    made = Cluster()
    yield made
    made.kill(0, 1, 2)


def in_force(hub, post):
    """One more edition is out; gives the seconds from then until the post has it."""
    time.sleep(2.1)  # NATS may call again
    had, seen = post.edition(), []

    def look():
        if wait(lambda: post.edition() > had, 30, 0.02):
            seen.append(time.time())
    looking = threading.Thread(target=look)
    looking.start()
    number = withdraw(hub)
    looking.join()
    assert seen and wait(lambda: post.edition() == number, 20), (post.edition(), number, post.state()['trouble'])
    issued = officer(hub, 'kh-operator').good('GET', '/api/v1/editions?limit=1')['items'][0]['issuedAt']
    return seen[0] - datetime.datetime.fromisoformat(issued.replace('Z', '+00:00')).timestamp()


@pytest.mark.parametrize('kind', pg.kinds)
def test_one_killed_then_all(cluster, kind):
    with frontier(started=False, kind=kind, bell=cluster.address) as (hub, post):
        run(POST, 'enrol', '--hub', f'http://127.0.0.1:{hub.port}', '--code', hub.post_code, '--data', post.folder)
        post.start('--bell', DEAF, '--bell', cluster.address)
        assert wait(lambda: post.edition() >= 1 and post.state()['online'])
        lane = Lane(post, '1').sit('kh-primary')
        for name in ('kh-operator', 'kr-liaison'):
            officer(hub, name)
        told = {'all stand': [in_force(hub, post) for _ in range(2)]}
        cluster.kill(0)
        told['one killed'] = [in_force(hub, post)]
        cluster.kill(1, 2)
        stopped = lane.check(*zone('KIM<<MINSU', 'M12345678', 'KOR', '900307'))
        assert stopped['result'] == 'stop'
        told['all killed'] = [in_force(hub, post)]
        for i in range(3):
            cluster.start(i)
        time.sleep(5)
        told['back'] = [in_force(hub, post) for _ in range(2)]
        print({k: [round(s, 2) for s in v] for k, v in told.items()})
        # The clock alone, a look in five seconds, would not be as fast four times, but for once in a hundred; it is all there is in between.
        assert max(told['all stand'] + told['back']) < 1.5 and max(told['one killed'] + told['all killed']) < 10, told
        # Nothing was lost or doubled, and nobody spoke of it.
        hits = officer(hub, 'kr-liaison').good('GET', '/api/v1/hits')['items']
        assert [hit['id'] for hit in hits] == [stopped['hit']]
        assert post.state()['queue']['waiting'] == 0 and post.state()['trouble'] == []
        with open(post.folder + '.log', encoding='utf-8') as log:
            assert 'nats' not in log.read().lower()


class Liar:
    """Speaks enough of NATS to be believed by a client, and sends what `said` gives, as fast as it is taken."""

    def __init__(self, said):
        self.listening = socket.create_server(('127.0.0.1', 0))
        self.address = f'nats://127.0.0.1:{self.listening.getsockname()[1]}'
        self.said, self.sent, self.stop = said, 0, False
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while not self.stop:
            try:
                client = self.listening.accept()[0]
                with client:
                    self.talk(client)
            except OSError:
                continue

    def talk(self, client):
        client.settimeout(5)
        client.sendall(b'INFO {"server_id":"x","version":"2.9.10","proto":1,"max_payload":1048576}\r\n')
        heard = b''
        while b'SUB ' not in heard or b'PING' not in heard or not heard.endswith(b'\r\n'):
            heard += client.recv(4096)
            if b'PING' in heard:
                client.sendall(b'PONG\r\n')
        line = next(l for l in heard.split(b'\r\n') if l.startswith(b'SUB '))
        subject, sid = line.split()[1], line.split()[-1]
        assert subject == b'cordon.cordon.kh.bell'
        while not self.stop:
            pieces = []
            for _ in range(200):
                body = self.said(self.sent)
                self.sent += 1
                pieces.append(b'MSG %s %s %d\r\n%s\r\n' % (subject, sid, len(body), body))
            client.sendall(b''.join(pieces))
            time.sleep(0.01)

    def close(self):
        self.stop = True
        self.listening.close()


JUNK = [b'edition 1', b'edition 0', b'urgent 1', b'', b'edition -1', b'edition 99999999999999999999', b'edition 7x', b'EDITION 9', b'post ' + b'f' * 32,
        b'\xff\x00' * 20, b'edition ' + b'9' * 5000]


# What is said; how many looks at the hub it may cost in eight seconds, those of the post's own clock among them.
@pytest.mark.parametrize('said, most', [(lambda i: JUNK[i % len(JUNK)], 3), (lambda i: b'edition %d' % (1000 + i), 8), (lambda i: b'urgent %d' % (2**62), 8)],
                         ids=['junk and old numbers', 'ever higher', 'one that never comes'])
def test_a_server_that_lies(said, most):
    liar = Liar(said)
    with frontier(started=False) as (hub, post):
        line = Line(hub.port)
        try:
            run(POST, 'enrol', '--hub', f'http://127.0.0.1:{line.port}', '--code', hub.post_code, '--data', post.folder)
            post.start('--bell', DEAF, '--bell', liar.address)
            assert wait(lambda: post.edition() >= 1 and post.state()['online'])
            assert wait(lambda: liar.sent > 1000)
            before, sent = len(line.asked), liar.sent
            time.sleep(8)
            looks = line.asked[before:].count('/feed/heartbeat')
            print(liar.sent - sent, 'messages,', looks, 'looks')
            assert liar.sent - sent > 10000 and 1 <= looks <= most, looks
            # It goes on as ever.
            number = withdraw(hub)
            assert wait(lambda: post.edition() == number, 10)
            assert post.state()['trouble'] == [] and post.edition() == number
        finally:
            post.stop()
            line.close()
            liar.close()
