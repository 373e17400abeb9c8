#!/usr/bin/env python3
"""Makes the templates of a submission in four languages, at build time: CSV, and a workbook with a second sheet of explanations.

usage: make_template.py COLUMNS.tsv HELP.tsv WORDS.tsv OUT.inc      (or a folder for OUT: the files themselves, to look at)

The workbook has columns of text (so that no program turns a number into another), lists to choose from, a header that stays in
sight and an example row, which is refused where it is left in.
"""
import csv
import io
import os
import sys
import zipfile
from xml.sax.saxutils import escape

LANGUAGES = ("en", "km", "ko", "zh")
SHEETS = {"en": ("Persons", "Explanations"), "km": ("បុគ្គល", "ការពន្យល់"), "ko": ("명단", "설명"), "zh": ("名单", "说明")}
HEADS = {"en": ("Column", "Required", "Most characters", "What to write", "May be chosen from"),
         "km": ("ជួរឈរ", "ចាំបាច់", "តួអក្សរច្រើនបំផុត", "អ្វីត្រូវសរសេរ", "អាចជ្រើសរើសពី"),
         "ko": ("열", "필수", "최대 글자 수", "작성 방법", "선택 항목"), "zh": ("列", "必填", "最多字符数", "填写说明", "可选项")}
YES = {"en": "yes", "km": "បាទ/ចាស", "ko": "예", "zh": "是"}
CHOICES = {"gender": "gender", "measure": "measure", "handling": "handling"}  # column: kind of word
ROWS = 10001
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def letters(column):
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def words(rows, kind, language):
    return [(r["en"] if r[language] == "-" else r[language]).split("|")[0] for r in rows if r["kind"] == kind]


def row(number, values, styles):
    cells = "".join(f'<c r="{letters(i)}{number}" s="{styles[i]}" t="inlineStr"><is><t>{escape(v)}</t></is></c>'
                    for i, v in enumerate(values) if v)
    return f'<row r="{number}">{cells}</row>'


def sheet(rows, widths, more=""):
    columns = "".join(f'<col min="{i}" max="{i}" width="{w}" style="4" customWidth="1"/>' for i, w in enumerate(widths, 1))
    return (f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f'<cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>{more}</worksheet>')


# Styles: 1 a heading, 2 a heading of what is required, 3 the example, 4 text, 5 text that is wrapped.
STYLES = (f'<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="{MAIN}"><fonts count="3"><font><sz val="11"/><name val="Arial"/></font>'
          '<font><b/><sz val="11"/><name val="Arial"/></font><font><i/><sz val="11"/><color rgb="FF6B7280"/><name val="Arial"/></font></fonts>'
          '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
          '<fill><patternFill patternType="solid"><fgColor rgb="FFE5E7EB"/></patternFill></fill>'
          '<fill><patternFill patternType="solid"><fgColor rgb="FFFDE68A"/></patternFill></fill></fills>'
          '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf/>'
          '<xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf fontId="1" fillId="3" applyFont="1" applyFill="1"/>'
          '<xf numFmtId="49" fontId="2" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1"/>'
          '<xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs></styleSheet>')


def workbook(parts, names):
    sheets = range(1, len(names) + 1)
    parts["[Content_Types].xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}sheet.main+xml"/><Override PartName="/xl/styles.xml" '
        f'ContentType="{SHEET_TYPE}styles+xml"/>' + "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{SHEET_TYPE}worksheet+xml"/>' for i in sheets) + "</Types>")
    parts["_rels/.rels"] = (f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
                            'Target="xl/workbook.xml"/></Relationships>')
    parts["xl/workbook.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>' + "".join(
            f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}"/>' for i, n in zip(sheets, names)) + "</sheets></workbook>")
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in sheets) + (
        f'<Relationship Id="r9" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>')
    parts["xl/styles.xml"] = STYLES
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts):
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), parts[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def make(columns, helps, every, language):
    headings = [c[language].split("|")[0] for c in columns]
    example = [helps[c["name"]]["example_" + language] for c in columns]
    lists = {c["name"]: words(every, CHOICES[c["name"]], language) for c in columns if c["name"] in CHOICES}
    rules = []
    for i, c in enumerate(columns):
        if c["name"] in lists:
            formula = escape('"' + ",".join(lists[c["name"]]) + '"')
            # Several measures may stand in a cell, which no list offers: what is not on it is allowed.
            rules.append(f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{letters(i)}2:{letters(i)}{ROWS}">'
                         f'<formula1>{formula}</formula1></dataValidation>')
    more = f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>'
    first = sheet([row(1, headings, [2 if c["required"] == "y" else 1 for c in columns]), row(2, example, [3] * len(columns))],
                  [max(14, min(40, 2 + 2 * len(h))) for h in headings], more)
    lines = [row(1, HEADS[language], [1] * 5)]
    for i, c in enumerate(columns):
        lines.append(row(i + 2, (headings[i], YES[language] if c["required"] == "y" else "", c["max"], helps[c["name"]][language],
                                 ", ".join(lists.get(c["name"], []))), [5] * 5))
    parts = {"xl/worksheets/sheet1.xml": first, "xl/worksheets/sheet2.xml": sheet(lines, (34, 12, 18, 80, 60))}
    text = io.StringIO()
    csv.writer(text).writerows((headings, example))
    return workbook(parts, SHEETS[language]), text.getvalue().encode("utf-8-sig")


def main():
    columns, helps, every = (table(p) for p in sys.argv[1:4])
    helps = {h["name"]: h for h in helps}
    made = [(language, kind, data) for language in LANGUAGES
            for kind, data in zip(("xlsx", "csv"), make(columns, helps, every, language))]
    if os.path.isdir(sys.argv[4]):
        for language, kind, data in made:
            with open(os.path.join(sys.argv[4], f"template-{language}.{kind}"), "wb") as out:
                out.write(data)
        return
    with open(sys.argv[4], "w", encoding="ascii") as out:
        out.write("/* Made by make_template.py; do not edit. In the order of enum office_language. */\n")
        for language, kind, data in made:
            out.write(f"static const uint8_t template_{language}_{kind}[] = {{{','.join(map(str, data))}}};\n")
        for kind in ("xlsx", "csv"):
            rows = ", ".join(f"{{template_{lang}_{kind}, sizeof template_{lang}_{kind}}}" for lang in LANGUAGES)
            out.write(f"static const struct bytes template_{kind}[] = {{{rows}}};\n")


if __name__ == "__main__":
    main()
