"""Signing in through the login of a ministry: a small real provider, and what it may get wrong."""
import base64
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.parse

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from hub import CORDON, Hub
from officer import Officer

ISSUER, CLIENT, SECRET = 'https://login.example', 'cordon', 'between us & them'


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def number(n, size=None):
    return b64(n.to_bytes(size or (n.bit_length() + 7) // 8, 'big'))


class Provider(http.server.ThreadingHTTPServer):
    """Authorises everybody as `subject`, and gives what `spoil` makes of the claims and the header."""

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.rsa, self.other = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.codes = {}
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def reset(self):
        self.subject, self.alg, self.spoil, self.sign_with = 'dara@moi', 'RS256', lambda header, claims: None, None

    def address(self, path):
        return f'http://127.0.0.1:{self.server_address[1]}{path}'

    def config(self):
        r, e = self.rsa.public_key().public_numbers(), self.ec.public_key().public_numbers()
        keys = [{'kty': 'RSA', 'kid': 'r1', 'use': 'sig', 'n': number(r.n), 'e': number(r.e)},
                {'kty': 'EC', 'kid': 'e1', 'crv': 'P-256', 'x': number(e.x, 32), 'y': number(e.y, 32)}]
        return {'issuer': ISSUER, 'authorize': self.address('/authorize'), 'token': self.address('/token'), 'client': CLIENT,
                'secret': SECRET, 'keys': keys}

    def token(self, nonce):
        now = int(time.time())
        header = {'alg': self.alg, 'kid': 'e1' if self.alg == 'ES256' else 'r1', 'typ': 'JWT'}
        claims = {'iss': ISSUER, 'aud': CLIENT, 'sub': self.subject, 'nonce': nonce, 'iat': now, 'exp': now + 300}
        self.spoil(header, claims)
        text = b64(json.dumps(header).encode()) + '.' + b64(json.dumps(claims).encode())
        return text + '.' + b64(self.signature(header['alg'], text.encode()))

    def signature(self, alg, text):
        key = self.sign_with or (self.ec if alg == 'ES256' else self.rsa)
        if alg == 'ES256':
            r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, 'big') + s.to_bytes(32, 'big')
        if alg == 'PS256':
            return key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return b'' if alg == 'none' else key.sign(text, padding.PKCS1v15(), hashes.SHA256())


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        assert asked['response_type'] == 'code' and asked['client_id'] == CLIENT and asked['code_challenge_method'] == 'S256'
        code = os.urandom(8).hex()
        self.server.codes[code] = asked
        self.send_response(302)
        self.send_header('Location', asked['redirect_uri'] + '?' + urllib.parse.urlencode({'code': code, 'state': asked['state']}))
        self.end_headers()

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers['Content-Length'])).decode()))
        asked = self.server.codes.pop(form['code'], None)
        good = asked and form['client_secret'] == SECRET and form['redirect_uri'] == asked['redirect_uri'] and \
            b64(hashlib.sha256(form['code_verifier'].encode()).digest()) == asked['code_challenge']
        body = json.dumps({'id_token': self.server.token(asked['nonce'])} if good else {'error': 'invalid_grant'}).encode()
        self.send_response(200 if good else 400)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    folder, provider = str(tmp_path_factory.mktemp('oidc')), Provider()
    Hub(folder).stop()
    user = [CORDON, 'user', '--data', folder]
    for login in ('dara', 'gone'):
        subprocess.run(user + ['create', login, '--name', login, '--agency', 'MOI', '--roles', 'reviewer'], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(user + ['oidc', login, ISSUER, f'{login}@moi'], check=True)
    assert subprocess.run(user + ['oidc', 'gone', ISSUER, 'dara@moi'], capture_output=True, check=False).returncode == 1
    subprocess.run(user + ['lock', 'gone'], check=True)
    with open(folder + '/oidc.json', 'w', encoding='utf-8') as f:
        json.dump(provider.config(), f)
    hub = Hub.__new__(Hub)
    hub.process = subprocess.Popen([CORDON, 'hub', '--data', folder, '--port', '0', '--oidc', folder + '/oidc.json'], stdout=subprocess.PIPE, text=True)
    hub.port = int(hub.process.stdout.readline().rsplit(':', 1)[1].strip().strip('/'))
    yield hub, provider
    assert hub.stop() == 0
    provider.shutdown()
    shutil.rmtree(folder)


def begin(hub):
    """As far as the provider's answer: the officer with his cookie, and the address he is sent back to."""
    officer = Officer(hub)
    status, _, headers = officer.ask('GET', '/api/v1/session/oidc')
    assert status == 302 and 'SameSite=Lax' in headers['Set-Cookie'] and 'HttpOnly' in headers['Set-Cookie']
    address = urllib.parse.urlsplit(headers['Location'])
    import http.client
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    connection.request('GET', f'{address.path}?{address.query}')
    back = urllib.parse.urlsplit(connection.getresponse().headers['Location'])
    connection.close()
    return officer, f'{back.path}?{back.query}'


@pytest.mark.parametrize('alg', ['RS256', 'PS256', 'ES256'])
def test_signs_in(world, alg):
    hub, provider = world
    provider.reset()
    provider.alg = alg
    assert Officer(hub).good('GET', '/api/v1/setup')['oidc'] is True
    officer, back = begin(hub)
    status, _, headers = officer.ask('GET', back)
    assert status == 302 and headers['Location'] == '/console'
    session = officer.good('GET', '/api/v1/session')
    assert session['person']['login'] == 'dara' and session['person']['roles'] == ['reviewer'] and session['strength'] == 'totp'
    # The same again: its state was used.
    assert officer.ask('GET', back)[1]['reason'] == 'oidc-failed'


def claim(**changes):
    return lambda header, claims: claims.update(changes)


def head(**changes):
    return lambda header, claims: header.update(changes)


BAD = {
    'issuer': claim(iss='https://login.example.evil'), 'audience': claim(aud='other'), 'audiences': claim(aud=[CLIENT, 'other']),
    'party': claim(aud=[CLIENT, 'other'], azp='other'), 'nonce': claim(nonce='x'), 'no nonce': lambda h, c: c.pop('nonce'),
    'over': claim(exp=int(time.time()) - 120), 'old': claim(iat=int(time.time()) - 3600), 'future': claim(iat=int(time.time()) + 3600),
    'exp text': claim(exp='tomorrow'), 'no exp': lambda h, c: c.pop('exp'), 'subject': claim(sub='nobody@moi'), 'no subject': claim(sub=''),
    'locked': claim(sub='gone@moi'), 'none': head(alg='none'), 'HS256': head(alg='HS256'), 'RS512': head(alg='RS512'),
    'key unknown': head(kid='r9'), 'key of another kind': head(kid='e1'), 'critical': head(crit=['exp']),
}


@pytest.mark.parametrize('name', BAD)
def test_wrong_tokens_are_refused(world, name):
    hub, provider = world
    provider.reset()
    provider.spoil = BAD[name]
    officer, back = begin(hub)
    status, problem, headers = officer.ask('GET', back)
    assert (status, problem['reason']) == (403, 'oidc-failed') and 'Set-Cookie' not in headers
    assert officer.good('GET', '/api/v1/session')['person'] is None


def test_another_key_is_refused(world):
    hub, provider = world
    provider.reset()
    provider.sign_with = provider.other
    officer, back = begin(hub)
    assert officer.ask('GET', back)[0] == 403


def test_the_state_is_of_this_browser(world):
    hub, provider = world
    provider.reset()
    _, back = begin(hub)
    other, own = begin(hub)
    assert other.ask('GET', back)[0] == 403 and Officer(hub).ask('GET', own)[0] == 403
    for wrong in ('', '?code=x', '?state=x', '?code=x&state=x'):
        assert Officer(hub).ask('GET', '/api/v1/session/oidc/back' + wrong)[0] == 403


def test_a_hub_without_a_provider(tmp_path):
    hub = Hub(str(tmp_path / 'hub'))
    for path in ('', '/back?code=a&state=b'):
        assert Officer(hub).ask('GET', '/api/v1/session/oidc' + path)[1]['reason'] == 'oidc-off'
    hub.stop()
