"""What the public reads, from officers to the page with every process real: hub, bulletin, cordon-portal."""
import csv
import ctypes
import datetime
import html
import io
import json
import os
import re
import shutil
import subprocess
import time
from xml.etree import ElementTree

import pytest

import pg
from officehub import OfficeHub
from portal import BUILD, LANGUAGES, ROOT, Portal
from square import Square

SITE = 'https://check.cordon.example'
xml = ctypes.CDLL('libxml2.so.2')
POSTER = os.path.join(BUILD, 'cordon-poster')
# The month before this one has ended.
MONTH = (datetime.datetime.now(datetime.timezone.utc).replace(day=1) - datetime.timedelta(days=1)).strftime('%Y-%m')


def act(who, path, what, name, body=None):
    """The answer; what is acted upon is at the version that `what` says."""
    return who.post(f'/api/v1/{path}/{what["id"]}/acts/{name}', body, headers={'If-Match': f'"{what["version"]}"'})


def key_of(hub):
    with open(os.path.join(hub.folder, 'keys', 'trusted'), encoding='utf-8') as f:
        return next(line.split()[1] for line in f if line.startswith('public '))


@pytest.fixture(scope='module', params=pg.kinds)
def hub(request, tmp_path_factory):
    with pg.fresh(request.param) as url:
        hub = OfficeHub(str(tmp_path_factory.mktemp('published')), url, ('--public-site', SITE, '--public-authority', 'Anti-Fraud Centre, invented', '--public-hotline', '117'))
        hub.analyst, hub.supervisor, hub.decider = hub.officer('analyst'), hub.officer('supervisor'), hub.officer('decider')
        hub.square = Square(hub, hub.folder)
        hub.portal = Portal(str(tmp_path_factory.mktemp('portal')), f'http://127.0.0.1:{hub.port}', key=key_of(hub)).start()
        yield hub
        assert hub.portal.stop() == 0
        assert hub.stop() == 0


def digits(markup):
    """Numbers of a page as a person copies them: groups of three are set apart by style alone."""
    return html.unescape(re.sub(r'<[^>]+>', '', markup))


def cells(page):
    """{id: number or withheld} of the tables of a page of figures."""
    rows = re.findall(r'<tr id="([a-z.-]+)">.*?<td class="number">(.*?)</td>', page, re.S)
    return {name: int(digits(value)) if '<data' in value else None for name, value in rows}


def enter(hub, figure, number, country=None, **more):
    made = hub.analyst.post('/api/v1/outcomes', {'figure': figure, 'month': MONTH, 'number': number, **({'country': country} if country else {}), **more})
    assert made.status == 201, made
    assert act(hub.supervisor, 'outcomes', made.json, 'confirm').status == 200


def release(hub, **more):
    made = hub.supervisor.post('/api/v1/figures/releases', {'month': MONTH, **more})
    assert made.status == 201, made
    released = act(hub.decider, 'figures/releases', made.json, 'release')
    assert released.status == 200, released
    number = released.json['number']
    bulletin, seconds = hub.square.until(lambda b: 'figures.json' in b.files and b.json('figures.json')['number'] == number)
    assert seconds < 60
    hub.portal.until(bulletin.number, 60)
    return number


