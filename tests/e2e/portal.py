"""A `cordon-portal` of one's own over a folder that plays the hub (tests/portal/bulletin_tool.c makes it as a hub does)."""
import hashlib
import html
import http.client
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.dirname(os.environ.get('CORDON', os.path.join(ROOT, 'build', 'cordon')))
PORTAL = os.path.join(BUILD, 'cordon-portal')
TOOL = os.path.join(BUILD, 'tests', 'portal', 'bulletin_tool')
RELEASE = os.path.join(BUILD, 'tests', 'figure', 'release_tool')
LANGUAGES = ('km', 'ko', 'en', 'zh')
MONTH = 82  # November 2026, from January 2020
CHECKS = [('phone|85591234567', 2, 1, 80, 'kh'), ('phone|85512000111', 1, 0, MONTH, 'kr'), ('phone|kh:117', 3, 0, MONTH, 'kh'),
          ('url|bad.example', 1, 0, 81, 'kh'), ('handle-like|telegram:luckyadmln', 1, 0, MONTH, 'kh')]
RECEIPTS = [('receipt|1234567890123456', 3, 'kh', 2520, 7, 12)]


def text(english):
    return {language: f'{english} {language}' for language in LANGUAGES}


LISTS = {
    'contacts.json': [
        {'id': 'kh-117', 'country': 'kh', 'kind': 'hotline', 'serves': ['rescue', 'money', 'report'], 'name': text('Hotline 117'),
         'values': [{'type': 'phone', 'value': '117'}, {'type': 'telegram', 'value': '+855979117117'}, {'type': 'url', 'value': 'javascript:alert(1)'}],
         'hours': '24', 'languages': ['km', 'en'], 'checked': '2026-11-20', 'source': 'invented'},
        {'id': 'kr-bank', 'country': 'kr', 'kind': 'bank', 'serves': ['money'], 'name': text('Bank <b>'), 'values': [{'type': 'phone', 'value': '+82 2 1234'}],
         'hours': '09:00-18:00', 'languages': ['ko'], 'checked': '2026-11-20', 'source': 'invented'}],
    'calls.json': [{'id': 'kh'}, {'id': 'kr'}],
    'alerts.json': [{'id': 'a-1', 'state': 'alert', 'time': '2026-11-25T03:00:00.000Z', 'title': text('Jobs'), 'text': text('Nobody pays a flight.'),
                     'advice': text('Ask for the licence.'), 'countries': ['kh', 'kr'], 'channels': ['job'], 'references': ['a-0'], 'expires': '2099-01-01T00:00:00.000Z'},
                    {'id': 'a-0', 'state': 'alert', 'time': '2026-11-24T03:00:00.000Z', 'title': text('Older'), 'text': text('Before.'), 'replaced': 'a-1'}],
    'campaigns.json': [{'id': 7, 'name': text('Campaign seven'), 'first': '2026-10-01', 'last': '2026-11-01', 'countries': ['kh'], 'channels': ['telegram'],
                        'reports': '10+'}],
}


