"""Lessons and the check of job offers on the public site: only what two people approved, with nothing but links and one plain form."""
import json
import os
import re
import subprocess
import sys
import time

import pytest

from portal import LANGUAGES, LISTS, ROOT, Portal, PublicHub

CHANNELS = ('messenger', 'call', 'job', 'investment', 'romance')
FLAGS = ('pay', 'contact', 'prepaid', 'visa', 'unclear', 'contract', 'place', 'hurry', 'papers', 'met', 'fee', 'licence')
TACTICS = ('Authority', 'Urgency', 'Secrecy', 'A benefit first', 'Into a private chat')
APPROVED = json.loads(subprocess.run([sys.executable, os.path.join(ROOT, 'tools', 'make_lessons.py'), 'approvals', os.path.join(ROOT, 'data', 'learn')],
                                     check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope='module')
def portal(tmp_path_factory):
    folder = tmp_path_factory.mktemp('learn')
    hub = PublicHub(str(folder / 'hub'))
    site = Portal(str(folder / 'data'), hub)
    site.publisher = lambda approved: hub.publish(site.name, lists={**LISTS, 'lessons.json': approved})
    site.publisher(APPROVED)
    site.start()
    site.until(hub.number)
    site.publish = lambda approved: (site.publisher(approved), site.until(hub.number))
    yield site
    site.stop()


def links(page, start):
    return re.findall(rf'rel="nofollow" href="({re.escape(start)}[^"]*)"', page)


@pytest.mark.parametrize('language', LANGUAGES)
@pytest.mark.parametrize('channel', CHANNELS)
def test_a_lesson_is_gone_through_by_links_alone(portal, language, channel):
    base = f'/{language}/learn/{channel}/'
    status, page = portal.page(f'/{language}/learn')
    assert status == 200 and f'{base}1' in page
    path, seen = f'{base}1', []
    for place in range(1, 7):
        status, page = portal.page(path)
        assert status == 200
        scam, genuine = links(page, f'{base}{place}/')
        assert scam.endswith('s') and genuine.endswith('g')
        status, told = portal.page(scam)
        assert status == 200
        seen.append('class="verdict told reported"' in told)
        status, other = portal.page(genuine)
        assert ('class="verdict told official"' in other) != seen[-1]
        if language == 'en':
            assert sum(f'{name}</p>' in told for name in TACTICS) == (1 if seen[-1] else 0)
        (path,) = links(told, f'{base}{place + 1}/' if place < 6 else f'{base}result/')
    assert sum(seen) == 3
    status, page = portal.page(path)
    assert status == 200 and path.endswith('/ssssss')
    assert len(re.findall(r'<li>[^<]*3[^<]*</li>', page)) >= 2


def test_the_result_is_hits_and_false_alarms(portal):
    _, page = portal.page('/en/learn/messenger/result/sgsggg')
    assert 'Scams recognised: 2 of 3' in page and 'Genuine ones taken for a scam: 0 of 3' in page and 'Look for the trick' in page
    _, page = portal.page('/en/learn/messenger/result/sgsssg')
    assert 'Scams recognised: 3 of 3' in page and 'taken for a scam: 1 of 3' in page and 'Distrusting what is genuine' in page
    _, page = portal.page('/en/learn/messenger/result/sgs')
    assert 'Not answered: 3' in page


@pytest.mark.parametrize('path', ['learn/palmistry/1', 'learn/job-offer/1', 'learn/call/0', 'learn/call/7', 'learn/call/1/x', 'learn/call/1/ss', 'learn/call/result/sssssss',
                                  'learn/call/result/%3Cb%3E', 'learn/palmistry/print', 'learn/palmistry/reminder.ics', 'learn/call/99999999999999999999'])
def test_what_there_is_not(portal, path):
    status, page = portal.page(f'/en/{path}')
    assert status == 404 and '<b>' not in page.replace('<b lang', '')


def test_nothing_follows_a_learner(portal):
    status, data, headers = portal.ask('GET', '/ko/learn/call/2/sg')
    assert status == 200 and headers['Set-Cookie'] is None and 'noindex' in headers['X-Robots-Tag'] and b'<script' not in data and b'<form' not in data


def test_only_lessons_may_be_framed(portal):
    for path in ('/en/embed/learn/romance/1', '/en/embed/learn/romance/1/s', '/en/embed/learn/romance/result/s'):
        status, data, headers = portal.ask('GET', path)
        assert status == 200 and 'frame-ancestors *' in headers['Content-Security-Policy']
        assert b'<header' not in data and b'/en/embed/learn/romance/' in data and b'href="/en/learn/romance' not in data
    for path in ('/en/', '/en/learn', '/en/learn/romance/1', '/en/check/job', '/en/embed/learn/palmistry/1'):
        _, _, headers = portal.ask('GET', path)
        assert "frame-ancestors 'none'" in headers['Content-Security-Policy']


@pytest.mark.parametrize('language', LANGUAGES)
def test_a_reminder_is_a_calendar_file(portal, language):
    status, data, headers = portal.ask('GET', f'/{language}/learn/call/reminder.ics')
    assert status == 200 and headers['Content-Type'].startswith('text/calendar')
    lines = data.split(b'\r\n')
    assert lines[-1] == b'' and all(len(line) <= 75 for line in lines) and b'\n' not in data.replace(b'\r\n', b'')
    for line in lines:
        line.decode()  # never folded within a character
    text = data.decode().replace('\r\n ', '')
    assert re.search(r'DTSTART;VALUE=DATE:20\d{6}', text) and f'/{language}/learn/call/1' in text and text.count('BEGIN:VEVENT') == 1
    day, stamp = re.search(r'DTSTART;VALUE=DATE:(\d{8})', text)[1], re.search(r'DTSTAMP:(\d{8})T', text)[1]
    import datetime
    assert (datetime.datetime.strptime(day, '%Y%m%d') - datetime.datetime.strptime(stamp, '%Y%m%d')).days == 75


def test_a_sheet_to_print(portal):
    status, page = portal.page('/en/learn/investment/print')
    assert status == 200 and page.count('☐') == 12 and page.index('class="key"') > page.rindex('☐')


def answer(portal, language='en', **given):
    status, page = portal.page(f'/{language}/check/job', {'home': 'ph', 'work': 'kh', **{flag: 'no' for flag in FLAGS}, **given})
    assert status == 200
    return page


def test_a_job_offer_is_never_called_safe(portal):
    page = answer(portal)
    assert 'Verify it all the same' in page and 'does not mean' in page and 'dmw.gov.ph' in page and 'Ministry of Labour and Vocational Training' in page
    page = answer(portal, pay='yes')
    assert 'Do not travel before' in page and page.count('<li><p class="meta">') == 1
    page = answer(portal, met='yes')
    assert 'Do not go. Call somebody now' in page and 'Do not get in' in page and 'Hotline 117' in page
    page = answer(portal, pay='yes', visa='yes', hurry='unsure')
    assert 'Do not go. Call' in page and page.index('embassy of the country') < page.index('Ask what others earn') < page.index('Tell somebody you trust')


def test_what_is_open_counts_as_not_known(portal):
    status, page = portal.page('/en/check/job', {})
    assert status == 200 and '12 questions are open' in page and 'Do not go' in page
    _, page = portal.page('/en/check/job', {'home': 'xx', 'work': '<b>', 'pay': 'perhaps'})
    assert '12 questions are open' in page and '<b>.' not in page
    _, page = portal.page('/en/check/job', {'home': 'cn', 'work': 'kh'})
    assert 'we know of no public register' in page


@pytest.mark.parametrize('language', LANGUAGES)
def test_twelve_questions_in_each_language(portal, language):
    status, page = portal.page(f'/{language}/check/job')
    assert status == 200 and page.count('<fieldset') == 12 and page.count('type="radio"') == 36
    for word in ('safe</', '안전', '正常', 'សុវត្ថិភាព'):
        assert word not in page.split('<main')[1].split('</main>')[0]


RIGHT = {'before': 'sggsgs', 'after': 'gsgssg', 'later': 'gssgsg'}


@pytest.mark.parametrize('language, course, arm', [('km', 'a', 'lesson'), ('ko', 'b', 'control'), ('en', 'a', 'lesson'), ('zh', 'b', 'control')])
def test_a_measurement_is_gone_through_by_links_and_leaves_four_numbers(portal, language, course, arm):
    base = f'/{language}/learn/trial/{course}/'
    path, seen = f'{base}0', set()
    answers = RIGHT['before'] + ('sgssgg' if course == 'a' else '') + 'ssssss'
    for place, letter in enumerate(answers):
        status, page = portal.page(path)
        assert status == 200 and f'{place + 1} / {len(answers)}' in page and 'verdict told' not in page
        says = re.search('<blockquote>(.*?)</blockquote>', page, flags=re.S).group(1)
        assert says not in seen
        seen.add(says)
        scam, genuine = links(page, base)
        path = scam if letter == 's' else genuine
        if path.endswith('/why'):
            assert course == 'a' and 6 <= place < 12
            _, page = portal.page(path)
            assert 'verdict told' in page
            (path,) = links(page, base)
        else:
            assert course == 'b' or not 6 <= place < 12
    status, page = portal.page(path)
    assert status == 200 and path == base + answers and page.count('<li>') >= 4
    before = len(portal.hub.inbox())
    nonce = re.search('name="form" value="([0-9a-f]{64})"', page).group(1)
    for _ in range(2):
        status, page = portal.page(path, {'form': nonce})
        assert status == 200 and f'/learn/trial/{course}/reminder.ics' in page
    time.sleep(1)
    (item,) = [item for kind, item in portal.hub.inbox() if kind == 7 and item['language'] == language and item['phase'] == 'now']
    assert len(portal.hub.inbox()) == before + 1
    assert item == {'arm': arm, 'language': language, 'phase': 'now', 'edition': item['edition'], 'before': {'hits': 3, 'alarms': 0}, 'after': {'hits': 3, 'alarms': 3}}
    assert re.fullmatch('[0-9a-f]{40}', item['edition'])
    text = portal.ask('GET', f'/{language}/learn/trial/{course}/reminder.ics')[1].decode().replace('\r\n ', '')
    assert f'/{language}/learn/trial/{course}21/0' in text


def test_twenty_one_days_later_nothing_says_who_it_was(portal):
    path = '/en/learn/trial/a21/' + RIGHT['later']
    status, page = portal.page(path)
    assert status == 200
    status, page = portal.page(path, {'form': re.search('name="form" value="([0-9a-f]{64})"', page).group(1)})
    assert status == 200 and 'reminder.ics' not in page
    time.sleep(1)
    (item,) = [item for kind, item in portal.hub.inbox() if kind == 7 and item['phase'] == 'later']
    assert item.keys() == {'arm', 'edition', 'language', 'phase', 'after'} and item['after'] == {'hits': 3, 'alarms': 0} and item['arm'] == 'lesson'


def test_what_is_no_measurement(portal):
    for path in ('c/0', 'a/x', 'a/s-', 'b/' + 's' * 13, 'a21/' + 's' * 7, 'a/%3Cb%3E', 'b/ssssss/why', 'a/sssss/why', 'a/0/why', 'a/' + 's' * 13 + '/why'):
        assert portal.page(f'/en/learn/trial/{path}')[0] == 404, path
    for path in ('a/ssssss', 'b/0', 'a21/sssss'):
        assert portal.page(f'/en/learn/trial/{path}', {'form': '0' * 64})[0] == 404, path
    # Both arms are drawn.
    drawn = {re.search('/en/learn/trial/([ab])/0', portal.page('/en/learn/trial')[1]).group(1) for _ in range(40)}
    assert drawn == {'a', 'b'}


def test_an_effect_is_told_only_as_the_hub_tells_it(portal):
    effect = {'reached': True, 'now': {'control': 900, 'lesson': 910, 'discrimination': [412000, 318000, 506000], 'alarms': [1000, -9000, 11000]},
              'later': {'control': 700, 'lesson': 701, 'discrimination': [213000, 108000, 318000], 'alarms': [-12000, -25000, 1000]}}
    assert '700' not in portal.page('/en/learn')[1]
    portal.publish({'items': APPROVED, 'effect': effect})
    try:
        page = portal.page('/en/learn')[1]
        assert '701 + 700' in page and '+0.41 (+0.32, +0.51)' in page and '+0.21 (+0.11, +0.32)' in page and '-1.20 (-2.50, +0.10)' in page and 'also after 21 days' in page
        portal.publish({'items': APPROVED, 'effect': {**effect, 'reached': False, 'later': {'control': 'x'}}})
        assert '701' not in portal.page('/en/learn')[1]
    finally:
        portal.publish(APPROVED)


def test_what_two_people_have_not_approved_is_not_shown(portal):
    less = [item for item in APPROVED if (item['document'], item['language']) != ('call', 'km') and item['document'] != 'job-offer']
    less.append({'document': 'call', 'language': 'km', 'hash': '0' * 64})  # another text than this one
    portal.publish(less)
    try:
        for path in ('/km/learn/trial', '/km/learn/trial/a/0', '/km/learn/call/1', '/km/learn/call/2/s', '/km/learn/call/result/s', '/km/learn/call/print', '/km/embed/learn/call/1'):
            status, page = portal.page(path)
            assert status == 200 and 'message-seen' not in page and '/ko/' in page and 'hreflang="ko"' in page
        status, page = portal.page('/ko/learn/call/1')
        assert 'message-seen' in page
        status, page = portal.page('/km/learn')
        assert 'href="/km/learn/call/1"' not in page and 'href="/km/learn/job/1"' in page
        status, page = portal.page('/en/check/job')
        assert status == 200 and 'checked by two people' in page and '<fieldset' not in page
        status, page = portal.page('/en/check/job', {'pay': 'yes'})
        assert 'checked by two people' in page and 'What to verify' not in page
    finally:
        portal.publish(APPROVED)
