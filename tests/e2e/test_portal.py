"""cordon-portal as a whole: pages in four languages, what is written, what is refused, and what it does without its hub."""
import gzip
import hashlib
import html
import http.client
import json
import os
import re
import shutil
import signal
import socket
import time

import pytest

from portal import LANGUAGES, LISTS, PublicHub, Portal, ROOT, form_of, receipt_of, work

PAGES = ('', 'check', 'report', 'report/money', 'report/money?when=day', 'report/tip', 'report/full?money=older', 'report/complaint', 'status', 'n', 'calendar', 'help', 'help?country=kr',
         'alerts', 'alerts/a-1', 'alerts/a-0', 'figures', 'redress', 'about', 'join')


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    base = tmp_path_factory.mktemp('portal')
    hub = PublicHub(str(base / 'hub'))
    portal = Portal(str(base / 'data'), hub)
    hub.publish(portal.name)
    portal.start().until(1)
    yield portal
    assert portal.stop() == 0


def words(language):
    with open(os.path.join(ROOT, 'ui/portal/messages', f'{language}.json'), encoding='utf-8') as f:
        return json.load(f)


@pytest.mark.parametrize('language', LANGUAGES)
@pytest.mark.parametrize('path', PAGES)
def test_every_page_in_every_language(site, language, path):
    status, data, headers = site.ask('GET', f'/{language}/{path}')
    page = data.decode()
    assert status == 200 and f'<html lang="{language}"' in page
    assert headers.get_all('Set-Cookie') is None
    policy = headers['Content-Security-Policy']
    assert "default-src 'none'" in policy and 'unsafe' not in policy and '//' not in policy
    assert headers['Access-Control-Allow-Origin'] is None
    assert headers['Referrer-Policy'] == 'no-referrer' and headers['Cache-Control'] in ('no-store', 'no-cache')
    # Nothing is fetched from anywhere else, nothing runs or is styled in the page itself.
    fetched = re.findall(r'<(?:link(?! rel="alternate")|script|img|source|iframe)[^>]*(?:href|src)="([^"]*)"', page)
    assert fetched and all(address.startswith('/assets/') for address in fetched)
    assert '<style' not in page and ' style="' not in page and not re.search(r'\son\w+="', page) and not re.search(r'<script>', page)
    # Every word is there: a missing message shows its key.
    assert not re.search(r'>(?:title|nav|start|check|verdict|report|statement|paper|bring|note|f|a|miss|kind|figure|value|about|redress|help|age|foot)-[a-z0-9_-]+<', page)
    shown = re.sub('<template.*?</template>', '', page, flags=re.S)
    assert len(re.findall('<h1', shown)) == (1 if path != 'report/tip' else 0)


@pytest.mark.parametrize('accepted, language', [('ko-KR,ko;q=0.9,en;q=0.8', 'ko'), ('km', 'km'), ('zh-CN', 'zh'), ('fr,de', 'en'), ('', 'en'), ('fr;q=1,km;q=0.1', 'km')])
def test_the_first_page_is_in_the_readers_language(site, accepted, language):
    status, _, headers = site.ask('GET', '/', headers={'Accept-Language': accepted})
    assert status == 302 and headers['Location'] == f'/{language}/'


def test_sizes_and_requests(site):
    def weight(path):
        status, data, headers = site.ask('GET', path, headers={'Accept-Encoding': 'gzip'})
        assert status == 200
        return len(data) + len(str(headers)) + 20, (gzip.decompress(data) if headers['Content-Encoding'] == 'gzip' else data).decode(errors='replace')

    for path, bytes_max, requests_max in (('/km/', 100 * 1024, 10), ('/km/n', 14 * 1024, 10), ('/en/n', 14 * 1024, 10), ('/ko/n', 14 * 1024, 10)):
        size, page = weight(path)
        files = set(re.findall(r'(?:href|src)="(/assets/[^"]*)"', page))
        # The letters come from the style, and from the worker's file what is kept for later.
        total = size + sum(weight(file)[0] for file in files) + (weight('/n.js')[0] if path.endswith('/n') else 0)
        print(path, total, 1 + len(files))
        assert total <= bytes_max and 1 + len(files) <= requests_max


def test_what_the_rescue_page_is_called(site):
    for language in LANGUAGES:
        for path in ('n', 'calendar'):
            _, page = site.page(f'/{language}/{path}')
            title = re.search('<title>(.*?)</title>', page).group(1).lower()
            assert not re.search('scam|rescue|police|cordon|help|사기|구조|경찰|救|诈|警|ឆបោក|សង្គ្រោះ|ប៉ូលិស', title), title
            assert 'Cordon' not in page


