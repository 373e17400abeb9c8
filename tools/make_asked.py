#!/usr/bin/env python3
"""Golden inputs for identifiers (src/ident/asked.h, ui/ident): what people may paste, made by rule from values that are known first.

usage: make_asked.py > tests/data/asked.jsonl

Formats x countries x scripts x noise. What comes out is known by construction: nothing here calls the code that is tested; checksums are
computed by this file's own few lines. The same bytes at each run."""
import hashlib
import json

SCRIPTS = {'khmer': 0x17E0, 'thai': 0x0E50, 'lao': 0x0ED0, 'myanmar': 0x1040, 'arabic': 0x0660, 'persian': 0x06F0, 'nagari': 0x0966,
           'wide': 0xFF10, 'adlam': 0x1E950}
NOISE = ['\u200b', '\u200e', '\ufeff', '\u00ad', '\u2060', '\u202a', '\u2067', '\u200d']
rows = []
state = 1


def below(n):
    """The same numbers at each run."""
    global state
    state = int.from_bytes(hashlib.sha256(state.to_bytes(32, 'big')).digest(), 'big') % 2**255
    return state % n


def row(text, x=None, reason=None, **query):
    rows.append({'text': text, **query, **({'x': x} if x else {'reason': reason})})


def in_script(text, script):
    return ''.join(chr(SCRIPTS[script] + int(c)) if c.isdigit() and c.isascii() else c for c in text)


def noisy(text):
    return ''.join(c + (NOISE[below(len(NOISE))] if below(3) == 0 else '') for c in text)


def grouped(digits, mark):
    return mark.join(filter(None, (digits[:2], digits[2:5], digits[5:])))


def phones():
    plans = {'kh': ('855', '0', ['91234567', '12345678', '961234567', '23456789']), 'kr': ('82', '0', ['1012345678', '212345678', '3112345678', '7012345678']),
             'th': ('66', '0', ['812345678', '912345678', '21234567', '651234567']), 'vn': ('84', '0', ['912345678', '351234567', '2412345678', '771234567']),
             'cn': ('86', '0', ['13812345678', '15912345678', '1065123456', '2087654321']), 'sg': ('65', '', ['91234567', '81234567', '61234567', '31234567']),
             'hk': ('852', '', ['91234567', '51234567', '23456789', '61234567']), 'tw': ('886', '0', ['912345678', '223456789', '973456789', '423456789']),
             'jp': ('81', '0', ['9012345678', '8012345678', '312345678', '7012345678']), 'ph': ('63', '0', ['9171234567', '9981234567', '281234567', '321234567']),
             'my': ('60', '0', ['123456789', '1112345678', '312345678', '82345678']), 'la': ('856', '0', ['2055123456', '2098765432', '21234567', '305123456']),
             'mm': ('95', '0', ['9420012345', '9791234567', '1234567', '9250123456']), 'us': ('1', '1', ['2025550123', '4155550188', '6465550110', '3105550177'])}
    for country, (code, trunk, numbers) in plans.items():
        for number in numbers:
            x = f'phone|{code}{number}'
            dialled = trunk + number
            for mark in (' ', '-', '.', '\u00a0', ' - ', '\u2013'):
                row(grouped(dialled, mark), x, country=country)
                row(f'+{code}{mark}{grouped(number, mark)}', x)
            row(dialled, x, country=country.upper())
            row(f'({dialled[:3]}) {dialled[3:]}', x, country=country)
            row(f'\uff0b{in_script(code + number, "wide")}', x)
            row(f'tel:+{code}-{number}', x)
            row(f'00{code} {number}', x)
            row(f'Tel. {dialled} (Ms Sok)', x, country=country, kind='phone')
            row(f'+{code} {number} ext. 12', x)
            row(f'https://wa.me/{code}{number}', x)
            row(f'whatsapp: +{code} {number}', x)
            if trunk == '0':
                row(f'+{code} (0){number}', x)
                row(f'+{code} 0{number}', x)
            for script in SCRIPTS:
                row(in_script(grouped(dialled, ' '), script), x, country=country)
            row(noisy(f'+{code} {grouped(number, " ")}'), x)
            row(noisy(grouped(dialled, '-')), x, country=country)
            row(number[:4], f'phone|{country}:{number[:4]}', country=country)
            row(dialled + '1234567', reason='phone-length', country=country)
            row(f'+{code}12', reason='phone-length')
    for country, number in [('kh', '117'), ('kh', '118'), ('kh', '119'), ('kr', '112'), ('kr', '119'), ('kr', '1394'), ('th', '191'), ('th', '1441'),
                            ('sg', '1799'), ('sg', '999'), ('cn', '96110'), ('hk', '18222'), ('tw', '165'), ('jp', '110'), ('vn', '113'), ('ph', '1326')]:
        row(number, f'phone|{country}:{number}', country=country)
        row(f' {number}\n', f'phone|{country}:{number}', country=country, kind='phone')
        row(in_script(number, 'khmer'), f'phone|{country}:{number}', country=country)
        row(noisy(number), f'phone|{country}:{number}', country=country)
        row(number, reason='country-needed')


