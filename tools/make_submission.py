#!/usr/bin/env python3
"""Writes a submission of invented people: rows in Korean, English and Chinese, with errors planted where asked for.

    tools/make_submission.py [--rows 500] [--errors 25] [--seed 1] [--language ko|en|zh|km] [--today 2026-11-26]
                             [--expect FILE.json] OUTPUT.xlsx|.csv|.json

--expect writes what must be refused: [{"row", "column", "reason"}...], a row once, as the sender's program shows it.
Everybody is put together from data/demo/name_parts.tsv; passport numbers, phones and accounts are random.
The workbook is written with zipfile alone, so that no library of the product reads its own work.
"""
import argparse
import csv
import datetime
import io
import json
import pathlib
import random
import zipfile
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "km", "ko", "zh")
WORDS = {  # what each writer's rows say: offence, law, article, purpose, issuer, measures, genders, place
    "ko": ("전기통신금융사기", "통신사기피해환급법", "제15조의2", "보이스피싱 조직원의 입국 차단", "서울중앙지방법원",
           {"refuse-entry": "입국금지", "detain": "체포", "refer": "2차 심사", "notify-quietly": "비공개 통보"},
           {"male": "남", "female": "여"}, "서울"),
    "en": ("Fraud by false representation", "Fraud Act", "Section 1", "Stop a recruiter of online scam compounds",
           "Seoul Central District Court", {"refuse-entry": "refuse entry", "detain": "detain", "refer": "refer",
                                            "notify-quietly": "notify quietly"}, {"male": "male", "female": "female"}, "Busan"),
    "zh": ("电信网络诈骗", "刑法", "第二百六十六条", "阻止诈骗团伙成员入境", "首尔中央地方法院",
           {"refuse-entry": "禁止入境", "detain": "逮捕", "refer": "二线检查", "notify-quietly": "秘密通报"},
           {"male": "男", "female": "女"}, "大连"),
}


