"""The public of a hub: what it sends is sealed, what it reads is the bulletin. Written apart from the C code, from docs/formats/bulletin.md
and RFC 9497, so that both are held against each other."""
import base64
import ctypes
import hashlib
import json
import os
import secrets
import time

sodium = ctypes.CDLL('libsodium.so.23')
assert sodium.sodium_init() >= 0

REPORT, RESCUE, DISPUTE, FOLLOW_UP, PART, ALARM = 1, 2, 3, 4, 5, 8


def call(function, size, *parts):
    out = ctypes.create_string_buffer(size)
    assert getattr(sodium, function)(out, *parts) == 0
    return out.raw


def seal(key, content):
    return call('crypto_box_seal', len(content) + 48, content, ctypes.c_ulonglong(len(content)), key)


def item(key, kind, content, ident=None):
    """A sealed item: its head outside and again inside."""
    if not isinstance(content, bytes):
        content = json.dumps(content, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()
    head = b'CORDONIN' + bytes([1, kind]) + bytes(6) + (ident or secrets.token_bytes(16))
    return head + seal(key, head + content)


def expand(message, domain, size):
    """RFC 9380, 5.3.1 with SHA-512."""
    tail = domain + bytes([len(domain)])
    b0 = hashlib.sha512(bytes(128) + message + size.to_bytes(2, 'big') + b'\0' + tail).digest()
    assert size == 64
    return hashlib.sha512(b0 + b'\1' + tail).digest()


def output(secret, x):
    """F(x) of mode VOPRF, ristretto255-SHA512, by who has the key."""
    domain = b'HashToGroup-OPRFV1-\x01-ristretto255-SHA512'
    element = call('crypto_scalarmult_ristretto255', 32, secret, call('crypto_core_ristretto255_from_hash', 32, expand(x, domain, 64)))
    return hashlib.sha512(len(x).to_bytes(2, 'big') + x + (32).to_bytes(2, 'big') + element + b'Finalize').digest()


class Bulletin:
    def __init__(self, hub, folder):
        """`folder`: the hub's, for its private key of checking."""
        status, note, _ = hub.ask('GET', '/public/bulletin')
        assert status == 200, note
        self.note, self.hub = note, hub
        lines = note.split('\n\n')[0].split('\n')
        assert lines[0] == 'cordon bulletin v1'
        words = [line.split(' ') for line in lines[1:]]
        self.number = next(int(w[1]) for w in words if w[0] == 'number')
        self.inbox = next(base64.b64decode(w[1]) for w in words if w[0] == 'inbox')
        self.keys = [(w[1], base64.b64decode(w[2])) for w in words if w[0] == 'oprf']
        self.files = {w[1]: (w[2], int(w[3])) for w in words if w[0] == 'file'}
        with open(os.path.join(folder, 'keys', 'oprf.key'), encoding='ascii') as f:
            self.secrets = {line.split('+')[2]: base64.b64decode(line.strip().split('+', 3)[3]) for line in f if line.strip()}

    def file(self, name):
        wanted, size = self.files[name]
        connection = self.hub.connect()
        connection.request('GET', f'/public/files/{wanted}')
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status == 200 and len(content) == size and hashlib.sha256(content).hexdigest() == wanted
        assert 'immutable' in answer.headers['Cache-Control']
        return content

    def json(self, name):
        return json.loads(self.file(name))

    def find(self, name, x):
        """The payload of x, or None."""
        table, x = self.file(name), x.encode()
        assert table[:8] == b'CORDONBT' and table[8] == 1 and table[9] == 14
        payload, slots, key, moment = int.from_bytes(table[10:12], 'little'), int.from_bytes(table[12:16], 'little'), table[16:24].hex(), table[24:32]
        assert key == self.keys[0][0] and len(table) == 32 + 16384 * slots * (8 + payload)
        mask = hashlib.sha512(b'cordon slot v1|' + output(self.secrets[key], x) + moment).digest()
        bucket = int.from_bytes(hashlib.sha256(b'cordon bucket v1|' + x).digest()[:2], 'big') >> 2
        width = slots * (8 + payload)
        for at in range(32 + bucket * width, 32 + (bucket + 1) * width, 8 + payload):
            if table[at:at + 8] == mask[:8]:
                return bytes(a ^ b for a, b in zip(table[at + 8:at + 8 + payload], mask[8:]))
        return None

    def verdict(self, x):
        found = self.find('checks', x)
        return found and ('', 'confirmed', 'reported', 'official')[int.from_bytes(found, 'little') & 7]

    def receipt(self, digits):
        found = self.find('receipts', 'receipt|' + digits)
        return found and {'state': found[0], 'country': found[2:4].strip(b'\0').decode(), 'campaign': int.from_bytes(found[6:10], 'little'),
                          'others': int.from_bytes(found[10:12], 'little'), 'reason': found[12]}

    def state(self, digits):
        """Number of the state that the receipt tells; None where nothing is told of it."""
        found = self.receipt(digits)
        return found and found['state']


class Square:
    def __init__(self, hub, folder):
        self.hub, self.folder = hub, folder
        self.inbox = self.read().inbox

    def read(self):
        for _ in range(100):
            try:
                return Bulletin(self.hub, self.folder)
            except AssertionError:
                time.sleep(0.1)
        return Bulletin(self.hub, self.folder)

    def post(self, body):
        connection = self.hub.connect()
        connection.request('POST', '/public/inbox', body, {'Content-Type': 'application/octet-stream'})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def send(self, kind, content, ident=None):
        status, text = self.post(item(self.inbox, kind, content, ident))
        assert status == 201, text

    def report(self, sender=None, **more):
        """Gives the digits of the receipt; each sender is somebody else."""
        digits = more.pop('digits', None) or ''.join(secrets.choice('0123456789') for _ in range(16))
        sender = sender or secrets.token_hex(8)
        self.send(REPORT, {'receipt': 'receipt|' + digits, 'time': '2026-11-26T01:00:00.000Z', 'language': 'km', 'speed': 'report', 'type': 'job',
                           'client': {'token': 't' + sender, 'network': 'n' + sender, 'device': 'd' + sender}, **more})
        return digits

    def dispute(self, x, **more):
        digits = ''.join(secrets.choice('0123456789') for _ in range(16))
        self.send(DISPUTE, {'receipt': 'receipt|' + digits, 'time': '2026-11-26T01:00:00.000Z', 'language': 'ko', 'identifier': x, **more})
        return digits

    def follow(self, digits, act, **more):
        self.send(FOLLOW_UP, {'receipt': 'receipt|' + digits, 'time': '2026-11-26T01:00:00.000Z', 'language': 'ko', 'act': act, **more})

    def until(self, holds, seconds=60):
        """The first bulletin of which it holds, and how long that took."""
        begun = time.monotonic()
        while True:
            bulletin = self.read()
            if holds(bulletin):
                return bulletin, time.monotonic() - begun
            assert time.monotonic() - begun < seconds, 'the bulletin does not tell it'
            time.sleep(0.2)


def phone(value, country='kh'):
    return {'type': 'phone', 'value': value, 'country': country}
