#!/usr/bin/env python3
"""Fills the public side of a demonstration through the real interfaces: its invented public sends sealed reports, its invented officers read
them, put them together, confirm and release. usage: fill_demo.py ADDRESS

ADDRESS is of a hub that was made by `cordon demo`. What is there already is not made again. BUILD in the environment: where `cordon` is.
"""
import base64
import csv
import datetime
import os
import secrets
import subprocess
import sys
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get('BUILD', os.path.join(ROOT, 'build'))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))
from officer import Officer
from square import DISPUTE, REPORT, item

LANGUAGES = ('en', 'km', 'ko', 'zh')
PASSWORD = 'cordon demonstration'


def table(name):
    with open(os.path.join(ROOT, 'data', 'demo', name), encoding='utf-8') as f:
        return list(csv.DictReader((line for line in f if not line.startswith('#')), delimiter='\t', quoting=csv.QUOTE_NONE))


class Hub:
    def __init__(self, address):
        self.port = urllib.parse.urlsplit(address).port


class Person(Officer):
    def __init__(self, hub, login):
        super().__init__(hub)
        code = subprocess.run([os.path.join(BUILD, 'cordon'), 'demo', '--code', login], check=True, capture_output=True, text=True).stdout.strip()
        self.good('POST', '/api/v1/session/password', {'login': login, 'password': PASSWORD})
        self.good('POST', '/api/v1/session/totp', {'code': code})

    def all(self, path):
        return self.good('GET', f'/api/v1/{path}?limit=500')['items']

    def make(self, path, body):
        return self.good('POST', f'/api/v1/{path}', body)

    def act(self, path, thing, act):
        """On the thing as it was answered last."""
        return self.good('POST', f'/api/v1/{path}/{thing["id"]}/acts/{act}', {}, {'If-Match': f'"{thing["version"]}"'})


# ---- the public ----

def named(row):
    place = {'phone': 'country', 'handle': 'service'}.get(row['type'])
    return {'type': row['type'], 'value': row['value'], **({place: row['place']} if place else {})}


def send(public, inbox, kind, content):
    content = {'receipt': 'receipt|' + ''.join(secrets.choice('0123456789') for _ in range(16)),
               'time': datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z'), **content}
    public.good('POST', '/public/inbox', item(inbox, kind, content), {'Content-Type': 'application/octet-stream'})


def reports(hub, analyst):
    """Of each case the reports as the desk has them, once all are there."""
    rows, public = table('reports.tsv'), Officer(hub)
    if not analyst.all('reports'):
        note = public.good('GET', '/public/bulletin').decode()
        inbox = base64.b64decode(next(line.split(' ')[1] for line in note.split('\n') if line.startswith('inbox ')))
        for number, row in enumerate(rows):
            send(public, inbox, REPORT, {'language': row['language'], 'speed': 'report', 'type': row['fraud'], 'story': row['story'], 'identifiers': [named(row)],
                                         'client': {'token': f't{number}', 'network': f'n{number}', 'device': f'd{number}'}})
        send(public, inbox, DISPUTE, {'language': 'ko', 'identifier': named(rows[0]), 'story': '이 번호는 5월부터 제가 쓰고 있습니다. (꾸며 낸 이야기)'})
    until(lambda: len(analyst.all('reports')) >= len(rows), 'the reports')
    found = {}
    for report in analyst.all('reports'):
        report = analyst.good('GET', f'/api/v1/reports/{report["id"]}')
        case = next((row['case'] for row in rows if row['value'] in [one['typed'] for one in report['identifiers']]), '')
        found.setdefault(case, []).append(report)
    return found


def until(holds, what, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            sys.exit(f'fill_demo.py: {what} did not come within {seconds} seconds')
        time.sleep(0.2)


# ---- the desk ----

def campaigns(analyst, found):
    """Ids by case."""
    there = {campaign['name']: campaign['id'] for campaign in analyst.all('campaigns')}
    made = {}
    for row in table('alerts.tsv'):
        if row['campaign']:
            made[row['case']] = there.get(row['campaign']) or analyst.make('campaigns', {
                'name': row['campaign'], 'about': 'Invented, for the demonstration.', 'cluster': found[row['case']][0]['cluster']})['id']
    return made


def listings(analyst, decider, found):
    if any(listing['verdict'] == 'confirmed' for listing in analyst.all('public-listings')):
        return
    of_case = {row['case']: named(row) for row in table('reports.tsv')}
    for row in table('alerts.tsv'):
        if row['authority']:
            listing = analyst.make('public-listings', {'identifier': of_case[row['case']], 'authority': int(row['authority']), 'note': 'Invented, for the demonstration.'})
            decider.act('public-listings', listing, 'confirm')


def alerts(analyst, decider, of_case):
    if analyst.all('public-alerts'):
        return
    made = {}
    for row in table('alerts.tsv'):
        words = {part: {language: row[f'{part}_{language}'] for language in LANGUAGES} for part in ('title', 'text', 'advice')}
        alert = analyst.make('public-alerts', {
            **words, **{name: row[name] for name in ('severity', 'urgency', 'certainty')}, 'exercise': True, 'countries': row['countries'].split('|'),
            'channels': row['channels'].split('|'), **({'refers': made[row['refers']]} if row['refers'] else {}),
            **({'campaign': of_case[row['case']]} if row['case'] in of_case else {})})
        made[row['case']] = decider.act('public-alerts', alert, 'release')['id']


def figures(analyst, supervisor, decider):
    month = (datetime.datetime.now(datetime.timezone.utc).replace(day=1) - datetime.timedelta(days=1)).strftime('%Y-%m')
    if supervisor.all('figures/releases'):
        return
    there = {(outcome['figure'], outcome.get('country', '')) for outcome in analyst.all('outcomes')}
    for row in table('outcomes.tsv'):
        if (row['figure'], row['country']) not in there:
            outcome = analyst.make('outcomes', {'figure': row['figure'], 'month': month, 'number': int(row['number']), 'note': 'Invented, for the demonstration.',
                                                **({'country': row['country']} if row['country'] else {}), **({'people': int(row['people'])} if row['people'] else {})})
            supervisor.act('outcomes', outcome, 'confirm')
    decider.act('figures/releases', supervisor.make('figures/releases', {'month': month}), 'release')


def main():
    hub = Hub(sys.argv[1])
    analyst, supervisor, decider = (Person(hub, login) for login in ('kh-analyst', 'kh-supervisor', 'kh-decider2'))
    supervisor.purpose = 'Demonstration'
    found = reports(hub, analyst)
    listings(analyst, decider, found)
    alerts(analyst, decider, campaigns(analyst, found))
    figures(analyst, supervisor, decider)


main()