def table(path):
    with open(ROOT / path, encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


class Maker:
    def __init__(self, seed, today):
        self.random, self.today = random.Random(seed), today
        self.parts = {}
        for row in table("data/demo/name_parts.tsv"):
            self.parts.setdefault((row["culture"], row["kind"]), []).append(row)

    def day(self, first, last):
        return first + datetime.timedelta(days=self.random.randrange((last - first).days))

    def date(self, day, language):
        """A day as people of that language write it; a datetime.date becomes a date cell."""
        return self.random.choice({
            "ko": [day, f"{day.year}년 {day.month}월 {day.day}일", f"{day.year}.{day.month}.{day.day}.", day.isoformat()],
            "en": [day, day.isoformat(), day.strftime("%d %B %Y"), day.strftime("%B %d, %Y")],
            "zh": [day, f"{day.year}年{day.month}月{day.day}日", day.strftime("%Y/%m/%d"), f"{day.year}年{day.month}月"],
        }[language])

    def person(self, index):
        pick, language = self.random.choice, ("ko", "en", "zh")[index % 3]
        offence, law, article, purpose, issuer, measures, genders, place = WORDS[language]
        culture = "cn" if language == "zh" else "kr"
        gender = pick(("male", "female"))
        family = pick(self.parts[culture, "family"])
        given = [pick(self.parts[culture, "given-" + gender[0]])]
        if culture == "cn" and self.random.random() < 0.5:
            given.append(pick(self.parts[culture, "given-" + gender[0]]))
        measure = pick(("refuse-entry", "refuse-entry", "detain", "refer", "notify-quietly"))
        row = {
            "reference": f"KR-2026-{index + 1:05d}",
            "name_latin": f"{family['latin']} {''.join(g['latin'] for g in given).capitalize()}".upper(),
            "birth_date": self.date(self.day(datetime.date(1960, 1, 1), datetime.date(2004, 1, 1)), language),
            "gender": genders[gender],
            "nationality": {"ko": pick(("대한민국", "한국", "KR")), "en": pick(("South Korea", "KOR")), "zh": pick(("中国", "CN"))}[language],
            "passport_number": ("E" if culture == "cn" else "M") + f"{self.random.randrange(10**8):08d}",
            "phone": f"010-{self.random.randrange(10**4):04d}-{self.random.randrange(10**4):04d}" if culture == "kr" else "",
            "account": f"{self.random.randrange(10**6):06d}-{self.random.randrange(10**6):06d}",
            "birth_place": place, "offence": offence, "law": law, "article": article,
            "penalty_months": self.random.choice((36, "60", 120)), "measure": measures[measure], "purpose": purpose,
            "handling": pick(("", "H0", "1")),
        }
        native = (family["native"], "".join(g["native"] for g in given))
        if language == "en":
            row.update(family_name_latin=family["latin"].upper(), given_name_latin=row.pop("name_latin").split(" ", 1)[1])
        elif index % 2:
            row.update(family_name=native[0], given_name=native[1])
        else:
            row["name"] = "".join(native)
        if culture == "kr" and language == "ko" and family["second"]:
            row["alias"] = family["second"] + "".join(g["second"] for g in given)
        if measure == "detain":
            row.update(warrant_number=f"2026-{self.random.randrange(10**5):05d}", warrant_issuer=issuer,
                       warrant_date=self.date(self.today - datetime.timedelta(days=100), "en"),
                       warrant_expiry=(self.today + datetime.timedelta(days=400)).isoformat())
        return row, language


def planted(row, language, first):
    """The errors, one a row: (reason, column, what to change)."""
    measures = WORDS[language][5]
    warrant = {"measure": measures["detain"], "warrant_number": "2026-1", "warrant_issuer": "court", "warrant_date": "2024-01-05"}
    return [
        ("required", "reference", {"reference": ""}),
        ("required", "name", {k: "" for k in ("name", "family_name", "given_name", "name_latin", "family_name_latin", "given_name_latin")}),
        ("name-letters", "alias", {"alias": "12345"}),
        ("not-latin", "name_latin", {"name_latin": "김민수"}),
        ("mixed-scripts", "alias", {"alias": "KIM MIN\u0421HUL"}),
        ("control-characters", "alias", {"alias": "KIM\u202eOOS NIM"}),
        ("date-impossible", "birth_date", {"birth_date": "1990년 2월 30일"}),
        ("date-future", "birth_date", {"birth_date": "2090-01-01"}),
        ("date-unreadable", "birth_date", {"birth_date": "봄에 태어남"}),
        ("date-ambiguous", "birth_date", {"birth_date": "03/07/1990"}),
        ("gender-unknown", "gender", {"gender": "ㅁ"}),
        ("country-unknown", "nationality", {"nationality": "아틀란티스"}),
        ("document-number", "passport_number", {"passport_number": "M1"}),
        ("document-check", "passport_number", {
            "passport_number": "P<KORKIM<<MINSOO<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nM123456780KOR9003071M3001019<<<<<<<<<<<<<<08"}),
        ("phone-number", "phone", {"phone": "12"}),
        ("wallet-address", "wallet", {"wallet": "1BoatSLRHtKNngkdXEeobR76b53LETtpyZ"}),
        ("too-long", "offence", {"offence": "사" * 501}),
        ("penalty-number", "penalty_months", {"penalty_months": "삼년"}),
        ("measure-unknown", "measure", {"measure": "추방"}),
        ("detain-warrant", "warrant_number", {"measure": measures["detain"], "warrant_number": "", "warrant_issuer": "court",
                                               "warrant_date": "2026-01-05", "warrant_expiry": "2030-01-01"}),
        ("warrant-expired", "warrant_expiry", dict(warrant, warrant_expiry="2025-01-05")),
        ("reference-twice", "reference", {"reference": first}),
        ("cell-formula", "purpose", {"purpose": "=HYPERLINK(\"http://example.test\",\"x\")"}),
        ("handling-unknown", "handling", {"handling": "H7"}),
        ("identity-needed", "birth_date", {"measure": measures["refuse-entry"], "birth_date": "", "passport_number": "", "id_number": ""}),
    ]


def cell(reference, value, strings):
    if value == "" or value is None:
        return ""
    if isinstance(value, datetime.date):
        return f'<c r="{reference}" s="1"><v>{(value - datetime.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'


def letters(column):
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def workbook(lines):
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings, rows = {}, []
    for number, line in enumerate(lines, 1):
        cells = "".join(cell(letters(i) + str(number), value, strings) for i, value in enumerate(line))
        rows.append(f'<row r="{number}">{cells}</row>')
    items = "".join(f'<si><t xml:space="preserve">{escape(s)}</t></si>' for s in strings)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="명단" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="r{i}" Type="{office}/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")), 1))
        + "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{items}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(rows)}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def plain(value):
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def make(rows=500, errors=25, seed=1, language="ko", today="2026-11-26"):
    """(header, lines of values, what must be refused)."""
    columns = table("data/registry/submission_columns.tsv")
    maker = Maker(seed, datetime.date.fromisoformat(today))
    people = [maker.person(i) for i in range(rows)]
    where = sorted(maker.random.sample(range(1, rows), errors)) if errors else []
    expected = []
    kinds = list(range(25))
    maker.random.shuffle(kinds)
    for n, index in enumerate(where):
        row, writer = people[index]
        reason, column, change = planted(row, writer, people[0][0]["reference"])[kinds[n % 25]]
        row.update(change)
        expected.append({"row": index + 2, "column": column, "reason": reason})
    header = [c[language].split("|")[0] for c in columns]
    return header, [[row.get(c["name"], "") for c in columns] for row, _ in people], expected, [c["name"] for c in columns]


def write(path, header, lines, names):
    if path.endswith(".xlsx"):
        data = workbook([header] + lines)
    elif path.endswith(".csv"):
        out = io.StringIO()
        csv.writer(out).writerows([header] + [[plain(v) for v in line] for line in lines])
        data = out.getvalue().encode("utf-8-sig")
    else:
        data = json.dumps([{n: plain(v) for n, v in zip(names, line) if v != ""} for line in lines], ensure_ascii=False).encode()
    pathlib.Path(path).write_bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--errors", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", choices=LANGUAGES, default="ko")
    parser.add_argument("--today", default=datetime.date.today().isoformat())
    parser.add_argument("--expect")
    parser.add_argument("output")
    args = parser.parse_args()
    header, lines, expected, names = make(args.rows, args.errors, args.seed, args.language, args.today)
    write(args.output, header, lines, names)
    if args.expect:
        pathlib.Path(args.expect).write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