# Keccak-256, BIP 173/350 and base58check, written anew from their specifications.
def keccak(data):
    rc, lanes, rate = [], [[0] * 5 for _ in range(5)], 136
    r = 1
    for _ in range(24):
        c = 0
        for j in range(7):
            if r & 1:
                c ^= 1 << ((1 << j) - 1)
            r = (r << 1) ^ (0x171 if r & 0x80 else 0)
        rc.append(c)
    data = bytearray(data) + b'\x01' + bytes(rate - len(data) - 1)
    data[-1] |= 0x80
    for i in range(rate // 8):
        lanes[i % 5][i // 5] ^= int.from_bytes(data[8 * i:8 * i + 8], 'little')
    mask = 2**64 - 1
    rot = lambda v, n: (v << n | v >> (64 - n)) & mask if n else v
    for k in range(24):
        c = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        d = [c[(x - 1) % 5] ^ rot(c[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lanes[x][y] ^ d[x] for y in range(5)] for x in range(5)]
        x, y, moved, now = 1, 0, [list(col) for col in lanes], lanes[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            now, moved[x][y] = lanes[x][y], rot(now, (t + 1) * (t + 2) // 2 % 64)
        lanes = [[moved[x][y] ^ (~moved[(x + 1) % 5][y] & moved[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        lanes[0][0] ^= rc[k]
    return b''.join(lanes[i % 5][i // 5].to_bytes(8, 'little') for i in range(4))


BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'


def base58check(payload):
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    n, out = int.from_bytes(payload, 'big'), ''
    while n:
        n, r = divmod(n, 58)
        out = BASE58[r] + out
    return '1' * (len(payload) - len(payload.lstrip(b'\0'))) + out


def bech32(version, program):
    bits = ''.join(f'{b:08b}' for b in program)
    bits += '0' * (-len(bits) % 5)
    values = [version] + [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
    check = 1
    for v in [3, 3, 0, 2, 3] + values + [0] * 6:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ v
        for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= g if top >> i & 1 else 0
    check ^= 0x2BC830A3 if version else 1
    return 'bc1' + ''.join(BECH32[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])


def eip55(body):
    small = body.hex()
    digest = keccak(small.encode()).hex()
    return '0x' + ''.join(c.upper() if c.isalpha() and int(d, 16) >= 8 else c for c, d in zip(small, digest))


def changed(address, alphabet):
    """One character exchanged, never the first two, which say what it is."""
    at = 2 + below(len(address) - 2)
    return address[:at] + next(c for c in (alphabet[below(len(alphabet))] for _ in range(99)) if c.lower() != address[at].lower()) + address[at + 1:]


def wallets():
    for i in range(25):
        body = hashlib.sha256(f'cordon golden {i}'.encode()).digest()
        p2pkh, p2sh, tron = (base58check(bytes([v]) + body[:20]) for v in (0, 5, 0x41))
        evm = eip55(body[:20])
        for address, x, alphabet in ((p2pkh, 'btc:' + p2pkh, BASE58), (p2sh, 'btc:' + p2sh, BASE58), (tron, 'tron:' + tron, BASE58),
                                     (evm, 'evm:' + evm.lower(), '0123456789'), (bech32(0, body[:20]), 'btc:' + bech32(0, body[:20]), BECH32),
                                     (bech32(1, body), 'btc:' + bech32(1, body), BECH32)):
            row(address, 'wallet|' + x)
            row(noisy(address), 'wallet|' + x)
            row(changed(address, alphabet), reason='one-character-wrong')
            if i % 5 == 0:
                row(f' {address[:8]} {address[8:]}\n', 'wallet|' + x, kind='wallet')
        row(f'bitcoin:{p2pkh}?amount=0.1', 'wallet|btc:' + p2pkh)
        row(bech32(0, body).upper(), 'wallet|btc:' + bech32(0, body))
        row(f'ethereum:{evm}@1?value=1', 'wallet|evm:' + evm.lower())
        row(evm.lower(), 'wallet|evm:' + evm.lower())


def handles():
    for name in ('scam_bot', 'Angkor_Jobs88', 'VIP_Invest2026', 'Kim_minsu', 'abcdef', 'x' * 32):
        x = 'handle|telegram:' + name.lower()
        for text in (f'@{name}', f't.me/{name}', f'https://t.me/{name}', f'http://telegram.me/{name}/12', f'https://t.me/s/{name}?before=9',
                     f'tg://resolve?domain={name}', f'telegram: {name}', f'Telegram @{name}', f'텔레그램 {name}', f'តេឡេក្រាម: @{name}',
                     f'电报：{name}', f'hxxps://t[.]me/{name}', noisy('@' + name), f'https://t.me/%41{name[1:]}' if name[0] == 'A' else f'T.ME/{name}'):
            row(text, x)
        row(name, x, kind='handle', service='telegram')
        row(name, reason='service-needed', kind='handle')
        if '_' in name and len(name) > 5:
            row(f'https://{name}.t.me', x)
    for name in ('minsu.kim', 'lucky-88', 'abc_123', 'PPstore'):
        low = name.lower()
        row(f'https://line.me/ti/p/~{name}', f'handle|line:{low}')
        row(f'LINE ID: {name}', f'handle|line:{low}')
        row(f'ไลน์: {name}', f'handle|line:{low}')
        row(f'https://line.me/R/ti/p/%40{name}', f'handle|line:@{low}')
        row(f'@{name}', f'handle|line:@{low}', service='line')
        row(f'카카오톡 {name}', f'handle|kakao:{low}')
        row(name, f'handle|kakao:{low}', service='kakaotalk', kind='handle')
        row(f'https://www.instagram.com/{name.replace("-", "_")}/', f'handle|instagram:{low.replace("-", "_")}')
        row(f'https://www.tiktok.com/@{name.replace("-", "_")}?lang=km', f'handle|tiktok:{low.replace("-", "_")}')
        row(f'https://open.kakao.com/o/s{name.replace(".", "")}', f'handle|kakao:open/s{name.replace(".", "")}')
        row(f'https://m.facebook.com/{name.replace("-", ".").replace("_", ".")}', f'handle|facebook:{low.replace("-", "").replace("_", "").replace(".", "")}')
    for i in range(12):
        number = 100000000000 + below(10**11)
        row(f'https://www.facebook.com/profile.php?id={number}&mibextid=x', f'handle|facebook:{number}')
        row(f'facebook.com/people/Sok-Dara/{number}/', f'handle|facebook:{number}')
        row(f'微信：wx{number}', f'handle|wechat:wx{number}')
        row(f'QQ {number}', f'handle|qq:{number}' if len(str(number)) <= 11 else None, None if len(str(number)) <= 11 else 'handle-shape')


def banks():
    for country, name, bank, length in [('kh', 'ABA', 'ABA', 9), ('kh', 'ABA Bank', 'ABA', 9), ('kh', 'ធនាគារ អេស៊ីលីដា', 'ACLEDA', 13), ('kh', 'Wing', 'WING', 8),
                                        ('kr', '국민은행', 'KB', 14), ('kr', '카카오뱅크', 'KAKAO', 13), ('kr', '신한', 'SHINHAN', 12), ('kr', '농협', 'NH', 13),
                                        ('th', 'KBANK', 'KBANK', 10), ('th', 'ธนาคารกสิกรไทย', 'KBANK', 10), ('th', 'SCB', 'SCB', 10), ('vn', 'Vietcombank', 'VCB', 10),
                                        ('vn', '970422', 'MB', 12), ('cn', '工商银行', 'ICBC', 19), ('sg', 'DBS', 'DBS', 10), ('my', 'Maybank', 'MAYBANK', 12)]:
        for _ in range(4):
            digits = ''.join(str(below(10)) for _ in range(length))
            x = f'bank|{country}:{bank}:{digits}'
            for text in (digits, f'{digits[:3]}-{digits[3:6]}-{digits[6:]}', f'{digits[:4]} {digits[4:]}', in_script(digits, 'khmer'), in_script(digits, 'wide'), noisy(digits)):
                row(text, x, country=country, bank=name, kind='bank')
            if not name.isdigit():
                row(f'{name} {digits}', x, country=country)
                row(f'{digits[:6]}-{digits[6:]} ({name})', x, country=country, kind='bank')
            row(digits, reason='bank-needed', country=country, kind='bank')
            row(digits[:3], reason='account-length', country=country, kind='bank', bank=name)
    for iban in ('DE89370400440532013000', 'GB82WEST12345698765432', 'FR1420041010050500013M02606', 'AE070331234567890123456', 'SA0380000000608010167519'):
        row(iban, 'bank|iban:' + iban)
        row(' '.join(iban[i:i + 4] for i in range(0, len(iban), 4)), 'bank|iban:' + iban)
        row('IBAN ' + iban.lower(), 'bank|iban:' + iban)
        row(iban[:-1] + str((int(iban[-1]) + 1) % 10), reason='one-character-wrong')


def urls():
    for host, x in [('bad.example', 'bad.example'), ('www.bad.example.com', 'example.com'), ('login.aba-bank.com.kh', 'aba-bank.com.kh'), ('a.b.police.go.kr', 'police.go.kr'),
                    ('shop.example.co.th', 'example.co.th'), ('x.y.github.io', 'y.github.io'), ('my-site.pages.dev', 'my-site.pages.dev'), ('foo.vercel.app', 'foo.vercel.app'),
                    ('EXAMPLE.Com.VN', 'example.com.vn'), ('xn--3e0b707e.example.kr', 'example.kr'), ('a.city.kobe.jp', 'city.kobe.jp'), ('a.b.c.kobe.jp', 'b.c.kobe.jp')]:
        for text in (host + '/', f'http://{host}', f'https://{host}/a/b?c=d#e', f'HTTP://{host}:8080/', f'hxxps://{host.replace(".", "[.]")}/x', f'https:\\\\{host}\\x',
                     f'http://{host}./', f'({host}/a)', f'  https://{host}\n', noisy(f'https://{host}/a'), f'{host.replace(".", " (dot) ")}/', f'https://{host}?q'):
            row(text, 'url|' + x, kind='url')
            row(text, 'url|' + x)
    for text, x in [('https://bit.ly/3AbCdEf', 'bit.ly/3AbCdEf'), ('bit.ly/3AbCdEf?utm=1', 'bit.ly/3AbCdEf'), ('https://docs.google.com/forms/d/e/1FAIpQL/viewform', 'docs.google.com/forms/d/e/1FAIpQL'),
                    ('https://forms.gle/Ab12', 'forms.gle/Ab12'), ('https://www.youtube.com/watch?v=dQw4&list=1', 'youtube.com/watch?v=dQw4'), ('https://chat.whatsapp.com/Ab12Cd', 'chat.whatsapp.com/Ab12Cd'),
                    ('https://t.me/+AbCd', 't.me/+AbCd'), ('https://t.me/joinchat/AbCd', 't.me/joinchat/AbCd'), ('http://0x7f.1/', '127.0.0.1'), ('http://[::1]/', '[::1]'),
                    ('http://1.2.3.4/a', '1.2.3.4'), ('https://user:pass@evil.example/', 'evil.example'), ('http://example.com\\@evil.com/', 'example.com')]:
        row(text, 'url|' + x)
        row(noisy(text) if '\\' not in text else text, 'url|' + x, kind='url')
    for text in ('http://', 'http://a b/', 'http://localhost/', 'http://256.256.256.256/', 'http://exa%25mple.com/', 'https://[::1'):
        row(text, reason='url-host', kind='url')
    for text in ('javascript:alert(1)', 'mailto:a@b.example', 'data:text/html,x'):
        row(text, reason='url-scheme', kind='url')


def tlv(tag, value):
    return f'{tag:02d}{len(value):02d}{value}'


def crc(text):
    c = 0xFFFF
    for b in text.encode():
        c ^= b << 8
        for _ in range(8):
            c = (c << 1 ^ 0x1021 if c & 0x8000 else c << 1) & 0xFFFF
    return f'{text}{c:04X}'


def payments():
    def code(account, country, currency, merchant, amount=''):
        head = tlv(0, '01') + tlv(1, '12' if amount else '11') + account + tlv(52, '5999') + tlv(53, currency)
        return crc(head + (tlv(54, amount) if amount else '') + tlv(58, country) + tlv(59, merchant) + tlv(60, 'City') + '6304')

    for i in range(20):
        n = f'{below(10**9):09d}'
        made = [
            (code(tlv(29, tlv(0, f'shop_{n}@aclb') + tlv(1, n)), 'KH', '116', 'សុខ ដារា', '5000' if i % 2 else ''), f'bank|kh:bakong:shop_{n}@aclb'),
            (code(tlv(30, tlv(0, f'm{n}@ABAA') + tlv(1, n) + tlv(2, 'ABA Bank')), 'KH', '840', 'Coffee'), f'bank|kh:bakong:m{n}@abaa'),
            (code(tlv(29, tlv(0, 'A000000677010111') + tlv(1, '00668' + n[:8])), 'TH', '764', 'ร้านน้ำชา'), f'phone|668{n[:8]}'),
            (code(tlv(29, tlv(0, 'A000000677010111') + tlv(2, '1234' + n)), 'TH', '764', 'Shop', '20.00'), f'bank|th:PROMPTPAY:1234{n}'),
            (code(tlv(38, tlv(0, 'A000000727') + tlv(1, tlv(0, '970436') + tlv(1, '0' + n)) + tlv(2, 'QRIBFTTA')), 'VN', '704', 'CUA HANG'), f'bank|vn:VCB:0{n}'),
            (code(tlv(26, tlv(0, 'SG.PAYNOW') + tlv(1, '0') + tlv(2, '+659' + n[:7])), 'SG', '702', 'Shop'), f'phone|659{n[:7]}'),
        ]
        for text, x in made:
            row(text, x)
            row(f' {text}\n', x, kind='bank')
            at = 20 + below(len(text) - 30)
            row(text[:-1] + ('0' if text[-1] != '0' else '1'), reason='crc-wrong')
            row(text[:at], reason='unreadable')


for make in (phones, wallets, handles, banks, urls, payments):
    make()
for r in rows:
    print(json.dumps(r, ensure_ascii=False, sort_keys=True))
