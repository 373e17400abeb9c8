"""What the public reads, from officers to the page with every process real: hub, bulletin, cordon-portal."""
import csv
import datetime
import html
import io
import json
import os
import re

import pytest

import pg
from officehub import OfficeHub
from portal import LANGUAGES, Portal
from square import Square

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
        hub = OfficeHub(str(tmp_path_factory.mktemp('published')), url)
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
