#!/usr/bin/env python3
"""Turn data/learn into C arrays, at build time.

usage: make_lessons.py khmer DATA OUT.json         the Khmer of the tables, by key, for khmer_breaks
       make_lessons.py table DATA BROKEN.json OUT.inc
       make_lessons.py trial DATA OUT.inc         what the measurement of a lesson asks
       make_lessons.py approvals DATA            items of lessons.json as if all were approved, for tests

What is reviewed is a document: one channel's six items, or the questions about a job offer. Its hash in a language is SHA-256 of
"cordon lesson v1", the document, the language and, in order, everything that is shown or counted, each followed by a line feed; Khmer as it
stands in the table, without the breaks that the build puts in.
A table that does not fit (missing text, another number of items, an unknown tactic) stops the build and names the row.
"""
import hashlib
import json
import os
import sys

LANGUAGES = ('km', 'ko', 'en', 'zh')
TACTICS = ('authority', 'urgency', 'secrecy', 'upfront', 'private')
PARTS = ('from', 'text', 'why')


def rows(folder, name):
    path, header = os.path.join(folder, name), None
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            fields = line.split('\t')
            if header is None:
                header = fields
                continue
            if len(fields) != len(header) or not all(fields):
                sys.exit(f'{path}:{number}: a field is missing')
            yield dict(zip(header, fields))


def read(folder):
    """Channels in order with their items, texts by key, flags, registers."""
    texts = {row['key']: row for row in rows(folder, 'texts.tsv')}
    channels = {}
    for item in rows(folder, 'items.tsv'):
        genuine = item['truth'] == 'genuine'
        if item['truth'] not in ('scam', 'genuine') or genuine != (item['tactic'] == 'none') or (not genuine and item['tactic'] not in TACTICS):
            sys.exit(f'items.tsv: {item["id"]}: truth or tactic')
        for part in PARTS:
            if f'{item["id"]}-{part}' not in texts:
                sys.exit(f'texts.tsv: {item["id"]}-{part} is missing')
        channels.setdefault(item['channel'], []).append(item)
    for channel, items in channels.items():
        if len(items) != 6 or sum(item['truth'] == 'genuine' for item in items) != 3:
            sys.exit(f'items.tsv: {channel}: six items, three of them genuine')
    unused = set(texts) - {f'{item["id"]}-{part}' for items in channels.values() for item in items for part in PARTS}
    if unused:
        sys.exit(f'texts.tsv: of no item: {sorted(unused)}')
    flags, registers = list(rows(folder, 'job_flags.tsv')), list(rows(folder, 'registers.tsv'))
    if not all(1 <= int(flag['weight']) <= 5 for flag in flags):
        sys.exit('job_flags.tsv: weights are 1 to 5')
    return channels, texts, flags, registers


def keyed(tables, language):
    """Every text of a language by a key of its own."""
    _, texts, flags, registers = tables
    out = {key: row[language] for key, row in texts.items()}
    for flag in flags:
        out[f'flag-{flag["flag"]}'], out[f'flag-{flag["flag"]}-advice'] = flag[language], flag[f'{language}_advice']
    for register in registers:
        out[f'register-{register["country"]}'], out[f'register-{register["country"]}-look'] = register[language], register[f'{language}_look']
    return out


def digest(document, language, lines):
    text = ''.join(f'{line}\n' for line in ('cordon lesson v1', document, language, *lines))
    return hashlib.sha256(text.encode()).hexdigest()


def documents(tables):
    """(document, [hash in each language])"""
    channels, _, flags, registers = tables
    out = []
    for channel, items in channels.items():
        said = {language: keyed(tables, language) for language in LANGUAGES}
        out.append((channel, [digest(channel, language, [line for item in items for line in (
            item['id'], item['truth'], item['tactic'], *(said[language][f'{item["id"]}-{part}'] for part in PARTS))]) for language in LANGUAGES]))
    out.append(('job-offer', [digest('job-offer', language, [line for flag in flags for line in (
        flag['flag'], flag['weight'], flag[language], flag[f'{language}_advice'])] + [line for register in registers for line in (
            register['country'], register['address'], register[language], register[f'{language}_look'])]) for language in LANGUAGES]))
    return out


def c_text(value):
    data = value.encode()
    return '{"' + ''.join(chr(b) if 0x20 <= b < 0x7F and b not in b'"\\?' else '\\%03o' % b for b in data) + '", %d}' % len(data)


def c_texts(values):
    return '{' + ', '.join(map(c_text, values)) + '}'