def test_figures_are_the_same_on_the_page_in_csv_and_json(hub):
    """G34."""
    _, page = hub.portal.page('/en/figures')
    assert 'Nothing has been released yet' in page
    assert hub.portal.ask('GET', '/en/figures.json')[0] == 404
    for country, number in (('cn', 800), ('kr', 60), ('th', 3)):
        enter(hub, 'suspects.detained', number, country)
    enter(hub, 'suspects.charged', 2, 'cn')
    enter(hub, 'money.lost', 48600000, people=869)
    release(hub)
    status, document, headers = hub.portal.ask('GET', '/km/figures.json')
    assert status == 200 and headers['Content-Type'] == 'application/json' and headers['ETag']
    # Byte for byte what the hub signed, and what its own address gives.
    assert document == hub.nobody.get('/api/v1/figures/files/figures.json').body == hub.portal.ask('GET', '/en/figures-1.json')[1]
    items = {item['id']: item for item in json.loads(document)['items']}
    assert items['suspects.detained']['value'] == 863 and items['suspects.charged']['value'] is None and items['money.lost']['value'] == 48600000
    status, table, headers = hub.portal.ask('GET', '/km/figures.csv')
    assert status == 200 and headers['Content-Type'] == 'text/csv; charset=utf-8'
    rows = list(csv.DictReader(io.StringIO(table.decode('utf-8-sig'))))
    whole = {row['id']: int(row['value']) if row['value'] else None for row in rows if not row['country']}
    assert whole == {name: item['value'] for name, item in items.items()}
    parts = {(row['id'], row['country']): row['value'] for row in rows if row['country']}
    assert parts['suspects.detained', 'cn'] == '800'
    for language in LANGUAGES:
        _, page = hub.portal.page(f'/{language}/figures')
        assert cells(page) == whole, language
        shown = [digits(x) for x in re.findall(r'<th scope="row">[^<]*</th><td class="number">(<data value="\d+">(?:[^<]|<span[^>]*>|</span>)*</data>)</td></tr>', page)]
        assert sorted(shown) == sorted(value for value in parts.values() if value), language
    for name, kind in (('figures.dcat.json', 'application/ld+json'), ('figures.releases.json', 'application/json'), ('figures-money.ko.svg', 'image/svg+xml')):
        status, data, headers = hub.portal.ask('GET', f'/ko/{name}')
        assert status == 200 and headers['Content-Type'] == kind and data, name
    for name in ('figures-9.json', 'figures', 'checks', 'contacts.json', 'figures.exe', 'figuresx'):
        assert (hub.portal.ask('GET', f'/ko/{name}')[0] == 404) == (name != 'figures'), name


def test_a_revision_leaves_the_old_value_to_be_read(hub):
    enter(hub, 'suspects.detained', 40, 'vn')
    number = release(hub, reasons={'suspects.detained': {'code': 'entry'}})
    _, page = hub.portal.page('/en/figures')
    assert cells(page)['suspects.detained'] == 903 and 'was 863 in release 1' in page and f'replaced by release {number}' in page
    before = json.loads(hub.portal.ask('GET', '/en/figures-1.json')[1])
    assert next(i for i in before['items'] if i['id'] == 'suspects.detained')['value'] == 863


# ---- alerts ----

TITLE = {'en': 'Parcels: "customs" ask for <a fee>', 'km': 'អីវ៉ាន់៖ គេទារថ្លៃគយក្លែងក្លាយ', 'ko': '택배: 가짜 통관 수수료 요구', 'zh': '包裹：假冒海关收费'}
TEXT = {'en': 'A message says that your parcel is held.\nThe address in it is false.', 'km': 'សារមួយប្រាប់ថាអីវ៉ាន់របស់អ្នកត្រូវបានឃាត់។', 'ko': '택배가 보류되었다는 문자가 옵니다. 주소는 가짜입니다.',
        'zh': '短信称您的包裹被扣留，其中的网址是假的。'}
ADVICE = {'en': 'Pay nothing. Ask the post yourself.', 'km': 'កុំបង់ប្រាក់។ សួរប្រៃសណីយ៍ដោយខ្លួនឯង។', 'ko': '돈을 내지 마세요. 우체국에 직접 물어보세요.', 'zh': '不要付款，请自行向邮局查询。'}
CAP = '{urn:oasis:names:tc:emergency:cap:1.2}'


def write(hub, **more):
    made = hub.analyst.post('/api/v1/public-alerts', {'title': TITLE, 'text': TEXT, 'advice': ADVICE, 'severity': 'Severe', 'urgency': 'Immediate',
                                                      'certainty': 'Observed', 'countries': ['kh', 'kr'], 'channels': ['sms'], **more})
    assert made.status == 201, made
    return made.json


def give_out(hub, alert):
    """Released by another officer; seconds until its page is there, in the portal's own process."""
    assert act(hub.analyst, 'public-alerts', alert, 'release').reason == 'denied'
    begun = time.monotonic()
    released = act(hub.decider, 'public-alerts', alert, 'release')
    assert released.status == 200, released
    number = released.json['number']
    while hub.portal.ask('GET', f'/en/alerts/{number}')[0] != 200:
        assert time.monotonic() - begun < 60, hub.portal.said()
        time.sleep(0.1)
    return released.json, time.monotonic() - begun


def cap_valid(data):
    """By the schema (ours, or CAP_SCHEMA: tools/interop.sh gives OASIS's own), with the library that the program itself reads XML with."""
    path = os.environ.get('CAP_SCHEMA', os.path.join(ROOT, 'tests/alert/data/cap-1.2.xsd'))
    for function in (xml.xmlSchemaNewParserCtxt, xml.xmlSchemaParse, xml.xmlReadMemory, xml.xmlSchemaNewValidCtxt):
        function.restype = ctypes.c_void_p
    schema = ctypes.c_void_p(xml.xmlSchemaParse(ctypes.c_void_p(xml.xmlSchemaNewParserCtxt(path.encode()))))
    document = ctypes.c_void_p(xml.xmlReadMemory(data, len(data), b'cap', None, 0))
    assert schema and document
    return xml.xmlSchemaValidateDoc(ctypes.c_void_p(xml.xmlSchemaNewValidCtxt(schema)), document) == 0


