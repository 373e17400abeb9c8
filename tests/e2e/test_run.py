"""What the README's first commands do on a machine that has never seen Cordon: tools/run.sh, which `make run` is, and tools/fill_demo.py.

Everything that a new user is told to do then is done: the partner's file, the signed edition and its proofs, a lane, the public site.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from hub import CORDON, ROOT
from officer import Officer

PASSWORD = 'cordon demonstration'
BUILD = os.path.dirname(CORDON)
STARTS_S, ENDS_S = 600, 60
CODE_S = 30  # how long a one-time code is the same; it counts once


class Run:
    """A run of the script, in a group of its own, so that what it leaves behind is seen."""

    def __init__(self, data, port=0):
        self.data, self.said = str(data), str(data) + '.said'
        with open(self.said, 'w', encoding='utf-8') as said:
            self.process = subprocess.Popen([os.path.join(ROOT, 'tools', 'run.sh'), str(port), self.data], stdout=subprocess.PIPE, stderr=said, text=True,
                                            start_new_session=True, env={**os.environ, 'BUILD': BUILD})
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip('\n'))
            if line.startswith('ready: '):
                break

    @property
    def port(self):
        return urllib.parse.urlsplit(self.lines[-1].removeprefix('ready: ')).port

    def errors(self):
        with open(self.said, encoding='utf-8') as f:
            return f.read()

    def address(self, what):
        """As the script prints it: of the console, the checkpoint, the public site."""
        line = next(line for line in self.errors().splitlines() if line.startswith(f'  {what} '))
        return line.removeprefix(f'  {what} ').strip()

    def others(self):
        """Processes of the group that still run."""
        found = []
        for name in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{name}/stat', encoding='utf-8') as f:
                    state, _, group = f.read().rsplit(')', 1)[1].split()[:3]
                if int(group) == self.process.pid and state != 'Z':
                    found.append(int(name))
            except (FileNotFoundError, ProcessLookupError):
                pass  # it ended meanwhile
        return found

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(ENDS_S)
        self.process.stdout.close()
        end = time.monotonic() + ENDS_S
        while self.others() and time.monotonic() < end:
            time.sleep(0.1)
        return code, self.others()

    def sign_in(self, login):
        """As the README says: the password that is printed, the code of `cordon demo --code`. What filled the site may have used this one."""
        officer = Officer(self)
        for _ in range(3):
            code = subprocess.run([CORDON, 'demo', '--code', login], check=True, capture_output=True, text=True).stdout.strip()
            officer.good('POST', '/api/v1/session/password', {'login': login, 'password': PASSWORD})
            status, content, _ = officer.ask('POST', '/api/v1/session/totp', {'code': code})
            if status == 200:
                return officer
            assert content['reason'] == 'code-wrong', content
            time.sleep(CODE_S)
        raise AssertionError(content)


def page(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()


def cordon(*arguments, **more):
    return subprocess.run([CORDON, *arguments], capture_output=True, text=True, timeout=STARTS_S, **more)


@pytest.fixture(scope='module')
def run(tmp_path_factory):
    started = Run(tmp_path_factory.mktemp('fresh') / 'run')
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
        started.process.wait()


def test_it_starts_whole(run):
    assert run.lines and run.lines[-1].startswith('ready: http://127.0.0.1:'), (run.lines, run.errors())
    printed = '\n'.join(run.lines)
    assert PASSWORD in printed and 'kr-liaison' in printed and run.data + '/submission.xlsx' in printed
    assert run.address('Console') == run.lines[-1].removeprefix('ready: ') + 'console/'
    for what in ('Checkpoint', 'Public site'):
        assert run.address(what).startswith('http://127.0.0.1:'), run.errors()
    assert '<html' in page(run.address('Console')) and '<html' in page(run.address('Checkpoint'))
    assert 'opened with the code' in run.errors(), 'a lane has no code'


def test_the_partner_submits_the_file_that_was_made(run):
    with open(run.data + '/submission.xlsx', 'rb') as f:
        made = run.sign_in('kr-liaison').good('POST', '/api/v1/submissions', f.read(), {
            'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'})
    assert (made['rows'], made['taken'], made['refused']) == (500, 475, 25)


def test_the_edition_is_cosigned_and_proved(run, tmp_path):
    auditor, keys, edition = run.sign_in('kh-auditor'), run.data + '/keys/trusted', str(tmp_path / 'kh.edition')
    newest = auditor.good('GET', '/api/v1/editions')['items'][0]
    assert newest['cosignedBy'], 'the partner\'s witness beside the hub cosigned nothing'
    with open(edition, 'wb') as f:
        f.write(auditor.good('GET', f'/api/v1/editions/{newest["number"]}/file'))
    verified = cordon('verify', 'edition', '--keys', keys, edition)
    assert verified.returncode == 0, verified.stderr
    screened = cordon('screen', '--keys', keys, '--edition', edition,
                      input=json.dumps({'id': 'q', 'properties': {'name': ['KIM MIN SU'], 'birthDate': ['1990-03-07']}}) + '\n')
    assert screened.returncode == 0 and '김민수' in screened.stdout, (screened.stdout, screened.stderr)
    ledger = cordon('verify', 'ledger', '--data', run.data)
    assert ledger.returncode == 0, ledger.stdout + ledger.stderr


def shown(run):
    """What stands on the public site of what the invented public sent and the invented officers released."""
    site = run.address('Public site').removesuffix('km/')
    alerts, figures = page(site + 'en/alerts'), page(site + 'en/figures')
    return alerts.count('/en/alerts/'), '.csv' in figures


def test_the_public_site_is_filled(run):
    assert os.path.exists(run.data + '/filled') and 'stays as empty' not in run.errors()
    with open(os.path.join(ROOT, 'data', 'demo', 'alerts.tsv'), encoding='utf-8') as f:
        alerts = sum(1 for line in f if line.strip() and not line.startswith('#')) - 1
    end = time.monotonic() + 120  # the site asks for a new bulletin in its own time
    while (shown(run)[0] < alerts - 1 or not shown(run)[1]) and time.monotonic() < end:
        time.sleep(1)
    assert shown(run)[0] >= alerts - 1 and shown(run)[1], shown(run)


def test_filled_again_nothing_is_made_twice(run):
    supervisor = run.sign_in('kh-supervisor')
    supervisor.purpose = 'a test'
    paths = ('reports', 'campaigns', 'public-alerts', 'figures/releases')
    count = lambda: [supervisor.good('GET', f'/api/v1/{path}?limit=500')['total'] for path in paths]
    before = count()
    assert all(before), before
    time.sleep(CODE_S)
    again = subprocess.run([sys.executable, os.path.join(ROOT, 'tools', 'fill_demo.py'), f'http://127.0.0.1:{run.port}/'], capture_output=True, text=True,
                           timeout=STARTS_S, env={**os.environ, 'BUILD': BUILD})
    assert again.returncode == 0, again.stderr
    assert count() == before


def test_a_second_one_on_its_port_says_so_and_leaves_it_alone(run, tmp_path):
    second = Run(tmp_path / 'second', run.port)
    assert not [line for line in second.lines if line.startswith('ready: ')]
    assert second.process.wait(ENDS_S) != 0
    second.process.stdout.close()
    assert str(run.port) in second.errors() and not second.others(), second.errors()
    assert run.process.poll() is None and '<html' in page(run.address('Console'))


def test_it_ends_and_starts_again_with_what_it_had(run):
    code, left = run.stop()
    assert (code, left) == (0, []), run.errors()
    with pytest.raises((urllib.error.URLError, socket.timeout, ConnectionError)):
        page(run.address('Console'))
    again = Run(run.data)
    try:
        assert again.lines[-1].startswith('ready: '), again.errors()
        reviewer = again.sign_in('kh-reviewer')
        assert reviewer.good('GET', '/api/v1/entries?limit=1')['total'] > 475
        assert 'enrolled' not in again.errors(), 'the checkpoint was made twice'
    finally:
        code, left = again.stop()
    assert (code, left) == (0, []), again.errors()
