"""An officer at a hub: signs in as a browser would, and asks."""
import base64
import hashlib
import hmac
import http.client
import json
import struct
import time


def totp(secret, at=None):
    """The code of a base32 secret at a moment (RFC 6238)."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack('>Q', int(time.time() if at is None else at) // 30), hashlib.sha1).digest()
    at = mac[19] & 15
    return '%06d' % ((struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000)


class Officer:
    """`hub` has a port. Cookies are kept; `purpose` goes with every request where it is set."""

    def __init__(self, hub, token=None):
        self.hub, self.cookie, self.purpose, self.token, self.connection = hub, None, None, token, None

    def ask(self, method, path, body=None, headers=None):
        """Status, the answer's JSON (or its bytes), its headers."""
        all_headers = {'X-Cordon': '1', 'Accept-Language': 'en'}
        if self.cookie:
            all_headers['Cookie'] = self.cookie
        if self.token:
            all_headers['Authorization'] = 'Bearer ' + self.token
        if self.purpose:
            all_headers['X-Purpose'] = self.purpose
        if isinstance(body, (dict, list)):
            body, all_headers['Content-Type'] = json.dumps(body), 'application/json'
        all_headers.update(headers or {})
        answer, content = self.send(method, path, body, all_headers)
        for value in answer.headers.get_all('Set-Cookie') or []:
            self.cookie = value.split(';')[0]
        if 'json' in (answer.headers.get('Content-Type') or ''):
            content = json.loads(content)
        return answer.status, content, answer.headers

    def send(self, *request):
        """Over one connection that is kept; anew where the hub closed it meanwhile."""
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection('127.0.0.1', self.hub.port, timeout=60)
            try:
                self.connection.request(*request)
                answer = self.connection.getresponse()
                return answer, answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt == 2:
                    raise
        raise AssertionError

    def good(self, method, path, body=None, headers=None):
        status, content, _ = self.ask(method, path, body, headers)
        assert status < 300, (method, path, status, content)
        return content

    def setup(self, folder, login='root', name='Root Admin', password='correct horse battery'):
        """Makes the first administrator of the hub; gives the secret of his codes."""
        with open(folder + '/setup-code', encoding='ascii') as f:
            code = f.read().strip()
        secret = self.good('POST', '/api/v1/setup', {'code': code, 'name': name, 'login': login, 'password': password})['totp']['secret']
        self.good('POST', '/api/v1/credentials/totp', {'code': totp(secret)})
        return secret

    def prove(self, secret, path='/api/v1/session/totp'):
        """A code that counts: where that of now was used, the next one does already."""
        for at in (0, 30):
            self.code = totp(secret, time.time() + at)
            status, content, _ = self.ask('POST', path, {'code': self.code})
            if status == 200:
                return
        raise AssertionError(content)

    def sign_in(self, login, password, secret=None):
        """With a password and a code; without a secret, one is enrolled. Gives the secret."""
        step = self.good('POST', '/api/v1/session/password', {'login': login, 'password': password})['next']
        if secret is None:
            assert step == 'enrol', step
            secret = self.good('POST', '/api/v1/credentials/totp', {})['secret']
            self.prove(secret, '/api/v1/credentials/totp')
        else:
            self.prove(secret)
        return secret
