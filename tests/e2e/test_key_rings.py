"""Keys of the public side in files: made, changed with the old ones kept, and refused where they are not safe."""
import base64
import hashlib
import os
import subprocess

import pytest

from hub import CORDON, Hub


def key(data, *arguments):
    return subprocess.run([CORDON, 'key', *arguments[:1], '--data', str(data), *arguments[1:]], capture_output=True, text=True, timeout=60)


def public(made):
    assert made.returncode == 0, made.stderr
    return [line.split(' ') for line in made.stdout.splitlines()]


@pytest.mark.parametrize('purpose', ['oprf', 'inbox'])
def test_newest_first_and_at_most_three(tmp_path, purpose):
    shown = public(key(tmp_path, 'create', purpose))
    path = tmp_path / 'keys' / f'{purpose}.key'
    assert path.stat().st_mode & 0o777 == 0o600
    again = key(tmp_path, 'create', purpose)
    assert again.returncode == 1 and 'File exists' in again.stderr
    for turn in range(1, 5):
        (tmp_path / 'keys' / f'{purpose}.next.key').write_text('left behind by a fall\n')
        newer = public(key(tmp_path, 'rotate', purpose))
        assert len(newer) == min(turn + 1, 3)
        assert newer[1:] == shown[:len(newer) - 1] and newer[0] not in shown
        shown = newer
    for key_id, text in shown:
        assert key_id == hashlib.sha256(base64.b64decode(text)).hexdigest()[:16]
    assert sorted(os.listdir(tmp_path / 'keys')) == [f'{purpose}.key']
    lines = path.read_text().splitlines()
    assert [line.split('+')[2] for line in lines] == [key_id for key_id, _ in shown]


@pytest.mark.parametrize('purpose', ['oprf', 'inbox'])
def test_refusals(tmp_path, purpose):
    public(key(tmp_path, 'create', purpose))
    path = tmp_path / 'keys' / f'{purpose}.key'
    good = path.read_text()
    word, _, key_id, secret = good.strip().split('+', 3)
    for bad in ('', 'nonsense\n', good * 4, good.replace(word, 'OTHER'), f'{word}+KEY+{"0" * 16}+{secret}\n', f'{word}+KEY+{key_id}+AAAA\n',
                f'{word}+KEY+{key_id}+{base64.b64encode(bytes(32)).decode()}\n'):
        path.write_text(bad)
        refused = key(tmp_path, 'rotate', purpose)
        assert refused.returncode == 1 and f'{purpose}.key' in refused.stderr, (bad, refused.stderr)
        assert path.read_text() == bad
    path.write_text(good)
    path.chmod(0o644)
    refused = key(tmp_path, 'rotate', purpose)
    assert refused.returncode == 1 and 'its mode must be 0600' in refused.stderr
    path.chmod(0o600)
    for wrong in (('revoke', purpose), ('create', '--token', 'pkcs11:', purpose), ('create', '--name', 'x', purpose)):
        assert key(tmp_path, *wrong).returncode == 2


def test_the_bulletins_key_is_believed_by_nobody_else(tmp_path):
    made = key(tmp_path, 'create', 'public')
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith('cordon.kh/public+')
    assert (tmp_path / 'keys' / 'trusted').read_text() == f'public {made.stdout}'
    hub = Hub(str(tmp_path))
    hub.stop()
    checked = subprocess.run([CORDON, 'verify', 'ledger', '--data', str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