def cap_of(hub, number):
    status, data, headers = hub.portal.ask('GET', f'/alerts/{number}.cap')
    assert status == 200 and headers['Content-Type'] == 'application/cap+xml; charset=utf-8'
    assert cap_valid(data), data
    assert not cap_valid(data.replace(b'<scope>Public', b'<scope>Everybody')), 'the schema sees nothing'
    return ElementTree.fromstring(data)


def test_what_cannot_be_an_alert_is_refused(hub):
    for change, field in (({'title': {}, 'text': {}, 'advice': {}}, 'title'), ({'title': {}}, 'title.en'), ({'title': {**TITLE, 'ko': 'bell \a'}}, 'title.ko'), ({'text': {**TEXT, 'zh': 'turned \u202e round'}}, 'text.zh'),
                          ({'title': {'en': 'x' * 161}, 'text': {'en': 'x'}, 'advice': {}}, 'title.en'), ({'countries': ['zz']}, 'countries'),
                          ({'channels': ['pigeon']}, 'channels'), ({'expires': '2020-01-01T00:00:00Z'}, 'expires'), ({'cancel': True}, 'refers'),
                          ({'title': 'text'}, 'title'), ({'countries': [7]}, 'countries')):
        answer = hub.analyst.post('/api/v1/public-alerts', {'title': TITLE, 'text': TEXT, 'advice': ADVICE, **change})
        assert answer.status == 422 and answer.json['field'] == field, (change, answer)
    assert hub.officer('liaison', country='kr').get('/api/v1/public-alerts').status == 403
    assert hub.analyst.get('/api/v1/public-alerts').json['total'] == 0
    declined = write(hub)
    assert act(hub.supervisor, 'public-alerts', declined, 'decline', {'note': 'wait'}).json['state'] == 'declined'


def test_an_alert_is_read_within_a_minute(hub):
    assert hub.portal.ask('GET', '/ko/alerts.rss')[0] == 200, 'there is a feed before there is an alert'
    released, seconds = give_out(hub, write(hub, expires='2099-01-01T00:00:00Z'))
    assert seconds < 60 and released['number'] == 1
    print(f'\nfrom release to page: {seconds:.1f} s')
    for language in LANGUAGES:
        status, page = hub.portal.page(f'/{language}/alerts/1')
        assert status == 200 and html.escape(TITLE[language], quote=True).replace('&#x27;', "'") in page and ADVICE[language] in page
        assert f'<meta property="og:url" content="{SITE}/{language}/alerts/1">' in page
        for content in re.findall(r'<meta property="og:(?:url|image)" content="([^"]*)"', page):
            assert content.startswith(SITE + '/'), 'of no other host'
        assert TITLE[language].split(':')[0].split('：')[0].split('៖')[0] in hub.portal.page(f'/{language}/')[1]
        channel = ElementTree.fromstring(hub.portal.ask('GET', f'/{language}/alerts.rss')[1]).find('channel')
        assert channel.find('item/title').text == TITLE[language] and channel.find('item/link').text == f'{SITE}/{language}/alerts/1'
        feed = json.loads(hub.portal.ask('GET', f'/{language}/alerts.json')[1])
        assert feed['items'][0]['title'] == TITLE[language] and TEXT[language] in feed['items'][0]['content_text']
        index = ElementTree.fromstring(hub.portal.ask('GET', f'/{language}/alerts.cap')[1])
        assert index.find('channel/item/link').text == f'{SITE}/alerts/1.cap'
    cap = cap_of(hub, 1)
    assert cap.find(f'{CAP}msgType').text == 'Alert' and [i.find(f'{CAP}headline').text for i in cap.findall(f'{CAP}info')] == [TITLE[x] for x in ('en', 'km', 'ko', 'zh')]
    assert hub.portal.ask('GET', '/alerts/9.cap')[0] == hub.portal.ask('GET', '/en/alerts/9')[0] == hub.portal.ask('GET', '/alerts/1')[0] == 404
    assert hub.portal.ask('GET', '/media/contacts.json')[0] == hub.portal.ask('GET', '/media/alert-1.en.exe')[0] == 404


