"""A partner's officer submits a real file of suspects to a running hub: what comes of each row, in his language, and who sees it."""
import http.client
import json
import pathlib
import sys
import time
import urllib.parse

import pytest

import office as offices

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'tools'))
import make_submission  # noqa: E402

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
PNG = b'\x89PNG\r\n\x1a\n' + bytes(64)


@pytest.fixture(params=['sqlite', 'postgresql'])
def office(request):
    with offices.office(request.param) as made:
        yield made


def send(officer, data, kind=XLSX, name='명단.xlsx', language='ko'):
    return officer.ask('POST', f'/submissions?name={urllib.parse.quote(name)}&lang={language}', data, Content_Type=kind)


def fetch(officer, path):
    """Status, headers and bytes, as they come."""
    connection = http.client.HTTPConnection('127.0.0.1', officer.office.port, timeout=30)
    connection.request('GET', '/api/v1' + path, headers={'Cookie': f'sid={officer.token}', 'X-Purpose': 'a test'})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.headers, data


def rows_of(officer, submission, query=''):
    items, cursor = [], ''
    while True:
        status, page, _ = officer.ask('GET', f'/submissions/{submission}/rows?lang=ko&limit=200{query}{cursor}')
        assert status == 200, page
        items += page['items']
        if page['next'] is None:
            assert len(items) == page['total']
            return items
        cursor = f'&cursor={page["next"]}'


@pytest.mark.parametrize('language', ['ko', 'en', 'zh'])
def test_500_rows_with_25_planted_errors(office, language):
    today = time.strftime('%Y-%m-%d')
    header, lines, expected, _ = make_submission.make(500, 25, 11, language, today)
    began = time.monotonic()
    status, made, _ = send(office.liaison, make_submission.workbook([header] + lines))
    took = time.monotonic() - began
    assert status == 201, made
    assert took < 60
    print(f'500 rows: {took:.2f} s')
    assert (made['rows'], made['taken'], made['refused'], made['known']) == (500, 475, 25, 0)
    refused = rows_of(office.liaison, made['id'], '&status=refused')
    # All and only those, each with its row, its column and its reason, and words in Korean.
    assert [r['row'] for r in refused] == [e['row'] for e in expected]
    headings = {c['name']: c[language].split('|')[0] for c in make_submission.table('data/registry/submission_columns.tsv')}
    for row, error in zip(refused, expected):
        told = [(p['column'], p['reason']) for p in row['problems']]
        assert (error['column'], error['reason']) in told
        for problem in row['problems']:
            assert problem['field'] == headings[problem['column']]
            assert any('가' <= c <= '힣' for c in problem['text']), problem
    # Nothing of it reaches a checkpoint, and everything stands in state submitted.
    status, page, _ = office.reviewer.ask('GET', '/entries?state=submitted&limit=1')
    assert status == 200 and page['total'] == 475
    # The same file again is the same submission.
    status, again, _ = send(office.liaison, make_submission.workbook([header] + lines))
    assert status == 200 and again['id'] == made['id']


def test_what_cannot_be_read_is_one_error_and_nothing_is_written(office):
    for data, kind, status, reason in ((b'', 'text/csv', 422, 'file-empty'), (b'PK\x03\x04', XLSX, 422, 'file-damaged'),
                                       (b'[{', 'application/json', 422, 'json-damaged'), (b'a,b\n1,2\n', 'text/csv', 422, 'header-none'),
                                       (b'\xd0\xcf\x11\xe0', XLSX, 415, 'file-old-excel')):
        got, problem, _ = send(office.liaison, data, kind)
        assert (got, problem['reason']) == (status, reason), problem
        assert any('가' <= c <= '힣' for c in problem['detail'])
    assert office.reviewer.ask('GET', '/entries')[1]['total'] == 0
    assert office.liaison.ask('GET', '/submissions')[1]['total'] == 0


def test_korean_and_chinese_character_sets(office):
    header, lines, _, _ = make_submission.make(3, 0, 5, 'ko')
    text = '\r\n'.join(','.join(f'"{make_submission.plain(v)}"' for v in line) for line in [header] + lines[:1])
    for charset in ('cp949', 'utf-16', 'utf-8-sig'):
        status, made, _ = send(office.liaison, text.encode(charset), 'text/csv')
        assert status in (200, 201), made
        assert made['refused'] == 0 and made['rows'] == 1, (charset, rows_of(office.liaison, made['id']))
    # The rows were there already.
    assert office.reviewer.ask('GET', '/entries')[1]['total'] == 1