def test_a_tip_is_sealed_and_handed_in(site):
    _, form = site.page('/ko/report/tip')
    nonce = re.search('name="form" value="([0-9a-f]{64})"', form).group(1)
    body = {'form': nonce, 'story': 'He wrote: <b>send</b>\u0007 1,000 dollars\r\nto +855 91 234 567'}
    status, page = site.page('/ko/report/tip', body)
    receipt = receipt_of(page)
    assert status == 200 and re.fullmatch(r'\d{16}', receipt)
    # The same form again is the same item with the same receipt.
    assert receipt_of(site.page('/ko/report/tip', body)[1]) == receipt
    items = wait_for(site.hub, lambda item: item[1].get('receipt') == f'receipt|{receipt}')
    assert len(items) == 1
    kind, item = items[0]
    assert kind == 1 and item['speed'] == 'tip' and item['language'] == 'ko'
    assert item['story'] == 'He wrote: <b>send</b> 1,000 dollars\nto +855 91 234 567'
    assert re.fullmatch(r'[0-9a-f]{32}', item['client']['network']) and item['client']['device'] == 'other-other'
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', item['time'])
    # The portal keeps nothing of it.
    end = time.monotonic() + 10
    while os.listdir(os.path.join(site.folder, 'inbox')) and time.monotonic() < end:
        time.sleep(0.1)
    assert os.listdir(os.path.join(site.folder, 'inbox')) == []
    assert receipt not in site.said() and 'dollars' not in site.said()