class PublicHub:
    """The folder; `seed` is what its keys follow from."""

    def __init__(self, folder, seed='one'):
        self.folder, self.seed, self.number = folder, seed, 0
        os.makedirs(os.path.join(folder, 'inbox'), exist_ok=True)
        self.figures = f'{folder}.figures'
        os.makedirs(self.figures, exist_ok=True)
        subprocess.run([RELEASE, self.figures], check=True)
        self.key = subprocess.run([TOOL, 'key', seed], check=True, capture_output=True, text=True).stdout.strip()

    def publish(self, portal, age_s=0, checks=CHECKS, receipts=RECEIPTS, lists=LISTS, number=None):
        self.number = number if number is not None else self.number + 1
        paths = []
        for name, rows in (('checks', checks), ('receipts', receipts)):
            with open(f'{self.folder}.{name}', 'w', encoding='utf-8') as f:
                f.writelines('\t'.join(map(str, row)) + '\n' for row in rows)
            paths.append(f.name)
        for name, items in lists.items():
            with open(f'{self.folder}.{name}', 'w', encoding='utf-8') as f:
                json.dump({'version': 1, 'time': '2026-11-26T10:00:00.000Z', 'site': 'https://check.hub.example', 'sender': 'hub.example', **(items if isinstance(items, dict) else {'items': items}), 'disputes': {'received': 3, 'open': 1, 'upheld': 1, 'dismissed': 1}}, f)
            paths.append(f'{name}={f.name}')
        paths += [f'{name}={os.path.join(self.figures, name)}' for name in sorted(os.listdir(self.figures)) if name not in lists]
        subprocess.run([TOOL, 'make', self.folder, self.seed, str(self.number), str(int((time.time() - age_s) * 1000)), portal, *paths], check=True)

    def inbox(self):
        """What was handed in, opened, but parts of files: [(kind, content)]."""
        folder, found = os.path.join(self.folder, 'inbox'), []
        for name in sorted(os.listdir(folder)):
            if name.endswith('.part'):
                continue
            out = subprocess.run([TOOL, 'open', self.seed, os.path.join(folder, name)], check=True, capture_output=True).stdout
            kind, _, content = out.partition(b' ')
            if int(kind) != 5:
                found.append((int(kind), json.loads(content)))
        return found


def form_of(page):
    """Fields of the form in the page that says to wait, and its challenge."""
    form = re.search('<form id="again".*?</form>', page, re.S).group()
    fields = {name: html.unescape(value) for name, value in re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)">', form)}
    return fields, re.search('data-challenge="([0-9a-f]{68})"', form).group(1)


class Portal:
    def __init__(self, folder, hub, key=None, options=(), port=0):
        self.folder, self.hub, self.options, self.key = folder, hub, list(options), key
        self.name = subprocess.run([PORTAL, 'init', '--data', folder], check=True, capture_output=True, text=True).stdout.strip()
        self.log = f'{folder}.log'
        self.port = port

    def start(self):
        source = self.hub if isinstance(self.hub, str) else f'file:{self.hub.folder}'
        self.process = subprocess.Popen([PORTAL, 'run', '--data', self.folder, '--hub', source, '--key', self.key or self.hub.key, '--port', str(self.port),
                                         *self.options], stdout=subprocess.PIPE, stderr=open(self.log, 'a', encoding='utf-8'), text=True)
        line = self.process.stdout.readline()
        assert line.startswith('ready: http://127.0.0.1:'), line or open(self.log, encoding='utf-8').read()
        self.port = int(line.rsplit(':', 1)[1].strip().strip('/'))
        return self

    def said(self):
        with open(self.log, encoding='utf-8') as f:
            return f.read()

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body, doseq=True)
            headers = {'Content-Type': 'application/x-www-form-urlencoded', **(headers or {})}
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data, answer.headers

    def page(self, path, body=None):
        """Status and text; breaks that stand in Khmer for the screen are taken out."""
        status, data, _ = self.ask('POST' if body is not None else 'GET', path, body)
        return status, data.decode().replace('\u200b', '').replace('\u2060', '')

    def until(self, number, seconds=30):
        """Until the bulletin is in force."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if json.loads(self.ask('GET', '/healthz')[1])['bulletin'] == number:
                return
            time.sleep(0.1)
        raise AssertionError(f'bulletin {number} did not come: {self.said()}')

    def processes(self):
        with open(f'/proc/{self.process.pid}/task/{self.process.pid}/children', encoding='ascii') as f:
            return [int(word) for word in f.read().split()]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        return self.process.wait(10)


def work(challenge):
    """What a browser does for a challenge (ui/portal/work.ts)."""
    head, out = bytes.fromhex(challenge), challenge
    assert len(head) == 34
    for place in range(8):
        n = 0
        while int.from_bytes(hashlib.sha256(head + bytes([place]) + n.to_bytes(4, 'little')).digest()[:4], 'big') >> (32 - head[1]):
            n += 1
        out += n.to_bytes(4, 'little').hex()
    return out


def receipt_of(page):
    return ''.join(re.findall(r'<span>(\d{4})</span>', page.split('class="receipt"', 1)[1].split('</p>', 1)[0]))
