#!/usr/bin/env python3
"""Writes the demonstration list: invented people in every script the border sees.

    tools/make_demo.py [--check] [OUTPUT]        (default data/demo/demo.ftm.jsonl)

Everybody in it is put together by a seeded generator from data/demo/name_parts.tsv: no entry describes a person who
exists, and each says so (`notes`: INVENTED - demonstration). The output is FollowTheMoney, one JSON object a line.
--check writes nothing and fails when the file is not what the generator gives.
"""
import csv
import json
import pathlib
import random
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARK = "INVENTED - demonstration"
SEED = 20260101
# culture: (how many, nationality, family name written first, letter before the passport number, digits)
CULTURES = {
    "kr": (110, "kr", True, "M", 8), "cn": (70, "cn", True, "E", 8), "tw": (30, "tw", True, "3", 8),
    "hk": (30, "hk", True, "K", 8), "kh": (80, "kh", True, "N", 8), "th": (40, "th", False, "AA", 7),
    "vn": (40, "vn", True, "C", 7), "ru": (40, "ru", False, "7", 8), "ar": (30, "sy", False, "N", 8),
    "jp": (24, "jp", True, "TK", 7), "la": (40, "ph", False, "P", 7),
}
LATIN_NATIONS = ("ph", "id", "gb", "sk", "es", "de")