def wait_for(hub, wanted, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = [item for item in hub.inbox() if wanted(item)]
        if found:
            return found
        time.sleep(0.1)
    return []


def test_a_whole_report(site):
    body = {'type': 'job', 'identifiers': '+855 91 234 567\n\nhttps://bad.example/x\n', 'story': 'ពួកគេសន្យា', 'money': 'older', 'amount': '500 USD', 'to': 'ABA 000 123',
            'reference': 'TX1', 'relation': 'family', 'consent': ['bank', 'statistics', 'everybody'], 'way': 'Telegram', 'value': '@me', 'hours': '9-10', 'channel': 'Telegram',
            'date': 'Monday', 'help': 'my passport'}
    status, page = site.page('/km/report/full', body)
    assert status == 200
    kind, item = wait_for(site.hub, lambda item: item[1]['receipt'] == f'receipt|{receipt_of(page)}')[0]
    assert kind == 1 and item['type'] == 'job' and item['money'] == 'older' and item['relation'] == 'family'
    assert [one['value'] for one in item['identifiers']] == ['+855 91 234 567', 'https://bad.example/x']
    assert item['payments'] == [{'amount': '500 USD', 'to': 'ABA 000 123', 'reference': 'TX1'}]
    assert item['consent'] == ['bank', 'statistics'] and item['contact'] == {'way': 'Telegram', 'value': '@me', 'hours': '9-10'}
    assert item['first_contact'] == {'channel': 'Telegram', 'date': 'Monday'} and item['help'] == 'my passport' and item['speed'] == 'report'


SAID = {'type': 'investment', 'identifiers': '+855 91 234 567\n\nhttps://bad.example/x\n', 'story': 'ពួកគេសន្យា\n<b>200 %</b>', 'money': 'day', 'amount': '1,500.50 USD', 'paid': '26/11 ម៉ោង ៩ ព្រឹក',
        'from': 'ABA 1', 'to': 'TRC20 T…', 'reference': 'TX-1', 'channel': 'Telegram', 'date': 'Monday', 'place': 'Poipet', 'relation': 'self', 'value': '@me', 'way': 'Telegram'}


def paper_of(page):
    return re.search('<article class="paper">.*?</article>', page, flags=re.S).group(0)


@pytest.mark.parametrize('language, country, theirs', [('km', 'kr', 'ko'), ('ko', 'kh', 'km'), ('zh', 'th', 'en'), ('en', 'kr', 'ko'), ('ko', 'kr', 'ko')])
def test_a_paper_for_the_police_in_both_languages(site, language, country, theirs):
    before = len(site.hub.inbox())
    status, page = site.page(f'/{language}/report/complaint', {**SAID, 'country': country})
    paper = paper_of(page)
    assert status == 200
    for value in ('1,500.50 USD', '26/11 ម៉ោង ៩ ព្រឹក', 'TRC20 T…', 'TX-1', '+855 91 234 567', 'https://bad.example/x', '&lt;b&gt;200 %&lt;/b&gt;', 'Telegram @me'):
        assert value in paper, value
    for key in ('paper-title', 'paper-name', 'paper-to', 'type-investment', 'relation-self', 'report-money-day', 'paper-own-words'):
        assert f'<span lang="{theirs}">{words(theirs)[key]}</span>' in paper, key
        assert paper.count(f'lang="{language}">{words(language)[key]}</span>') == 1, key
    assert words(theirs)['paper-receipt'] not in paper
    # Where to take it comes from the signed list; without any it says so, and invents none.
    assert ('href="tel:117"' in page) == (country == 'kh') and (words(language)['statement-no-contact'] in page) == (country != 'kh')
    assert (words(language)['statement-days'].replace('%s', '14') in page) == (country == 'kr')
    # Nothing of it has gone anywhere, and nothing is kept.
    time.sleep(0.3)
    assert len(site.hub.inbox()) == before and '1,500.50' not in site.said()
    # Who then reports finds it filled in, and has not sent it yet.
    carried = dict(re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)">', page))
    assert carried['fill'] == '1' and carried['reference'] == 'TX-1'
    status, form = site.page(f'/{language}/report/full', {**SAID, 'fill': '1'})
    assert status == 200 and 'value="1,500.50 USD"' in form and 'class="receipt"' not in form and len(site.hub.inbox()) == before


def test_a_paper_after_a_report_has_its_receipt_and_the_files_fingerprints(site):
    image = b'\x89PNG\r\n\x1a\n' + b'x' * 1000
    parts = ''.join(f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in SAID.items()).encode()
    parts += b'--part\r\nContent-Disposition: form-data; name="files"; filename="kim.png"\r\nContent-Type: image/png\r\n\r\n' + image + b'\r\n--part--\r\n'
    status, data, _ = site.ask('POST', '/en/report/full', parts, {'Content-Type': 'multipart/form-data; boundary=part'})
    page = data.decode()
    offer = page[page.index('/en/report/complaint"'):]
    carried = [(name, html.unescape(value)) for name, value in re.findall('<input type="(?:hidden|checkbox)" name="([^"]*)" value="([^"]*)"', offer)]
    assert status == 200 and dict(carried)['receipt'] == receipt_of(page)
    status, page = site.page('/en/report/complaint', {**dict(carried), 'country': 'kh'})
    digits = dict(carried)['receipt']
    paper = paper_of(page)
    assert status == 200 and ' '.join(digits[i:i + 4] for i in range(0, 16, 4)) in paper
    assert hashlib.sha256(image).hexdigest() in paper and '1008 B' in paper and 'kim.png' not in page
    # The paper alone names files as well, and hands none in.
    wait_for(site.hub, lambda item: item[1].get('receipt') == f'receipt|{digits}')
    before = len(site.hub.inbox())
    status, data, _ = site.ask('POST', '/en/report/complaint', parts, {'Content-Type': 'multipart/form-data; boundary=part'})
    assert status == 200 and hashlib.sha256(image).hexdigest() in data.decode() and len(site.hub.inbox()) == before
    # What is no receipt is not printed as one.
    assert words('en')['paper-receipt'] not in site.page('/en/report/complaint', {**SAID, 'receipt': '12345678901234x6'})[1]


@pytest.mark.parametrize('path, body, key', [
    ('report/tip', {'story': '  \n '}, 'report-need-tip'), ('report/full', {'story': 'x'}, 'report-need'), ('report/full', {'type': 'job'}, 'report-need'),
    ('report/full', {'type': 'nonsense', 'story': 'x'}, 'report-need'), ('report/complaint', {'type': 'job'}, 'report-need'), ('redress', {'what': 'x'}, 'redress-need')])
def test_what_is_missing_is_said_and_what_was_typed_is_kept(site, path, body, key):
    for language in LANGUAGES:
        status, page = site.page(f'/{language}/{path}', {**body, 'place': 'Poipet "<&'})
        assert status == 400 and words(language)[key].replace('\u200b', '') in page
        if path in ('report/full', 'report/complaint'):
            assert 'value="Poipet &quot;&lt;&amp;"' in page


def test_danger_and_money_come_first(site):
    _, page = site.page('/en/report')
    assert page.index('/en/n"') < page.index('/en/report/money"') and page.count('<form') == 0
    _, page = site.page('/en/report/money?when=day')
    assert page.index('href="tel:117"') < page.index('/en/report/full?money=day')
    assert page.count('<form') == 0


def test_a_receipt_shows_its_state(site):
    for typed in ('1234 5678 9012 3456', '1234-5678-9012-3456', '១២៣៤ ៥៦៧៨ ៩០១២ ៣៤៥៦'):
        status, page = site.page('/en/status', {'digits': typed})
        assert status == 200 and words('en')['state-3'] in page and 'Campaign seven en' in page and '25 November 2026' in page
    assert words('en')['status-none'] in site.page('/en/status', {'digits': '1' * 16})[1]
    for typed in ('', '123', '1' * 17, 'abcd efgh ijkl mnop'):
        status, page = site.page('/en/status', {'digits': typed})
        assert status == 422 and words('en')['status-unreadable'] in page


def test_something_is_added_to_a_report(site):
    status, _ = site.page('/en/status/follow', {'digits': '1234567890123456', 'act': 'withdraw'})
    assert status == 200
    kind, item = wait_for(site.hub, lambda item: item[0] == 4)[0]
    assert kind == 4 and item['act'] == 'withdraw' and item['receipt'] == 'receipt|1234567890123456'
    assert site.page('/en/status/follow', {'digits': '1234567890123456', 'act': 'add'})[0] == 400
    assert site.page('/en/status/follow', {'digits': '12', 'act': 'add', 'story': 'x'})[0] == 400


def test_the_call_for_help(site):
    whole = {'relation': 'self', 'name': 'KIM MINSU', 'nationality': 'Korea', 'passport': 'M12345678', 'telephone': '@kim', 'latitude': '13.6', 'longitude': '102.5',
             'building': 'white, 5 floors', 'floor': '3', 'room': '305', 'attached': ['building-photo', 'face-photo', 'passport-copy', 'video'], 'act': 'send'}
    status, page = site.page('/ko/n', whole)
    assert status == 200 and words('ko')['note-complete'] in page and 'https://t.me/+855979117117' in page
    texts = dict(re.findall(r'<textarea class="message" lang="(\w\w)"[^>]*>(.*?)</textarea>', page, re.S))
    assert set(texts) == {'en', 'km', 'ko'} and all('KIM MINSU' in text and '305' in text for text in texts.values())
    assert texts['en'].startswith('REQUEST FOR HELP')
    kind, item = wait_for(site.hub, lambda item: item[0] == 2)[0]
    assert item['missing'] == [] and item['held']['name'] == 'KIM MINSU' and item['place']['room'] == '305' and set(item['message']) == {'en', 'km', 'ko'}
    for field, missing in (('name', 'miss-name'), ('telephone', 'miss-contact'), ('longitude', 'miss-location'), ('room', 'miss-building'), ('passport', 'miss-passport')):
        for language in ('km', 'ko', 'en'):
            page = site.page(f'/{language}/n', {**whole, field: '', 'act': 'show'})[1]
            assert f'<li>{words(language)[missing]}</li>'.replace('\u200b', '') in page, (field, language)
    page = site.page('/en/n', {**whole, 'attached': ['video'], 'act': 'show'})[1]
    assert page.count('<li>photo of') == 3
    # Every field as long as it may be stays within what Telegram takes.
    _, form = site.page('/km/n')
    longest = {name: 'x' * int(length) for name, length in re.findall(r'name="(\w+)" maxlength="(\d+)"', form)}
    page = site.page('/km/n', {**longest, 'relation': 'family', 'attached': whole['attached'], 'act': 'show'})[1]
    for text in re.findall(r'<textarea class="message"[^>]*>(.*?)</textarea>', page, re.S):
        assert 1500 < len(text.encode('utf-16-le')) // 2 <= 4096
    assert site.page('/en/n', {'relation': 'self', 'act': 'send'})[0] == 422
    assert len([item for item in site.hub.inbox() if item[0] == 2]) == 1


def test_a_call_is_sent_only_where_two_authorities_take_it(tmp_path):
    hub = PublicHub(str(tmp_path / 'hub'))
    portal = Portal(str(tmp_path / 'data'), hub)
    hub.publish(portal.name, lists={**LISTS, 'calls.json': [{'id': 'kh'}]})
    portal.start().until(1)
    try:
        form = portal.page('/en/n')[1]
        assert 'value="send"' not in form and 'value="show"' in form and words('en')['note-yourself'] in form
        status, page = portal.page('/en/n', {'name': 'KIM MINSU', 'act': 'send'})
        assert status == 200 and 'KIM MINSU' in page and words('en')['note-missing-yourself'] in page and words('en')['note-sent'] not in page
        assert hub.inbox() == []
    finally:
        assert portal.stop() == 0


def test_contacts_link_to_what_they_are(site):
    _, page = site.page('/en/help')
    assert 'href="tel:117"' in page and 'href="tel:+8221234"' in page and 'javascript' in page and 'href="javascript' not in page
    assert 'Bank &lt;b&gt; en' in page
    assert 'href="https://t.me/+855979117117"' in page and 'Khmer, English' in page and '20 November 2026' in page
    # Where the reader is at home first; who is held is in Cambodia.
    assert page.index('tel:117') < page.index('tel:+8221234')
    _, page = site.page('/ko/help')
    assert page.index('tel:+8221234') < page.index('tel:117')
    _, page = site.page('/en/help?country=kr')
    assert 'tel:117' not in page and 'tel:+8221234' in page


CHECKED = [('+855 91 234 567', {}, 'reported'), ('091-234-567', {'country': 'kh'}, 'reported'), ('០៩១ ២៣៤ ៥៦៧', {'country': 'kh'}, 'reported'),
           ('+855 12 000 111', {}, 'confirmed'), ('117', {'country': 'kh', 'kind': 'phone'}, 'official'), ('hxxps://www.bad[.]example/login?a=1', {}, 'confirmed'),
           ('+855 12 999 888', {}, 'none'), ('???', {}, 'unreadable'), ('', {}, 'unreadable'), ('https://пример.рф/', {}, 'none')]


@pytest.mark.parametrize('what, more, verdict', CHECKED)
def test_the_plain_form_answers_with_one_of_five(site, what, more, verdict):
    for language in LANGUAGES:
        status, page = site.page(f'/{language}/check', {'what': what, **more})
        assert status == (422 if verdict == 'unreadable' else 200)
        assert f'class="verdict {verdict}"' in page and words(language)[f'verdict-{verdict}'].replace('\u200b', '') in page
        # A next act is there, and of when the answer is.
        assert words(language)[f'verdict-{verdict}-next'].replace('\u200b', '') in page and (verdict == 'unreadable' or str(time.gmtime().tm_year) in page)
    if what:
        assert what not in site.said()


def test_the_plain_form_says_what_looks_alike(site):
    for language in LANGUAGES:
        said = words(language)['check-similar-handle'].replace('\u200b', '')
        for what, alike in (('@Lucky_Adm1n', True), ('@lucky_admlm', False)):
            status, page = site.page(f'/{language}/check', {'what': what})
            assert status == 200 and 'class="verdict none"' in page and (said in page) == alike


def test_the_page_has_words_for_every_reason(site):
    lines = [line for name in ('asked', 'asked_hard') for line in open(os.path.join(ROOT, f'tests/data/{name}.jsonl'), encoding='utf-8')]
    reasons = {json.loads(line).get('reason') for line in lines} - {None, 'unreadable'}
    assert len(reasons) > 10
    for language in LANGUAGES:
        _, page = site.page(f'/{language}/check')
        assert {reason for reason in reasons if f'data-word="why-{reason}"' not in page} == set()


def test_objection(site):
    status, page = site.page('/zh/redress', {'what': '+855 91 234 567', 'story': 'mine since 2020', 'way': 'e-mail', 'value': 'a@b.example'})
    assert status == 200
    kind, item = wait_for(site.hub, lambda item: item[0] == 3)[0]
    assert kind == 3 and item['identifier']['value'] == '+855 91 234 567' and item['receipt'] == f'receipt|{receipt_of(page)}'


@pytest.mark.parametrize('request_bytes, status', [
    (b'GET /xx/ HTTP/1.1\r\nHost: a\r\n\r\n', 404), (b'GET /km HTTP/1.1\r\nHost: a\r\n\r\n', 404), (b'GET /km/../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    (b'GET /assets/..%2f..%2fportal.key HTTP/1.1\r\nHost: a\r\n\r\n', 404), (b'GET /assets/portal.key HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    (b'GET /%ff%fe/ HTTP/1.1\r\nHost: a\r\n\r\n', 400), (b'GET /k%6d/ HTTP/1.1\r\nHost: a\r\n\r\n', 200), (b'GET /km/?%zz=%00 HTTP/1.1\r\nHost: a\r\n\r\n', 400),
    (b'DELETE /km/ HTTP/1.1\r\nHost: a\r\n\r\n', 405), (b'POST /km/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', 405),
    (b'POST /km/report/tip HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nstory=\xff', 400),
    (b'POST /km/report/tip HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n' + b'x' * 70000, 413),
    (b'POST /check HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc', 400), (b'POST /check HTTP/1.1\r\nHost: a\r\nContent-Length: 34\r\n\r\n' + b'\xff' * 34, 400),
    (b'POST /receipt HTTP/1.1\r\nHost: a\r\nContent-Length: 34\r\n\r\n' + b'\0' * 34, 400), (b'GET /km/' + b'a' * 3000 + b' HTTP/1.1\r\nHost: a\r\n\r\n', 414),
])
def test_hostile_requests_are_answered(site, request_bytes, status):
    with socket.create_connection(('127.0.0.1', site.port), 10) as line:
        line.sendall(request_bytes)
        answer = line.recv(65536)
    assert int(answer.split(b' ', 2)[1]) == status, answer[:300]
    assert site.ask('GET', '/km/')[0] == 200


def test_a_question_in_private_is_answered_in_one_size(site):
    # The generator of ristretto255 is an element like any other.
    element = bytes.fromhex('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76')
    sizes = set()
    for bucket in (0, 1, 77, 16383):
        status, data, headers = site.ask('POST', '/check', bucket.to_bytes(2, 'little') + element)
        assert status == 200 and headers['Content-Type'] == 'application/octet-stream' and 'Set-Cookie' not in headers
        sizes.add(len(data))
    assert sizes == {32 + 64 + 24 + 4 * 12}
    assert site.ask('POST', '/check', (16384).to_bytes(2, 'little') + element)[0] == 400
    assert site.ask('GET', '/bulletin')[1].startswith(b'cordon bulletin v1\nhub hub.example\n')


def test_processes_are_shut_in(site):
    children = site.processes()
    assert len(children) == 3
    threads = [f'/proc/{pid}/task/{thread}/status' for pid in children for thread in os.listdir(f'/proc/{pid}/task')]
    assert len(threads) > 4
    for path in threads:
        with open(path, encoding='ascii') as f:
            status = dict(line.split(':\t', 1) for line in f.read().splitlines() if ':\t' in line)
        assert status['Seccomp'] == '2' and status['NoNewPrivs'] == '1' and int(status['CapEff'], 16) == 0 and int(status['CapPrm'], 16) == 0


def test_no_word_says_safe():
    """G16: no verdict's label says that something is safe; the sentence that it does not mean so is there."""
    wrong = {'en': r'safe|normal|clean|trust', 'ko': '안전|정상', 'km': 'សុវត្ថិភាព|ធម្មតា', 'zh': '安全|正常'}
    for language, pattern in wrong.items():
        for key, text in words(language).items():
            if key.startswith('verdict-') and not key.endswith('-next'):
                left = text
                if key in ('verdict-none', 'verdict-unlisted'):
                    denied = {'en': 'This does not mean safe.', 'ko': '안전하다는 뜻이 아닙니다.', 'km': 'នេះមិនមែនមានន័យថាមានសុវត្ថិភាពទេ។', 'zh': '这不表示安全。'}[language]
                    assert denied in text
                    left = text.replace(denied, '')
                assert not re.search(pattern, left, re.I), (language, key)


def test_message_files_are_whole():
    tables = {language: words(language) for language in LANGUAGES}
    for language, table in tables.items():
        assert table.keys() == tables['en'].keys()
        for key, text in table.items():
            assert text.strip() and text.count('%s') == tables['en'][key].count('%s'), (language, key)
            foreign = {'km': '[\uac00-\ud7a3\u4e00-\u9fff]', 'ko': '[\u1780-\u17ff]', 'en': '[\u1780-\u17ff\uac00-\ud7a3\u4e00-\u9fff]', 'zh': '[\u1780-\u17ff\uac00-\ud7a3]'}[language]
            assert not re.search(foreign, text), (language, key)
    # None is there for nothing.
    source = ''
    for folder in ('src/portal', 'ui/portal'):
        for name in os.listdir(os.path.join(ROOT, folder)):
            if name.endswith(('.c', '.ts')):
                with open(os.path.join(ROOT, folder, name), encoding='utf-8') as f:
                    source += f.read()
    made = r'(?:title|speaks|why|error|paper|month|band|state|verdict|about|kind|value|type|relation|consent|follow|miss|a|ask|warning|dispute|message|note|channel|tactic|job|code|learn-right|learn-wrong)-'
    unused = [key for key in tables['en'] if f'"{key}"' not in source and f"'{key}'" not in source and not re.match(made, key)]
    assert not unused, unused


def test_khmer_breaks_stand_between_clusters(site):
    """Every break in a Khmer page is one that may be there: not before a sign, not after a coeng; and long stretches have some."""
    for path in PAGES:
        page = site.ask('GET', f'/km/{path}')[1].decode()
        assert not re.search('\u200b[\u17b4-\u17dd]', page) and not re.search('\u17d2[\u200b\u2060]', page) and '\u200b\u200b' not in page
        # What the hub says of figures comes as the hub signed it; the browser's dictionary breaks it.
        page = re.sub(r'<div class="figures".*</section></div>', '', page, flags=re.S)
        for stretch in re.findall('[\u1780-\u17dd]+', re.sub(r'<textarea.*?</textarea>| data-\w+="[^"]*"', '', page, flags=re.S)):
            assert len(stretch) <= 24, stretch


# ---- a portal of its own ----

@pytest.fixture
def own(tmp_path):
    hub = PublicHub(str(tmp_path / 'hub'))
    portal = Portal(str(tmp_path / 'data'), hub)
    yield hub, portal
    if portal.process.poll() is None:
        portal.stop()


def test_without_a_bulletin_in_a_demonstration(own):
    hub, portal = own
    portal.options.append('--demonstration')
    portal.start()
    for language in LANGUAGES:
        status, page = portal.page(f'/{language}/')
        assert status == 200 and all(words(language)[key].replace('\u200b', '') in page for key in ('age-none', 'demonstration'))
    assert portal.page('/en/report/tip', {'story': 'x'})[0] == 503
    assert portal.ask('POST', '/check', b'\0' * 34)[0] == 503


def test_an_old_bulletin_says_so(own):
    hub, portal = own
    hub.publish(portal.name, age_s=25 * 3600)
    portal.start().until(1)
    assert 'class="age amber"' in portal.page('/en/')[1]
    assert 'verdict none' in portal.page('/en/check', {'what': '+855 12 999 888'})[1]
    hub.publish(portal.name, age_s=24 * 3600 - 600)
    portal.until(2)
    assert 'class="age amber"' not in portal.page('/en/')[1]
    # Backwards, or by another key: refused, and the good one stays.
    hub.publish(portal.name, age_s=3600, number=1)
    time.sleep(6)
    PublicHub(hub.folder, 'two').publish(portal.name, number=9)
    time.sleep(6)
    portal.until(2, 1)
    said = portal.said()
    assert said.count('no new bulletin') >= 1


def test_a_very_old_bulletin_does_not_say_that_nothing_was_reported(own):
    hub, portal = own
    hub.publish(portal.name, age_s=73 * 3600)
    portal.start().until(1)
    assert 'verdict withheld' in portal.page('/en/check', {'what': '+855 12 999 888'})[1]
    assert 'verdict reported' in portal.page('/en/check', {'what': '+855 91 234 567'})[1]


def test_hub_away_reports_wait_and_all_starts_again(own):
    hub, portal = own
    hub.publish(portal.name)
    portal.start().until(1)
    shutil.move(hub.folder, hub.folder + '.away')
    status, page = portal.page('/en/report/tip', {'story': 'kept'})
    assert status == 200
    waiting = os.listdir(os.path.join(portal.folder, 'inbox'))
    assert len(waiting) == 1
    with open(os.path.join(portal.folder, 'inbox', waiting[0]), 'rb') as f:
        assert b'kept' not in f.read()
    assert portal.page('/en/status', {'digits': '1234567890123456'})[0] == 200
    # Killed and started again with the hub still away: the bulletin and the keys are there.
    portal.process.send_signal(signal.SIGKILL)
    portal.process.wait()
    portal.process.stdout.close()
    time.sleep(0.3)
    portal.port = 0
    portal.start().until(1)
    status, page = portal.page('/en/status', {'digits': '1234567890123456'})
    assert status == 200 and words('en')['state-3'] in page
    shutil.move(hub.folder + '.away', hub.folder)
    assert wait_for(hub, lambda item: item[1].get('story') == 'kept', 15)


@pytest.mark.parametrize('which', [0, 1, 2])
def test_a_process_that_dies_is_there_again(own, which):
    hub, portal = own
    hub.publish(portal.name)
    portal.start().until(1)
    before = portal.processes()
    os.kill(before[which], signal.SIGKILL)
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            status, page = portal.page('/en/status', {'digits': '1234567890123456'})
            if status == 200 and words('en')['state-3'] in page and not set(before) & set(portal.processes()):
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.2)
    raise AssertionError(portal.said())


def test_too_many_are_told_to_wait(own):
    hub, portal = own
    hub.publish(portal.name)
    portal.start().until(1)
    for i in range(40):
        assert portal.page('/en/report/tip', {'story': f'{i}'})[0] == 200
    story = 'He said "wait" & <b>pay</b>\r\nទីពីរ'
    status, page = portal.page('/km/report/tip', {'story': story, 'form': 'ab' * 32})
    assert status == 429 and words('km')['wait-by-hand'].replace('\u200b', '') in page and '<b>pay' not in page
    fields, challenge = form_of(page)
    assert fields == {'story': story, 'form': 'ab' * 32}
    # Sent again as it is, or with work that was not done: again that page, with a challenge of its own.
    for wrong in ('', challenge + '0' * 64, 'x' * 132, work(challenge)[:-8] + '00000000'):
        status, page = portal.page('/km/report/tip', {**fields, 'work': wrong})
        assert status == 429 and form_of(page)[0] == fields and form_of(page)[1] != challenge
    done = work(challenge)
    assert portal.page('/km/report/tip', {**fields, 'work': done})[0] == 200
    assert portal.page('/km/report/tip', {**fields, 'form': 'cd' * 32, 'work': done})[0] == 429
    assert [item['story'] for _, item in wait_for(hub, lambda item: 'wait' in item[1]['story'])] == [story.replace('\r', '')]
    assert 'token' not in hub.inbox()[0][1]['client'] and story not in portal.said()
    # In private: two of a share come back in a second, so the work is made first and brought at once.
    question = (77).to_bytes(2, 'little') + bytes.fromhex('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76')

    def refusal():
        for _ in range(600):
            status, challenge, headers = portal.ask('POST', '/check', question)
            if status == 429:
                assert re.fullmatch('[0-9a-f]{68}', challenge.decode()) and headers['Cache-Control'] == 'no-store' and 'Set-Cookie' not in headers
                return challenge.decode()
        raise AssertionError('never refused')

    works = [work(refusal()) for _ in range(6)]
    refusal()
    answers = [portal.ask('POST', '/check', question, {'Cordon-Work': done}) for done in works + works]
    assert [status for status, _, _ in answers[:6]] == [200] * 6 and {len(answer) for _, answer, _ in answers[:6]} == {32 + 64 + 24 + 4 * 12}
    assert [status for status, _, _ in answers[6:]].count(429) >= 4
    # The plain form and the call for help have their own share, and reading goes on.
    assert portal.page('/en/check', {'what': '+855 91 234 567'})[0] == 200
    assert portal.page('/en/n', {'name': 'KIM MINSU', 'room': '5', 'act': 'send'})[0] == 200
    assert portal.page('/en/')[0] == 200


def test_what_it_is_not_given_or_given_wrongly(tmp_path):
    import subprocess
    from portal import PORTAL

    def run(*words):
        done = subprocess.run([PORTAL, *words], capture_output=True, text=True, timeout=20)
        return done.returncode, done.stderr

    data = str(tmp_path / 'data')
    hub = PublicHub(str(tmp_path / 'hub'))
    assert run()[0] == 2 and run('run', '--data', data)[0] == 2
    assert run('run', '--data', data, '--hub', f'file:{hub.folder}', '--key', 'nonsense')[0] == 1
    status, said = run('run', '--data', data, '--hub', f'file:{hub.folder}', '--key', hub.key, '--port', '0')
    assert status == 1 and 'portal.key' in said
    assert run('init', '--data', data)[0] == 0 and run('init', '--data', data)[0] == 1
    os.chmod(os.path.join(data, 'portal.key'), 0o644)
    status, said = run('run', '--data', data, '--hub', f'file:{hub.folder}', '--key', hub.key, '--port', '0')
    assert status == 1 and '0600' in said
    assert run('run', '--data', data, '--hub', 'ftp://x', '--key', hub.key)[0] == 1
    assert run('run', '--data', data, '--hub', f'file:{hub.folder}', '--key', hub.key, '--user', 'nobody-there')[0] == 1


def test_neither_registry_nor_database_is_linked():
    import subprocess
    from portal import PORTAL
    libraries = subprocess.run(['ldd', PORTAL], capture_output=True, text=True, check=True).stdout
    assert 'libpq' not in libraries and 'sqlite' not in libraries
    with open(PORTAL, 'rb') as f:
        program = f.read()
    for word in (b'INSERT INTO', b'sqlite3_', b'PQexec', b'CREATE TABLE'):
        assert word not in program
