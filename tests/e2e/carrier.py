"""A carrier's system, and the host's system of arrival cards: what they send, as they send it."""
import hashlib
import http.client
import json
import re
import secrets
import time

import office


def machine(o, country, roles):
    """A token of a machine, put into the database as its administrator's page would."""
    token, ident, now = secrets.token_urlsafe(32), secrets.token_hex(16), int(time.time() * 1000)
    office.run(o.url, "INSERT INTO machine (id, country, name, kind, secret, roles, created_ms, created_by, ends_ms) VALUES "
               f"('{ident}', '{country}', 'machine', 'bearer', {office.blob(o.url, hashlib.sha256(token.encode()).digest())}, '{roles}', 1, 'x', {now + 86400000})")
    return token


class Sender:
    def __init__(self, o, token):
        self.o, self.token = o, token

    def ask(self, method, path, body=None, kind='application/edifact', **headers):
        connection = http.client.HTTPConnection('127.0.0.1', self.o.port, timeout=30)
        sent = {'Authorization': 'Bearer ' + self.token, 'X-Cordon': '1', **{k.replace('_', '-'): v for k, v in headers.items()}}
        if body is not None:
            sent['Content-Type'] = kind
        connection.request(method, '/api/v1' + path, body.encode() if isinstance(body, str) else body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def send(self, message):
        status, text = self.ask('POST', '/arrivals/paxlst', message)
        assert status == 200, (status, text)
        return text

    def waiting(self):
        status, text = self.ask('GET', '/arrivals/cusres')
        assert status == 200, (status, text)
        return interchanges(text)

    def acknowledge(self, message):
        return self.ask('POST', '/arrivals/cusres', message)

    def cards(self, body, kind='text/csv', language='en'):
        status, text = self.ask('POST', '/arrivals/declarations', body, kind, Accept_Language=language)
        return status, json.loads(text)


def stamp(at):
    """Of a moment, by the clocks of Phnom Penh."""
    return time.strftime('%y%m%d%H%M', time.gmtime(at + 7 * 3600))


def passenger(number, family, given='', birth='800101', nationality='SGP', passport='', locator=None):
    lines = [f"NAD+FL+++{family}:{given}'", f"ATT+2++M'", f"DTM+329:{birth}'", "LOC+178+ICN'", "LOC+179+PNH'", f"NAT+2+{nationality}'"]
    if locator != '':
        lines += [f"RFF+AVF:{locator or 'L%05d' % number}'", f"RFF+ABO:{number:05d}'"]
    return lines + [f"DOC+P:110:111+{passport or 'Q%08d' % number}'", "DTM+36:330515'", f"LOC+91+{nationality}'"]


def paxlst(people, transaction, flight='ZZ9001', begin='745', arrives=None, una=''):
    """An interchange of one list; `people`: as passenger() makes them."""
    arrives = arrives or time.time() + 6 * 3600
    control = hashlib.sha256((transaction + begin + repr(people)).encode()).hexdigest()[:12].upper()
    lines = [f"UNH+{control}+PAXLST:D:05B:UN:IATA+{control}+01:F'", f"BGM+{begin}'", f"RFF+TN:{transaction}'", "NAD+MS+++PASSENGER DESK'",
             "COM+8521234567:TE'", f"TDT+20+{flight}+++ZZ'", "LOC+125+ICN'", f"DTM+189:{stamp(arrives - 5 * 3600)}:201'", "LOC+87+PNH'",
             f"DTM+232:{stamp(arrives)}:201'"]
    for person in people:
        lines += person
    lines.append(f"CNT+42:{len(people)}'")
    lines.append(f"UNT+{len(lines) + 1}+{control}'")
    return (una + f"UNB+UNOA:4+ZZ9:ZZ+KHMPIU:ZZ+260301:0410+{control}++IAPI'\nUNG+PAXLST+ZZ9+KHMPIU+260301:0410+1+UN+D:05B'\n"
            + '\n'.join(lines) + f"\nUNE+1+1'\nUNZ+1+{control}'\n")


def interchanges(text):
    return re.findall(r"UNB\+.*?UNZ\+[^']*'", text, re.S)


def answers(text):
    """Of a CUSRES: {(locator, reference): (code, words)}."""
    found = {}
    for item in re.split(r"ERP\+2'", text)[1:]:
        get = lambda pattern: (re.search(pattern, item) or [None, ''])[1]
        found[get(r"RFF\+AVF:([^']*)'"), get(r"RFF\+ABO:([^']*)'")] = (get(r"ERC\+([^']*)'"), get(r"FTX\+AAP\+\+\+((?:\?.|[^'])*)'").replace('?', ''))
    return found


def code(text, number):
    return next(c for (_, reference), (c, _) in answers(text).items() if reference == f'{number:05d}')


def acknowledgement(unsolicited, erc=None):
    """What a carrier says back: the message as it came, as BGM 312."""
    text = unsolicited.replace('BGM+132', 'BGM+312')
    return text if erc is None else re.sub(r"ERC\+[^']*'", f"ERC+{erc}'", text)