def load_parts():
    parts = {}
    with open(ROOT / "data/demo/name_parts.tsv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            parts.setdefault((row["culture"], row["kind"]), []).append(row)
    return parts


class Maker:
    def __init__(self):
        self.random = random.Random(SEED)
        self.parts = load_parts()
        self.lines = []
        self.taken = set()

    def put(self, ident, schema, properties, caption=None):
        entity = {"id": ident, "caption": caption or properties.get("name", [ident])[0], "schema": schema,
                  "properties": {k: v for k, v in properties.items() if v}, "datasets": ["demo"], "referents": [],
                  "target": schema not in ("Passport", "Identification", "Address", "Ownership", "Sanction")}
        entity["properties"]["notes"] = [MARK]
        self.lines.append(json.dumps(entity, ensure_ascii=False, separators=(",", ":"), sort_keys=True))

    def passport(self, holder, number, country):
        self.put(f"{holder}-passport", "Passport",
                 {"holder": [holder], "number": [number], "country": [country], "type": ["P"]}, caption=number)

    def birth_date(self):
        year, month, day = self.random.randint(1950, 2006), self.random.randint(1, 12), self.random.randint(1, 28)
        form = self.random.random()
        if form < 0.78:
            return f"{year}-{month:02}-{day:02}"
        return f"{year}-{month:02}" if form < 0.84 else str(year)

    def pick(self, culture, kind):
        return self.random.choice(self.parts[culture, kind])

    def person(self, culture, n):
        _, nation, family_first, letter, digits = CULTURES[culture]
        while True:
            gender = self.random.choice(("male", "male", "female"))
            family, given = self.pick(culture, "family"), self.pick(culture, f"given-{gender[0]}")
            if (culture, family["native"], given["native"]) not in self.taken:
                break
        self.taken.add((culture, family["native"], given["native"]))
        names = spell(culture, family, given, family_first,
                      self.pick(culture, "patronymic") if culture == "ru" and gender == "male" else None)
        if culture == "la":
            nation = self.random.choice(LATIN_NATIONS)
        ident = f"demo-{culture}-{n:04}"
        form = self.random.random()
        if form < 0.25 and len(names) > 1:
            names = names[:1]                     # only in its own script
        elif form < 0.35 and len(names) > 1:
            names = names[1:2]                    # only as a passport spells it
        number = letter + "".join(self.random.choice("0123456789") for _ in range(digits))
        properties = {"name": names[:1], "alias": names[1:], "birthDate": [self.birth_date()],
                      "nationality": [nation], "gender": [gender]}
        apart = self.random.random()
        if apart < 0.3:
            properties["passportNumber"] = [number]
        self.put(ident, "Person", properties)
        if apart > 0.6:
            self.passport(ident, number, nation)


def spell(culture, family, given, family_first, patronymic):
    """The name in its own script, then as a passport spells it, then in a third way where there is one."""
    space = "" if culture in ("kr", "cn", "tw", "hk") else " "
    order = (family, given) if family_first else (given, family)
    if patronymic:
        order = (given, patronymic, family)
    native = space.join(p["native"] for p in order)
    latin = " ".join(p["latin"] for p in order)
    names = [native] if native == latin else [native, latin]
    if family["second"] and given["second"]:
        names.append(family["second"] + given["second"])
    if culture in ("cn", "hk"):
        names.append(f"{given['latin']} {family['latin']}".upper())
    return names


def chosen_people(m):
    """The people the manual and the acceptance tests look for."""
    m.taken |= {("kr", "김", "민수"), ("kr", "류", "병철"), ("kh", "ឈឹម", "វិចិត្រ"), ("kh", "កែវ", "ដារ៉ា")}
    m.put("demo-kr-minsu", "Person", {
        "name": ["김민수"], "alias": ["KIM MINSOO", "Gim Min-su", "金敏洙", "Ким Мин Су"], "weakAlias": ["민수 사장"],
        "birthDate": ["1990-03-07"], "nationality": ["kr"], "gender": ["male"], "country": ["kh"],
        "position": ["runs a call centre"]})
    m.passport("demo-kr-minsu", "M12345678", "kr")
    m.put("demo-kr-hangul", "Person", {"name": ["류병철"], "birthDate": ["1978-11-23"], "nationality": ["kr"],
                                      "gender": ["male"]})
    m.put("demo-kh-khmer", "Person", {"name": ["ឈឹម វិចិត្រ"], "birthDate": ["1985-04-14"], "nationality": ["kh"],
                                     "gender": ["male"]})
    m.put("demo-kh-latin", "Person", {"name": ["KEO DARA"], "birthDate": ["1992-09-30"], "nationality": ["kh"],
                                     "gender": ["male"]})
    m.put("demo-ru-ocr", "Person", {"name": ["Ястребов Игорь Петрович"], "alias": ["IASTREBOV IGOR"],
                                   "birthDate": ["1969-02-05"], "nationality": ["ru"], "gender": ["male"]})
    m.passport("demo-ru-ocr", "75O1B2S80", "ru")
    m.put("demo-cn-chen", "Person", {"name": ["陈志强"], "alias": ["陳志強", "CHEN ZHIQIANG", "Tan Chi Keong"],
                                    "birthDate": ["1981", "1981-06-12"], "nationality": ["cn", "kh"],
                                    "gender": ["male"]})
    m.passport("demo-cn-chen", "E8B053126", "cn")


def things(m):
    """A few companies, vessels, phones and wallets, and who stands behind them."""
    for n, (name, alias, country) in enumerate((
            ("Golden Lotus Invented Resort Co., Ltd.", "ក្រុមហ៊ុន ផ្កាឈូកមាស", "kh"),
            ("Blue Heron Invented Holdings Pte. Ltd.", "蓝鹭控股", "sg"),
            ("주식회사 가상무역", "Gasang Invented Trading Co., Ltd.", "kr"),
            ("ООО «Вымышленный Парус»", "Vymyshlennyi Parus LLC", "ru"),
            ("Invented Harbour Logistics Sdn. Bhd.", "", "my"),
            ("บริษัท สมมุติ ขนส่ง จำกัด", "Sommut Transport Co., Ltd.", "th"))):
        m.put(f"demo-company-{n}", "Company", {
            "name": [name], "alias": [alias] if alias else [], "jurisdiction": [country],
            "registrationNumber": [f"INV{m.random.randint(10**6, 10**7 - 1)}"]})
    m.put("demo-ownership-0", "Ownership", {"owner": ["demo-kr-minsu"], "asset": ["demo-company-0"],
                                            "startDate": ["2021"]}, caption="owner")
    for n, (name, imo) in enumerate((("INVENTED STAR", "IMO9999993"), ("OCEAN FABLE", "IMO9888889"),
                                     ("가상 7호", "IMO9777775"))):
        m.put(f"demo-vessel-{n}", "Vessel", {"name": [name], "imoNumber": [imo], "flag": ["pa"]})
    for n, (phone, country) in enumerate((("+85510000001", "kh"), ("+821000000002", "kr"), ("+66800000003", "th"))):
        m.put(f"demo-phone-{n}", "LegalEntity", {"name": [f"Invented caller {n + 1}"], "phone": [phone],
                                                 "country": [country]})
    for n, (key, holder) in enumerate((("TInventedDemonstration1111111111Q", "demo-cn-chen"),
                                       ("0x00000000000000000000000000000000000de300", "demo-kr-minsu"))):
        m.put(f"demo-wallet-{n}", "CryptoWallet", {"name": [f"Invented wallet {n + 1}"], "publicKey": [key],
                                                   "holder": [holder]})


def make():
    m = Maker()
    chosen_people(m)
    for culture, (count, *_) in CULTURES.items():
        for n in range(1, count + 1):
            m.person(culture, n)
    things(m)
    return "\n".join(m.lines) + "\n"


def main(arguments):
    check = "--check" in arguments
    rest = [a for a in arguments if a != "--check"]
    path = pathlib.Path(rest[0]) if rest else ROOT / "data/demo/demo.ftm.jsonl"
    made = make()
    if check:
        if path.read_text(encoding="utf-8") != made:
            print(f"{path}: not what tools/make_demo.py makes; run it and commit the file", file=sys.stderr)
            return 1
        return 0
    path.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
