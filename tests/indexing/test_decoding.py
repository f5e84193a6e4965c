"""Bytes become the characters that were written, or what was assumed is told with a word that shows it."""

from __future__ import annotations

import random
import re
from itertools import islice
from pathlib import Path

import pytest

from rag.indexing.decoding import Undecodable, decode

SEEDS = Path(__file__).parents[2] / "seeds"
SENTENCES = [
    sentence
    for file in sorted(SEEDS.glob("*.txt"))
    for sentence in re.split(
        r"(?<=\.)\s+", file.read_text(encoding="utf-8").encode("ascii", "ignore").decode()
    )
    if len(sentence) > 40
]
NAMES = {
    "French": ("cp1252", "François Hollande|Genève|Élysée|Hélène Carrère|Jérôme Noël|Nîmes|Sœur Thérèse"),
    "German": ("cp1252", "Universität Zürich|Gerhard Schröder|Müller|Köln|Weiß|Österreich|Frankfurter Börse"),
    "Spanish": ("cp1252", "José María Aznar|Peña Nieto|Bogotá|López Obrador|Málaga|Muñoz|Íñigo Errejón"),
    "Portuguese": ("cp1252", "São Paulo|João Goulart|Conceição|Belém|Antônio Guimarães|Ceará|Brasília"),
    "Nordic": ("cp1252", "Malmö|Åse Kleveland|Tromsø|Ångström|Ærø|Håkan|Løkke Rasmussen|Häkkinen"),
    "Turkish": ("cp1254", "Erdoğan|Kılıçdaroğlu|Beşiktaş|Ekrem İmamoğlu|Şanlıurfa|Çavuşoğlu|Davutoğlu"),
    "Czech": ("cp1250", "Dvořák|Příbram|Václav Havel|Jiří|Tomáš|Růžička|České Budějovice|Košťál"),
    "Polish": ("cp1250", "Lech Wałęsa|Łódź|Jarosław|Kraków|Małgorzata|Wrocław|Żoliborz"),
}  # fmt: skip
PROSE = {
    "cp1251": "Министр иностранных дел России посетил Исламабад. Я думаю, что переговоры продолжатся.",
    "koi8_r": "Министр иностранных дел России посетил Исламабад. Я думаю, что переговоры продолжатся.",
    "cp1253": "Ο υπουργός Εξωτερικών της Ελλάδας επισκέφθηκε την Αθήνα την Τρίτη για συνομιλίες.",
    "cp1255": "שר החוץ ביקר ביום שלישי בירושלים ושוחח על מפעל הפלדה.",
    "cp1256": "زار وزير الخارجية القاهرة يوم الثلاثاء وأجرى محادثات حول مصنع الصلب.",
    "cp1257": "Užsienio reikalų ministras antradienį lankėsi Vilniuje ir derėjosi dėl plieno gamyklos.",
    "cp1250": "A külügyminiszter kedden Budapestre látogatott, és tárgyalt az acélmű felújításáról.",
    "cp850": "Der Bürgermeister erklärte am Freitag, die Straße müsse größer werden als geplant.",
    "cp866": "Министр иностранных дел России посетил Исламабад. Переговоры продолжатся.",
    "mac_roman": "Der Bürgermeister erklärte am Freitag, die Straße müsse größer werden als geplant.",
}


@pytest.mark.parametrize("language", NAMES)
def test_a_few_names_in_an_english_article_are_read_as_they_were_written(language: str) -> None:
    encoding, listed = NAMES[language]
    names, chance = listed.split("|"), random.Random(language)
    for _ in range(20):
        told = [f"So said {name} in the city." for name in chance.sample(names, 4)]
        article = chance.sample(SENTENCES, 12) + told
        chance.shuffle(article)
        text = "\n".join(article)
        assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("name", NAMES["German"][1].split("|") + NAMES["French"][1].split("|"))
def test_one_western_name_is_enough(name: str) -> None:
    text = f"{' '.join(SENTENCES[:5])} So said {name} on Monday. {' '.join(SENTENCES[5:9])}"
    decoded = decode(text.encode("cp1252"))
    assert decoded.text == text
    (note,) = decoded.notes
    word = next(word for word in name.split() if not word.isascii())
    assert note == f"is not UTF-8 and was read as cp1252 (such as “{word}”)"


@pytest.mark.parametrize("encoding", PROSE)
def test_a_whole_text_is_read_in_its_own_table(encoding: str) -> None:
    assert decode(PROSE[encoding].encode(encoding)).text == PROSE[encoding]


@pytest.mark.parametrize(
    "text",
    [
        "“Talks go on,” he said – it’s ‘the only way’… so far.",
        "It cost £5m, or €6m; 20°C over 3 km² · © Reuters™ ½ of it, § 4, Nº 7, ¿qué? «oui»",
        "They paid £5,000. Nothing more was said of it.",
    ],
)
def test_signs_and_quotes_alone_are_those_of_cp1252(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_wrong_bytes_in_utf_8_are_read_apart_and_spoil_nothing(end: str) -> None:
    lines = [
        "The “minister” – so he said – went to Zürich.",
        "Universität Genève",
        "“Talks” go on in Łódź, Москва and 東京.",
        "Nothing here.",
    ]
    good = end.join(lines).encode()
    data = good.replace("Universität Genève".encode(), "Universität Genève".encode("cp1252"))
    decoded = decode(data)
    assert decoded.text == end.join(lines)
    assert decoded.notes == ("is UTF-8 but for 1 line, read as cp1252 (such as “Universität”)",)
    # Beside what is UTF-8 in the same line as well.
    data = good.replace("Zürich".encode(), "Zürich".encode("cp1252"))
    assert decode(data).text == end.join(lines)
    assert "1 line," in decode(data).notes[0] and "“Zürich”" in decode(data).notes[0]


def test_of_utf_8_that_is_cut_anywhere_all_but_the_cut_is_read() -> None:
    text = "Переговоры в Москве — “talks” — 東京 продолжатся."
    data = text.encode()
    for length in range(20, len(data)):
        read = decode(data[:length]).text
        whole = data[:length].decode("utf-8", "ignore")
        assert read.startswith(whole) and len(read) <= len(whole) + 3


def test_wrong_lines_of_another_script_are_read_in_its_table() -> None:
    lines = [PROSE["cp1251"], "Переговоры продолжатся на этой неделе.", PROSE["cp866"]]
    data = b"\n".join(line.encode("cp1251" if number == 1 else "utf-8") for number, line in enumerate(lines))
    assert decode(data).text == "\n".join(lines)
    assert "1 line, read as cp1251" in decode(data).notes[0]


def test_east_asian_bytes_are_refused_rather_than_read_as_letters() -> None:
    texts = {
        "gb18030": "外交部长星期二访问了北京，并就钢铁厂的重建进行了会谈。",
        "shift_jis": "外務大臣は火曜日に東京を訪れ、製鉄所の再建について会談した。",
        "cp949": "외무장관은 화요일 서울을 방문하여 제철소 재건에 대해 회담했다.",
    }
    for encoding, text in texts.items():
        for data in (text.encode(encoding), (text * 9).encode(encoding)):
            try:
                assert decode(data).text == text * (len(data) // len(text.encode(encoding)))
            except Undecodable as refused:
                assert "cannot be told" in str(refused)


def test_random_bytes_are_refused() -> None:
    chance = random.Random(1)
    for data in islice(iter(lambda: chance.randbytes(2000), None), 20):
        with pytest.raises(Undecodable):
            decode(data)
