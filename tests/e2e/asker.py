"""Who checks in private, written apart from the program: RFC 9497 (VOPRF, ristretto255-SHA512) and docs/formats/bulletin.md over
libsodium. It believes a note that the hub signed, a key that the note names, and a proof that holds."""
import base64
import ctypes
import hashlib
import http.client

from square import call, expand, sodium

SUITE = b'OPRFV1-\x01-ristretto255-SHA512'
CHECK, RECEIPT = '/check', '/receipt'
PAYLOADS = {CHECK: 4, RECEIPT: 16}


class Refused(Exception):
    """What was answered is not believed."""


def must(good, why):
    if not good:
        raise Refused(why)


# ---- signed notes ----

def note_text(note, vkey):
    """The text that the key of `vkey` ("name+id+base64": Ed25519, or a witness's cosignature) signed."""
    name, ident, key = vkey.split('+', 2)
    key = base64.b64decode(key)
    must(len(key) == 33 and key[0] in (1, 4) and hashlib.sha256(name.encode() + b'\n' + key).hexdigest()[:8] == ident, 'the key')
    text, _, signatures = note.rpartition('\n\n')
    text += '\n'
    for line in signatures.splitlines():
        dash, signer, signature = line.split(' ')
        signature = base64.b64decode(signature)
        if dash == '—' and signer == name and signature[:4].hex() == ident:
            signature, message = signature[4:], text.encode()
            if key[0] == 4:
                moment, signature = int.from_bytes(signature[:8], 'big'), signature[8:]
                message = f'cosignature/v1\ntime {moment}\n'.encode() + message
            must(len(signature) == 64 and sodium.crypto_sign_verify_detached(signature, message, ctypes.c_ulonglong(len(message)), key[1:]) == 0,
                 'the signature')
            return text
    raise Refused('no signature by this key')


def note_keys(note, vkey):
    """Public keys of private checks by their id."""
    text = note_text(note, vkey)
    must(text.startswith('cordon bulletin v1\n'), 'not a bulletin')
    keys = {}
    for line in text.splitlines():
        if line.startswith('oprf '):
            _, ident, key = line.split(' ')
            key = base64.b64decode(key)
            must(hashlib.sha256(key).hexdigest()[:16] == ident, 'the id of a key')
            keys[bytes.fromhex(ident)] = key
    return keys


# ---- the function ----

def point(x):
    return call('crypto_core_ristretto255_from_hash', 32, expand(x, b'HashToGroup-' + SUITE, 64))


def scalar(message):
    return call('crypto_core_ristretto255_scalar_reduce', 32, expand(message, b'HashToScalar-' + SUITE, 64))


def times(k, element):
    return call('crypto_scalarmult_ristretto255', 32, k, element)


def plus(a, b):
    return call('crypto_core_ristretto255_add', 32, a, b)


def sized(*parts):
    return b''.join(len(part).to_bytes(2, 'big') + part for part in parts)


def proof_holds(key, blinded, evaluated, proof):
    """3.2.2, of one element."""
    c, s = proof[:32], proof[32:]
    seed = hashlib.sha512(sized(key, b'Seed-' + SUITE)).digest()
    d = scalar(sized(seed) + bytes(2) + sized(blinded, evaluated) + b'Composite')
    m, z = times(d, blinded), times(d, evaluated)
    t2 = plus(call('crypto_scalarmult_ristretto255_base', 32, s), times(c, key))
    t3 = plus(times(s, m), times(c, z))
    return scalar(sized(key, m, z, t2, t3) + b'Challenge') == c


def bucket_of(x):
    return int.from_bytes(hashlib.sha256(b'cordon bucket v1|' + x).digest()[:2], 'big') >> 2


class Question:
    """`blind`: 32 bytes where it is not to be drawn at random."""

    def __init__(self, x, blind=None):
        self.x, self.blind = x.encode(), ctypes.create_string_buffer(blind, 32) if blind else ctypes.create_string_buffer(32)
        if not blind:
            sodium.crypto_core_ristretto255_scalar_random(self.blind)
        self.blinded = times(self.blind, point(self.x))
        self.body = bucket_of(self.x).to_bytes(2, 'little') + self.blinded

    def read(self, answer, keys):
        """The payload, or None where the table does not have x; and the table's time in milliseconds."""
        evaluated, proof, ident, moment = answer[:32], answer[32:96], answer[96:104], answer[104:112]
        slots, size = int.from_bytes(answer[112:116], 'little'), int.from_bytes(answer[116:118], 'little')
        must(size in PAYLOADS.values() and len(answer) == 120 + slots * (8 + size), 'the length')
        must(ident in keys, 'a key that the note does not name')
        must(proof_holds(keys[ident], self.blinded, evaluated, proof), 'the proof')
        element = times(call('crypto_core_ristretto255_scalar_invert', 32, self.blind), evaluated)
        self.output = hashlib.sha512(sized(self.x, element) + b'Finalize').digest()
        mask = hashlib.sha512(b'cordon slot v1|' + self.output + moment).digest()
        for at in range(120, len(answer), 8 + size):
            if answer[at:at + 8] == mask[:8]:
                return bytes(a ^ b for a, b in zip(answer[at + 8:at + 8 + size], mask[8:])), int.from_bytes(moment, 'little')
        return None, int.from_bytes(moment, 'little')


class Asker:
    """One connection, kept alive, to the portal at `port`. `vkey`: the hub's key, as its reader knows it already."""

    def __init__(self, port, vkey, headers=None):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self.headers = headers or {}
        status, note, _ = self.get('GET', '/bulletin')
        must(status == 200, 'no bulletin')
        self.keys = note_keys(note.decode(), vkey)

    def get(self, method, path, body=None):
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def ask(self, x, path=CHECK):
        question = Question(x)
        status, answer, _ = self.get('POST', path, question.body)
        must(status == 200, f'status {status}')
        return question.read(answer, self.keys)

    def verdict(self, x):
        found, _ = self.ask(x)
        return found and ('', 'confirmed', 'reported', 'official')[int.from_bytes(found, 'little') & 7]

    def close(self):
        self.connection.close()
