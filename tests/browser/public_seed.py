"""Sends to a hub what its public might: usage: public_seed.py ADDRESS [withdraw | alarm KEY]: takes back what was
reported of a payment, or tells what the portal of that key has noticed."""
import base64
import hashlib
import http.client
import os
import re
import secrets
import sys
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from square import ALARM, DISPUTE, FOLLOW_UP, PART, REPORT, item, phone

address = sys.argv[1]
for _ in range(100):
    try:
        with urllib.request.urlopen(address + '/public/bulletin') as answer:
            note = answer.read().decode()
        break
    except OSError:
        time.sleep(0.1)
inbox = base64.b64decode(next(line for line in note.split('\n') if line.startswith('inbox ')).split(' ')[1])
host = address.split('//')[1]


def send(kind, content):
    connection = http.client.HTTPConnection(host)
    connection.request('POST', '/public/inbox', item(inbox, kind, content))
    assert connection.getresponse().status == 201
    connection.close()


def receipt():
    return 'receipt|' + ''.join(secrets.choice('0123456789') for _ in range(16))


def report(n, **more):
    send(REPORT, {'receipt': receipt(), 'time': '2026-11-26T01:00:00.000Z', 'speed': 'report', 'client': {'token': f't{n}', 'network': f'n{n}', 'device': f'd{n}'}, **more})


PAYMENT = 'receipt|4321432143214321'
if sys.argv[2:] == ['withdraw']:
    send(FOLLOW_UP, {'receipt': PAYMENT, 'time': '2026-11-26T02:00:00.000Z', 'language': 'ko', 'act': 'withdraw'})
    sys.exit()

if sys.argv[2:3] == ['alarm']:
    of = {'hour': time.strftime('%Y-%m-%dT%H:00:00.000Z', time.gmtime()), 'portal': sys.argv[3]}
    send(ALARM, {'alarm': 'network', 'checks': 10000, 'networks': 3, **of})
    send(ALARM, {'alarm': 'sum', 'buckets': 15870, 'checks': 41250, 'usual': 3100, **of})
    sys.exit()

stories = [('km', 'គេផ្សាយថាត្រូវការបុគ្គលិកវាយអក្សរនៅប៉ោយប៉ែត ប្រាក់ខែពីរពាន់ដុល្លារ ហើយគេសុំលិខិតឆ្លងដែនរបស់ខ្ញុំ'),
           ('ko', '캄보디아에서 일하면 월 2천 달러를 준다고 해서 텔레그램으로 연락했는데 여권을 먼저 보내라고 했습니다. 텔레그램 @hr_poipet_kh, 제 번호는 010-5550-0123이고 영사콜센터 +82 2-3210-0404에도 알렸습니다'),
           ('zh', '他们说在西港做客服月薪两千美元，让我把护照照片发过去，还说机票由公司付'),
           ('en', 'They offered me a typing job in Poipet for two thousand dollars a month and asked for my passport first')]
for n, (language, story) in enumerate(stories):
    report(n, language=language, type='job', story=story, identifiers=[phone('+855 12 345 678')], danger='yes' if n == 1 else 'no',
           contact={'way': 'telegram', 'value': '@invented', 'hours': '19:00-21:00'}, promised='2,000 USD', place='Poipet', relation='self')
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'sight', 'red_blue.h'), encoding='ascii') as f:
    proof = bytes.fromhex(''.join(re.findall(r'0x(\w\w)', f.read())))


def proof_sent(name):
    """A picture on its way, and how what it comes with names it."""
    upload = secrets.token_bytes(16)
    send(PART, upload + bytes(8) + proof)
    return [{'upload': upload.hex(), 'size': len(proof), 'sha256': hashlib.sha256(proof).hexdigest(), 'name': name, 'media': 'image/jpeg'}]


report(10, receipt=PAYMENT, evidence=proof_sent('transfer.jpg'), language='ko', type='investment', money='day', consent=['host-police', 'partner-police'], story='처음에는 조금 벌게 해 주고 나서 큰돈을 넣게 했습니다',
       payments=[{'amount': '3,000,000', 'currency': 'KRW', 'method': 'transfer', 'to': 'ABA 000 123 456', 'reference': 'TX-20261125-77'}], identifiers=[phone('+82 10 5550 0199', 'kr')])
report(11, language='en', speed='tip', story='Your parcel is held. Pay 2 USD here: hxxp://parcel-kh[.]example/pay')
for n in range(25):
    send(REPORT, {'receipt': receipt(), 'time': '2026-11-26T01:00:00.000Z', 'language': 'en', 'speed': 'tip', 'story': 'This number cheats everybody, block it at once, all my friends were cheated by it',
                  'identifiers': [phone('+855 88 123 4567')], 'client': {'token': f'f{n}', 'network': 'one', 'device': 'same'}})
send(DISPUTE, {'receipt': receipt(), 'time': '2026-11-26T01:00:00.000Z', 'language': 'ko', 'identifier': phone('+855 12 345 678'), 'story': '이 번호는 5월부터 제가 쓰고 있습니다. 계약서를 첨부합니다.',
               'evidence': proof_sent('contract.jpg')})
