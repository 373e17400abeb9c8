"""A checkpoint of one's own, enrolled at a demonstration hub, and its lanes."""
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import pg
from hub import CORDON, Hub
from officer import Officer

POST = os.environ.get('CORDON_POST', os.path.join(os.path.dirname(CORDON), 'cordon-post'))
PIN = '264813'


def run(*arguments, check=True):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, timeout=60)
    assert not check or done.returncode == 0, done.stderr
    return done


def wait(what, seconds=15, every=0.05):
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > end:
            return got
        time.sleep(every)


def digit(text):
    return str(sum((7, 3, 1)[i % 3] * (0 if c == '<' else int(c, 36)) for i, c in enumerate(text)) % 10)


def zone(name, number, country, birth, sex='M', expiry='300101'):
    """The two lines of a passport."""
    number, rest = number.ljust(9, '<'), '<' * 14
    line = f'{number}{digit(number)}{country}{birth}{digit(birth)}{sex}{expiry}{digit(expiry)}{rest}0'
    return f'P<{country}{name}'.ljust(44, '<'), line + digit(line[:10] + line[13:20] + line[21:43])


class Lane:
    """A browser at a lane: `lane` and officer in its cookies."""

    def __init__(self, post, name):
        self.post, self.cookies = post, {}
        self.good('POST', 'lane', {'code': post.code, 'name': name})

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.post.port, timeout=30)
        headers = {'X-Cordon': '1', 'Accept-Language': 'en', 'Content-Type': 'application/json',
                   'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())}
        connection.request(method, '/post/v1/' + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        for value in answer.headers.get_all('Set-Cookie') or []:
            name, _, rest = value.partition('=')
            self.cookies[name] = rest.split(';')[0]
        connection.close()
        return answer.status, json.loads(content) if content else None

    def good(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        assert status // 100 == 2, (method, path, status, answer)
        return answer

    def sit(self, login):
        """Signs in, once the post has heard of the officer."""
        assert wait(lambda: any(one['login'] == login for one in self.good('GET', 'roster')['items'])), f'{login} is not known here'
        self.good('POST', 'session', {'login': login, 'pin': PIN})
        return self

    def passport(self, *about):
        """As `zone` takes it."""
        return self.check(*zone(*about))

    def check(self, *lines):
        return self.good('POST', 'checks', {'mrz': '\n'.join(lines)})

    def act(self, hit, act, **body):
        return self.good('POST', f'hits/{hit}/acts/{act}', body)


class Post:
    def __init__(self, folder, hub):
        self.folder, self.hub, self.process = folder, hub, None

    def start(self, *options):
        self.log = open(self.folder + '.log', 'a+', encoding='utf-8')
        mark = self.log.seek(0, 2)
        self.process = subprocess.Popen([POST, 'run', '--data', self.folder, '--port', '0', *options], stdout=subprocess.PIPE, stderr=self.log,
                                        text=True)
        line = self.process.stdout.readline()
        assert line.startswith('ready: http://127.0.0.1:'), open(self.folder + '.log', encoding='utf-8').read()
        self.port = int(re.search(r':(\d+)/', line)[1])
        # Opened anew: what the post writes moves the place in the file that it was given, between a seek and a read too.
        with open(self.folder + '.log', encoding='utf-8') as log:
            log.seek(mark)
            said = log.read()
        found = re.search(r'with the code (\S+)', said)
        assert found, f'ready, and no code of a lane: {said!r}, behind {mark} of {os.path.getsize(self.folder + ".log")} bytes'
        self.code = found[1]
        return self

    def state(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=10)
        connection.request('GET', '/post/v1/state')
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def edition(self):
        return self.state()['list']['number']

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.stdout.close()
            status, self.process = self.process.wait(20), None
            return status
        return None


@contextlib.contextmanager
def frontier(started=True, kind='sqlite', options=(), bell=None):
    """A demonstration hub without a witness, and a post that is enrolled there."""
    folder = tempfile.mkdtemp(prefix='cordon-post-')
    data = os.path.join(folder, 'hub')
    os.makedirs(data)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        hub_options = [] if kind == 'sqlite' else ['--db', stack.enter_context(pg.fresh(kind))]
        run(CORDON, 'demo', '--data', data, *hub_options)
        for purpose in ('list', 'audit', 'edition'):
            run(CORDON, 'key', 'create', '--data', data, purpose)
        code = run(CORDON, 'demo', '--post', '--data', data, *hub_options).stdout.strip()
        hub = Hub(data, options=[*hub_options, *(['--bell', bell] if bell else [])])
        post = Post(os.path.join(folder, 'post'), hub)
        try:
            hub.post_code = code
            if started:
                run(POST, 'enrol', '--hub', f'http://127.0.0.1:{hub.port}', '--code', code, '--data', post.folder)
                post.start(*options)
            yield hub, post
        finally:
            post.stop()
            if hub.process.poll() is None:
                hub.stop()


def withdraw(hub, count=1):
    """So many listed people are withdrawn, KIM MINSU not among them; gives the number of the edition that says so."""
    operator, liaison = officer(hub, 'kh-operator'), officer(hub, 'kr-liaison')
    entries = [e for e in liaison.good('GET', '/api/v1/entries?state=published&limit=50')['items'] if e['owner'] == 'kr' and e['reference'] != 'KNPA-2026-0117']
    number = operator.good('GET', '/api/v1/editions?limit=1')['items'][0]['number']
    assert len(entries) >= count
    for entry in entries[:count]:
        liaison.good('POST', f"/api/v1/entries/{entry['id']}/acts/withdraw", {'reason': 'other', 'text': 'a test'}, {'If-Match': f'"{entry["version"]}"'})
        number += 1
        assert wait(lambda wanted=number: operator.good('GET', '/api/v1/editions?limit=1')['items'][0]['number'] == wanted)
    return number


def officer(hub, login):
    """Signed in once: a code of the moment counts once."""
    known = hub.__dict__.setdefault('officers', {})
    if login not in known:
        one = known[login] = Officer(hub)
        code = run(CORDON, 'demo', '--code', login).stdout.strip()
        one.good('POST', '/api/v1/session/password', {'login': login, 'password': 'cordon demonstration'})
        one.good('POST', '/api/v1/session/totp', {'code': code})
    return known[login]