def table(tables, broken):
    channels, _, flags, registers = tables
    said = {language: keyed(tables, language) if language != 'km' else broken for language in LANGUAGES}

    def all_of(key):
        return c_texts(said[language][key] for language in LANGUAGES)

    yield '/* Made by make_lessons.py; do not edit. */\n'
    yield 'static const struct lesson_item items[] = {\n'
    for channel, items in channels.items():
        for item in items:
            tactic = '' if item['tactic'] == 'none' else item['tactic']
            yield '\t{%s, %s, %s, %s, %s, %s},\n' % (c_text(item['id']), c_text(tactic), 'true' if item['truth'] == 'genuine' else 'false',
                                                    *(all_of(f'{item["id"]}-{part}') for part in PARTS))
    yield '};\nstatic const struct lesson_document documents[] = {\n'
    for at, (document, hashes) in enumerate(documents(tables)):
        lesson = document in channels
        yield '\t{%s, %s, %s},\n' % (c_text(document), c_texts(hashes), f'items + {6 * at}' if lesson else 'NULL')
    yield '};\nstatic const struct lesson_flag flags[] = {\n'
    for flag in flags:
        key = f'flag-{flag["flag"]}'
        yield '\t{%s, %s, %s, %s},\n' % (c_text(flag['flag']), flag['weight'], all_of(key), all_of(key + '-advice'))
    yield '};\nstatic const struct lesson_register registers[] = {\n'
    for register in registers:
        key, address = f'register-{register["country"]}', '' if register['address'] == '-' else register['address']
        yield '\t{%s, %s, %s, %s},\n' % (c_text(register['country']), c_text(address), all_of(key), all_of(key + '-look'))
    yield '};\n'


def trial(folder):
    """What identifies the texts in each language; places of the items of each set: document and number; nothing of the taught channel, nothing twice, three of six genuine."""
    tables = read(folder)
    channels = tables[0]
    places = {item['id']: (channel, at, item['truth']) for channel, items in channels.items() for at, item in enumerate(items)}
    sets = {'before': [], 'after': [], 'later': []}
    seen, taught = set(), 'messenger'
    for row in rows(folder, 'trial.tsv'):
        if row['set'] not in sets or row['item'] not in places or row['item'] in seen or places[row['item']][0] == taught:
            sys.exit(f'trial.tsv: {row["set"]} {row["item"]}: no such set or item, of the taught channel, or twice')
        seen.add(row['item'])
        sets[row['set']].append(places[row['item']])
    for name, of in sets.items():
        if len(of) != 6 or sum(truth == 'genuine' for _, _, truth in of) != 3:
            sys.exit(f'trial.tsv: {name}: six items, three of them genuine')
    yield '/* Made by make_lessons.py; do not edit. */\n'
    shown = [taught] + sorted({place[0] for of in sets.values() for place in of})
    hashes = dict(documents(tables))
    lines = [f'{name} {channel} {at}' for name, of in sets.items() for channel, at, _ in of]
    yield 'static const char *const trial_documents[] = {%s};\n' % ', '.join(f'"{name}"' for name in shown)
    yield 'static const struct text trial_editions[LESSON_LANGUAGES] = {%s};\n' % ', '.join(
        c_text(digest('trial', language, lines + [hashes[name][at] for name in shown])[:40]) for at, language in enumerate(LANGUAGES))
    yield 'static const struct trial_place {\n\tconst char *document;\n\tsize_t item;\n} trial_places[TRIAL_SETS][LESSON_ITEMS] = {\n'
    for of in sets.values():
        yield '\t{%s},\n' % ', '.join(f'{{"{channel}", {at}}}' for channel, at, _ in of)
    yield '};\n'


def approvals(folder):
    return [{'document': document, 'hash': value, 'language': language}
            for document, hashes in documents(read(folder)) for language, value in zip(LANGUAGES, hashes)]


def main():
    if len(sys.argv) == 4 and sys.argv[1] == 'khmer':
        with open(sys.argv[3], 'w', encoding='utf-8') as f:
            json.dump(keyed(read(sys.argv[2]), 'km'), f, ensure_ascii=False)
    elif len(sys.argv) == 5 and sys.argv[1] == 'table':
        with open(sys.argv[3], encoding='utf-8') as f:
            broken = json.load(f)
        with open(sys.argv[4], 'w', encoding='ascii') as f:
            f.writelines(table(read(sys.argv[2]), broken))
    elif len(sys.argv) == 4 and sys.argv[1] == 'trial':
        with open(sys.argv[3], 'w', encoding='ascii') as f:
            f.writelines(trial(sys.argv[2]))
    elif len(sys.argv) == 3 and sys.argv[1] == 'approvals':
        print(json.dumps(approvals(sys.argv[2])))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main()
