"""Texts for the public on the hub: two people approve exactly what they read, in its language; everything is audited."""
import sqlite3
import subprocess

import pytest

import pg
from hub import CORDON
from officehub import office


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request):
    with office(request.param) as hub:
        yield hub


def lesson(client, document='call', language='ko'):
    return client.get(f'/api/v1/lessons/{document}/{language}').json


def act(client, name, hash_, document='call', language='ko'):
    return client.post(f'/api/v1/lessons/{document}/{language}/acts/{name}', {'hash': hash_})


def test_two_people_approve_in_one_language(hub):
    analyst, liaison = hub.officer('analyst'), hub.officer('liaison', country='kr')
    listed = analyst.get('/api/v1/lessons').json['items']
    assert len(listed) == 24 and not any(one['approved'] for one in listed)
    text = lesson(analyst)
    assert len(text['items']) == 6 and sum(item['genuine'] for item in text['items']) == 3 and text['approvals'] == []
    assert act(analyst, 'approve', text['hash']).status == 200
    again = act(analyst, 'approve', text['hash']).json
    assert len(again['approvals']) == 1 and again['mine'] and not again['approved']
    done = act(liaison, 'approve', text['hash']).json
    assert done['approved'] and len(done['approvals']) == 2
    assert not lesson(analyst, language='km')['approvals']
    back = act(analyst, 'withdraw', text['hash']).json
    assert not back['approved'] and not back['mine']
    assert {outcome for _, outcome, _ in hub.audit(analyst, 'review.approve')} == {'done'}


def test_what_is_refused(hub):
    analyst, legal = hub.officer('analyst'), hub.officer('legal')
    text = lesson(legal, 'job-offer', 'en')
    assert len(text['flags']) == 12 and text['registers']
    answer = act(legal, 'approve', text['hash'], 'job-offer', 'en')
    assert answer.status == 403
    answer = act(analyst, 'approve', '0' * 64, 'job-offer', 'en')
    assert answer.status == 409 and answer.reason == 'review-other-text'
    assert act(analyst, 'bless', text['hash'], 'job-offer', 'en').reason == 'no-such-act'
    assert analyst.post('/api/v1/lessons/job-offer/en/acts/approve', {}).reason == 'value-invalid'
    for path in ('palmistry/en', 'call/xx'):
        assert analyst.get(f'/api/v1/lessons/{path}').status == 404
    assert not lesson(analyst, 'job-offer', 'en')['approvals']


def test_no_effect_is_claimed_and_no_few_are_shown(hub):
    analyst = hub.officer('analyst')
    answer = analyst.get('/api/v1/lesson-trial').json
    assert answer['claim'] == 'none' and answer['claimFrom'] == 700 and answer['shownFrom'] == 20 and [one['phase'] for one in answer['phases']] == ['before', 'now', 'later']
    assert all(arm == {'arm': arm['arm'], 'people': None} for phase in answer['phases'] for arm in phase['arms']) and not any('effect' in phase for phase in answer['phases'])


def test_the_demonstration_shows_all(tmp_path):
    subprocess.run([CORDON, 'demo', '--data', str(tmp_path / 'demo')], check=True, stdout=subprocess.DEVNULL)
    rows = sqlite3.connect(tmp_path / 'demo' / 'cordon.db').execute('SELECT document, language, hash, count(*) FROM public_review GROUP BY 1, 2, 3').fetchall()
    assert len(rows) == 24 and all(row[3] == 2 for row in rows)