def test_json_lines_of_a_machine(office):
    people = [{'schema': 'Person', 'id': 'J-1', 'properties': {'name': ['Invented Person'], 'birthDate': ['1990-03-07'],
                                                              'nationality': ['kr'], 'passportNumber': ['M12345678']},
               'offence': 'fraud', 'law': 'Act', 'measure': ['refer'], 'purpose': 'test'}]
    status, made, _ = send(office.liaison, '\n'.join(json.dumps(p) for p in people), 'application/x-ndjson')
    assert status == 201 and made['taken'] == 1 and made['format'] == 'json'


def test_another_country_and_other_roles(office):
    header, lines, _, _ = make_submission.make(2, 0, 3, 'en')
    made = send(office.liaison, make_submission.workbook([header] + lines))[1]
    for officer, status in (('liaison2', 200), ('reviewer', 200), ('thai', 404), ('admin', 403), ('primary', 403)):
        for path in ('', '/rows'):
            assert getattr(office, officer).ask('GET', f'/submissions/{made["id"]}{path}')[0] == status, (officer, path)
    assert office.thai.ask('GET', '/submissions')[1]['total'] == 0
    assert send(office.reviewer, b'x', 'text/csv')[0] == 403


def test_attachments(office):
    entry = office.nominate('KR-1')[1]['id']
    path = f'/entries/{entry}/attachments?kind=photo&name=face.png'
    status, made, _ = office.liaison.ask('POST', path, PNG, Content_Type='image/png')
    assert status == 201 and made['type'] == 'image/png' and made['size'] == len(PNG)
    # What it is called and declared as counts for nothing.
    for data, reason in ((b'<html><script>', 'attachment-type'), (b'MZ' + bytes(60), 'attachment-type'), (b'', 'attachment-empty')):
        status, problem, _ = office.liaison.ask('POST', path, data, Content_Type='image/png')
        assert problem['reason'] == reason and status in (415, 422)
    status, page, _ = office.legal.ask('GET', f'/entries/{entry}/attachments')
    assert [a['id'] for a in page['items']] == [made['id']]
    assert office.thai.ask('GET', f'/entries/{entry}/attachments')[0] == 404
    assert office.thai.ask('GET', f'/attachments/{made["id"]}')[0] == 404
    raw = fetch(office.legal, f'/attachments/{made["id"]}')
    assert raw[0] == 200 and raw[2] == PNG
    assert raw[1]['Content-Disposition'].startswith('attachment;') and raw[1]['X-Content-Type-Options'] == 'nosniff'
    assert raw[1]['Content-Type'] == 'image/png'


def test_clearances(office):
    entry = office.stage('KR-1', 'published')
    body = {'entry': entry, 'consent': True, 'text': 'another birth date and passport',
            'person': {'schema': 'Person', 'properties': {'name': ['김민수'], 'birthDate': ['1975-01-02'], 'nationality': ['kr'],
                                                         'passportNumber': ['K55555555']}}}
    status, made, version = office.reviewer.ask('POST', '/clearances', body)
    assert status == 201 and made['state'] == 'proposed' and made['proposedBy'] == office.reviewer.id
    path = f'/clearances/{made["id"]}'
    assert made['text'] == body['text'] and made['acts'] == []
    assert office.reviewer.ask('POST', path + '/acts/confirm', {}, version)[0] == 403
    assert [a['act'] for a in office.supervisor.ask('GET', path)[1]['acts']] == ['confirm', 'end']
    assert office.all.ask('POST', path + '/acts/confirm', {}, version + 1)[1]['reason'] == 'version'
    status, confirmed, version = office.supervisor.ask('POST', path + '/acts/confirm', {}, version)
    assert status == 200 and confirmed['state'] == 'in-force'
    assert office.liaison.ask('GET', path)[0] == 403
    status, ended, _ = office.redress.ask('POST', path + '/acts/end', {'reason': 'consent-withdrawn'}, version)
    assert status == 200 and ended['state'] == 'ended' and ended['person'] is None
    assert office.reviewer.ask('GET', '/clearances?state=in-force')[1]['total'] == 0
    body['consent'] = False
    assert office.reviewer.ask('POST', '/clearances', body)[1]['reason'] == 'clearance-consent'
