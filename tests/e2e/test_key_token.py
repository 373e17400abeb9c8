"""Signing keys on a PKCS #11 token (SoftHSM): made there, used by a hub, rotated from a file onto it, and what is refused."""
import contextlib
import os
import re
import subprocess

import pytest

from hub import CORDON, Hub

MODULE = '/usr/lib/softhsm/libsofthsm2.so'


@pytest.fixture(name='token')
def fixture_token(tmp_path, monkeypatch):
    (tmp_path / 'tokens').mkdir()
    (tmp_path / 'softhsm2.conf').write_text(f'directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n')
    monkeypatch.setenv('SOFTHSM2_CONF', str(tmp_path / 'softhsm2.conf'))
    subprocess.run(['softhsm2-util', '--init-token', '--free', '--label', 'cordon', '--pin', '4711', '--so-pin', '0815'], check=True,
                   stdout=subprocess.DEVNULL)
    pin = tmp_path / 'pin'
    pin.write_text('4711\n')
    pin.chmod(0o600)
    return lambda name, source=pin: f'pkcs11:token=cordon;object={name}?module-path={MODULE}&pin-source=file:{source}'


def key(data, *arguments):
    return subprocess.run([CORDON, 'key', *arguments[:1], '--data', str(data), *arguments[1:]], capture_output=True, text=True, timeout=60)


@contextlib.contextmanager
def running(data):
    hub = Hub(str(data))
    try:
        yield hub
    finally:
        hub.stop()


def secret_free(folder):
    """No file in the folder holds a private key that signs, as bytes or as text; what opens the inbox and answers private checks does not sign."""
    return not any('PRIVATE' in open(os.path.join(folder, name), encoding='utf-8').read() for name in os.listdir(folder)
                   if os.path.isfile(os.path.join(folder, name)) and not name.startswith(('oprf.', 'inbox.')))


def test_a_hub_signs_with_a_token(tmp_path, token):
    data = tmp_path / 'hub'
    public = {}
    for purpose in ('list', 'audit', 'edition'):
        made = key(data, 'create', '--name', f'cordon.kh/{purpose}', '--token', token(purpose), purpose)
        assert made.returncode == 0, made.stderr
        public[purpose] = made.stdout.strip()
    assert secret_free(data / 'keys')
    with running(data) as hub:
        note = hub.ask('GET', '/ledger/list/checkpoint')[1]
    assert re.search(r'^— cordon\.kh/list ', note, re.M)
    checked = subprocess.run([CORDON, 'verify', 'ledger', '--data', str(data)], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert public['list'] in (data / 'keys' / 'trusted').read_text()


def test_from_a_file_onto_a_token(tmp_path, token):
    data = tmp_path / 'hub'
    with running(data):
        pass
    assert not secret_free(data / 'keys')
    for purpose in ('list', 'audit', 'edition', 'public'):
        moved = key(data, 'rotate', '--token', token(purpose), purpose)
        assert moved.returncode == 0, moved.stderr
    assert secret_free(data / 'keys')
    with running(data):
        pass
    checked = subprocess.run([CORDON, 'verify', 'ledger', '--data', str(data)], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_refusals(tmp_path, token):
    pin, wrong = tmp_path / 'open-pin', tmp_path / 'wrong-pin'
    pin.write_text('4711\n')
    pin.chmod(0o644)
    wrong.write_text('1111\n')
    wrong.chmod(0o600)
    for uri, says in ((token('list', pin), 'others may read this PIN'), (token('list', wrong), 'incorrect'),
                      (token('list').replace('token=cordon', 'token=other'), 'no such token'),
                      (token('list').replace(MODULE, '/nowhere.so'), 'cannot be loaded'),
                      (token('list').split('&')[0], 'pin-source'), (token('list') + '&pin-value=4711', 'without a PIN'),
                      ('list', 'RFC 7512'), (token('list').replace('object=list', 'type=private'), 'must name the key')):
        made = key(tmp_path / 'hub', 'create', '--token', uri, 'list')
        assert made.returncode == 1 and says in made.stderr, (uri, made.stderr)
    assert not (tmp_path / 'hub' / 'keys' / 'list.key').exists()


def test_another_key_of_the_same_name_is_noticed(tmp_path, token):
    data = tmp_path / 'hub'
    assert key(data, 'create', '--name', 'cordon.kh/list', '--token', token('list'), 'list').returncode == 0
    path = data / 'keys' / 'list.key'
    other = key(tmp_path / 'other', 'create', '--token', token('other'), 'list')
    assert other.returncode == 0
    path.write_text(path.read_text().replace('object=list', 'object=other'))
    hub = subprocess.run([CORDON, 'hub', '--data', str(data), '--port', '0'], capture_output=True, text=True, timeout=20)
    assert hub.returncode == 1 and 'is not the one that is named' in hub.stderr