def test_updates_and_withdrawals_stand_beside_what_they_replace(hub):
    first = hub.analyst.get('/api/v1/public-alerts?state=released').json['items'][0]
    update, _ = give_out(hub, write(hub, refers=first['id'], title={**TITLE, 'en': 'Parcels: now by telephone too'}))
    assert (update['number'], update['kind'], update['refersNumber']) == (2, 'update', 1)
    late = hub.analyst.post('/api/v1/public-alerts', {'title': TITLE, 'text': TEXT, 'refers': first['id']})
    assert (late.status, late.reason) == (409, 'alert-replaced')
    status, page = hub.portal.page('/en/alerts/1')
    assert status == 200 and 'A newer alert stands in its place' in page and '/en/alerts/2' in page and TEXT['en'].split('\n')[1] in page
    assert '[갱신] ' + TITLE['ko'] in hub.portal.page('/ko/alerts')[1] and '새로 고침' not in hub.portal.page('/ko/alerts/2')[1]
    cap = cap_of(hub, 2)
    assert cap.find(f'{CAP}msgType').text == 'Update' and cap.find(f'{CAP}references').text.startswith('cordon.kh,1,')
    cancel, _ = give_out(hub, write(hub, refers=update['id'], cancel=True, title={'en': 'The senders were arrested'}, text={'en': 'It has ended.'}, advice={}))
    assert (cancel['number'], cancel['kind']) == (3, 'cancel')
    assert 'This alert was withdrawn' in hub.portal.page('/en/alerts/2')[1]
    cap = cap_of(hub, 3)
    assert cap.find(f'{CAP}msgType').text == 'Cancel' and cap.find(f'{CAP}references').text.count('cordon.kh,') == 2
    assert hub.sql('SELECT count(*) FROM public_alert WHERE number IS NOT NULL') == [['3']], 'nothing is written over'
    assert TITLE['en'] in [row['title']['en'] for row in hub.analyst.get('/api/v1/public-alerts').json['items'] if row.get('number') == 1]
    _, start = hub.portal.page('/en/')
    assert '/en/alerts/1"' not in start and '/en/alerts/2"' not in start


@pytest.mark.skipif(not os.path.exists(POSTER) or not shutil.which('zbarimg') or not shutil.which('pdftoppm'), reason='cordon-poster, zbar-tools or poppler-utils are missing')
def test_posters_and_pictures_are_drawn_and_served(hub, tmp_path):
    wanted = [f'alert-{n}.{language}.{kind}' for n in (1, 2) for language in LANGUAGES for kind in ('png', 'pdf')] + ['alert-3.en.png', 'alert-3.en.pdf']
    bulletin, _ = hub.square.until(lambda b: all(name in b.files for name in wanted), 120)
    hub.portal.until(bulletin.number, 60)
    for name in wanted:
        status, data, headers = hub.portal.ask('GET', f'/media/{name}')
        assert status == 200 and data == bulletin.file(name)
        if name.endswith('.png'):
            assert headers['Content-Type'] == 'image/png' and data[:8] == b'\x89PNG\r\n\x1a\n' and len(data) <= 150 * 1024
        else:
            assert headers['Content-Type'] == 'application/pdf' and data[:5] == b'%PDF-' and len(data) <= 300 * 1024
    (tmp_path / 'poster.pdf').write_bytes(hub.portal.ask('GET', '/media/alert-2.km.pdf')[1])
    subprocess.run(['pdftoppm', '-r', '200', '-png', '-singlefile', tmp_path / 'poster.pdf', tmp_path / 'poster'], check=True)
    read = subprocess.run(['zbarimg', '-q', '--raw', '-Sdisable', '-Sqrcode.enable', tmp_path / 'poster.png'], capture_output=True, text=True, check=True).stdout
    assert read.strip() == SITE
    _, page = hub.portal.page('/km/alerts/2')
    assert f'<meta property="og:image" content="{SITE}/media/alert-2.km.png">' in page and 'href="/media/alert-2.km.pdf"' in page
    assert cap_of(hub, 2).find(f'{CAP}info/{CAP}resource/{CAP}uri').text == f'{SITE}/media/alert-2.en.png'
    newest = hub.analyst.get('/api/v1/public-alerts?state=released').json['items'][0]
    assert hub.analyst.get(f"/api/v1/public-alerts/{newest['id']}").json['drawn'] == ['alert-3.en.pdf', 'alert-3.en.png']
