"""A passport's chip at the lane: made here with openssl as a state makes it, read by the post from DG1 and SOD."""
import base64
import hashlib
import os
import subprocess

import pytest
from post import Lane, frontier, wait
from test_post import kim

KINDS = {
    'rsa': ['-newkey', 'rsa:2048'],
    'rsa-pss': ['-newkey', 'rsa:2048', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'],
    'curve': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    'explicit-curve': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'],
    'brainpool-explicit': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1', '-pkeyopt', 'ec_param_enc:explicit'],
}


def openssl(folder, *arguments, given=None):
    done = subprocess.run(['openssl', *arguments], cwd=folder, input=given, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def state_of(folder, kind):
    """A state's certificate, and a signer of documents under it."""
    name = os.path.join(folder, kind)
    options = KINDS[kind]
    pss = options[2:] if kind == 'rsa-pss' else []
    openssl(folder, 'req', '-x509', '-new', '-nodes', *options, '-keyout', name + '.key', '-out', name + '.pem', '-days', '3650',
            '-subj', '/C=KR/CN=CSCA ' + kind)
    request = openssl(folder, 'req', '-new', '-nodes', *options, '-keyout', name + '-ds.key', '-subj', '/C=KR/CN=DS ' + kind)
    signer = openssl(folder, 'x509', '-req', '-CA', name + '.pem', '-CAkey', name + '.key', '-days', '90', '-set_serial', '2', *pss,
                     given=request)
    with open(name + '-ds.pem', 'wb') as out:
        out.write(signer)
    return name


def chip(folder, name, lines):
    """DG1 and SOD of a passport with these lines."""
    zone = ''.join(lines).encode()
    dg1 = b'\x61\x5b\x5f\x1f\x58' + zone
    digest = hashlib.sha256(dg1).digest()
    sha256 = bytes.fromhex('300d06096086480165030402010500')
    value = b'\x30\x25\x02\x01\x01\x04\x20' + digest
    body = b'\x02\x01\x00' + sha256 + b'\x30' + bytes([len(value)]) + value
    pss = ['-keyopt', 'rsa_padding_mode:pss'] if 'rsa-pss' in name else []
    cms = openssl(folder, 'cms', '-sign', '-binary', '-nodetach', '-nosmimecap', '-md', 'sha256', '-econtent_type', '2.23.136.1.1.1',
                  '-signer', name + '-ds.pem', '-inkey', name + '-ds.key', *pss, '-outform', 'DER',
                  given=b'\x30' + bytes([len(body)]) + body)
    return {'dg1': dg1, 'sod': b'\x77\x82' + len(cms).to_bytes(2, 'big') + cms}


def ask(lane, lines, read):
    body = {'mrz': '\n'.join(lines), 'chip': {k: base64.b64encode(v).decode() for k, v in read.items()}}
    check = lane.good('POST', 'checks', body)
    said = check['chip'] and (check['chip']['result'], check['chip']['reason'])
    return said, check['result'], check['act']


@pytest.fixture(scope='module')
def states(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp('csca'))
    return folder, {kind: state_of(folder, kind) for kind in KINDS}


def test_what_a_chip_proves(states):
    folder, names = states
    anchors = os.path.join(folder, 'anchors.pem')
    with open(anchors, 'w', encoding='ascii') as out:
        for kind in KINDS:
            if kind != 'rsa':
                with open(names[kind] + '.pem', encoding='ascii') as one:
                    out.write(one.read())
    lines = kim('M55500001', '880229')
    with frontier(options=['--csca', anchors]) as (_, post):
        assert wait(lambda: post.edition() >= 1)
        lane = Lane(post, '1').sit('kh-primary')
        for kind, name in names.items():
            said = ('not-checked', 'no-csca') if kind == 'rsa' else ('valid', 'valid')
            assert ask(lane, lines, chip(folder, name, lines)) == (said, 'pass', 'none'), kind
        read = chip(folder, names['curve'], lines)
        # A page that its chip gives the lie to: named, looked at by the second line, and nobody is held for it.
        other = kim('M55500002', '880229')
        assert ask(lane, other, read) == (('invalid', 'mrz-differs'), 'refer', 'second-line')
        altered = dict(read, dg1=read['dg1'].replace(b'M55500001', b'M55500002'))
        assert ask(lane, other, altered) == (('invalid', 'dg1-altered'), 'refer', 'second-line')
        for cut in (0, 1, 4, 100, len(read['sod']) - 1):
            said, *_ = ask(lane, lines, dict(read, sod=read['sod'][:cut]))
            assert said is None or said[0] != 'valid', cut


def test_without_certificates_nothing_is_green(states):
    folder, names = states
    lines = kim('M55500001', '880229')
    with frontier() as (_, post):
        assert wait(lambda: post.edition() >= 1)
        lane = Lane(post, '1').sit('kh-primary')
        assert ask(lane, lines, chip(folder, names['curve'], lines)) == (('not-checked', 'no-csca'), 'pass', 'none')
        assert lane.check(*lines)['chip'] is None
