"""The five articles given: what each is known to say of itself, what is furniture, what is prose."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.indexing.reading import read_corpus
from rag.types import Article

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    articles = [found for found in read_corpus([SEEDS]) if isinstance(found, Article)]
    assert len(articles) == 5
    return {article.id[:3]: article for article in articles}


def masked(article: Article) -> str:
    return "\n".join(article.text[mask.start : mask.end] for mask in article.masks)


def quoted(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.sentences]


def test_every_seed_is_read_byte_for_byte() -> None:
    for found in read_corpus([SEEDS]):
        assert isinstance(found, Article), found
        assert found.text.encode("utf-8") == (SEEDS / f"{found.id}.txt").read_bytes()
        assert found.sha256 == found.source_sha256
        assert found.language == "en"
        assert found.url is None


def test_a_leading_date_line_is_the_date_and_no_prose(seeds: dict[str, Article]) -> None:
    article = seeds["000"]
    assert (article.published.value, article.published.precision, article.published.origin) == (
        "2024-11-12",
        "day",
        "text",
    )
    assert article.title_origin == "first sentence"
    assert article.title.startswith("Russia is keen to work with Pakistan on the North-South Trade Corridor")
    assert article.source is None
    assert [(mask.kind, article.text[mask.start : mask.end]) for mask in article.masks] == [
        ("date line", "date 2024-11-12"),
        ("dateline", "KARACHI:"),
    ]
    sentences = quoted(article)
    assert len(sentences) == 15
    assert sentences[0].startswith("Russia is keen") and sentences[0].endswith("with Pakistan.")
    assert (
        "Khorev said Pakistan and Russia are expected to commence technical consultations on the Pakistan "
        "Steel Mills (PSM) this week." in sentences
    )
    assert any("Consul General Andrey V Fedorov, at an event" in sentence for sentence in sentences)


def test_a_lead_shown_twice_is_quoted_once(seeds: dict[str, Article]) -> None:
    article = seeds["001"]
    assert (article.published.value, article.published.precision, article.published.origin) == (
        "2025-02-12",
        "day",
        "text",
    )
    assert article.title_origin == "first sentence"
    assert article.source == "UrduPoint / Pakistan Point News"
    assert "date 2025-02-12" in masked(article)
    assert "ISLAMABAD, (UrduPoint / Pakistan Point News - 12th Feb, 2025)" in masked(article)
    sentences = quoted(article)
    assert len(sentences) == 12
    assert sentences[0] == (
        "Ambassador of Russia to Pakistan, Albert P. Khorev has said that Russia and Pakistan will focus on "
        "cooperation in energy and industry, including the modernization of the Karachi Steel Mills, "
        "agriculture, and transport, in 2025."
    )
    assert any(sentence.endswith("‘TASS News Agency’.") for sentence in sentences)
    assert any(sentence.startswith("In this context, the modernization") for sentence in sentences)
    assert any(sentence.endswith("emanating from its territory.") for sentence in sentences)
    assert any(sentence.startswith("“We support Pakistan's counter-terrorism") for sentence in sentences)


def test_embedded_posts_bound_the_date_but_are_not_it(seeds: dict[str, Article]) -> None:
    article = seeds["002"]
    assert article.published.value is None
    assert article.published.precision == "unknown"
    assert article.published.not_before == "2021-04-07"
    assert article.source == "APP"
    assert article.title_origin == "first sentence"
    hidden = masked(article)
    for furniture in (
        "During our talks we considered ideas to further promote #EconomicDiplomacy",
        "pic.twitter.com/Y9kbeo0iPb",
        "— Shah Mahmood Qureshi (@SMQureshiPTI) April 7, 2021",
        "share convergent positions on several issues",
        "Read more: Russia’s investment can revive Pakistan Steel Mills: FM",
        "Read more: Pakistan, Russia strengthen business, military cooperation",
        "Read more: India, Russia discuss defense, geopolitics during Lavrov’s two-day visit",
        "Read more: Is Russian vaccine Sputnik V available in Pakistan?",
        "Pakistan regards Russia as an important factor",
        "Courtesy: APP",
    ):
        assert furniture in hidden
    sentences = quoted(article)
    assert len(sentences) == 24
    assert "He said Pakistan in view of its energy needs could greatly benefit from Russia." in sentences
    assert sentences[-1] == (
        "The Russian foreign minister said his government had provided 50,000 doses to Pakistan and intended "
        "to supply more 150,000 doses."
    )


def test_without_a_year_the_date_stays_unknown(seeds: dict[str, Article]) -> None:
    article = seeds["003"]
    assert article.published.value is None
    assert article.published.origin == "unknown"
    assert article.published.not_before == "2020-09-01"
    assert article.source is None
    assert article.title == (
        "Minister of Foreign Affairs of the Russian Federation Sergey Lavrov is here in Pakistan for a "
        "working visit from 6th to 7th April."
    )
    hidden = masked(article)
    assert "Read: PM Imran Khan’s ‘Ehsaas Koi Bhooka Na Soye’ To Open In 3 Cities Before Ramadan" in hidden
    assert "North-South Gas Pipeline" in hidden.splitlines()
    sentences = quoted(article)
    assert len(sentences) == 29
    assert (
        "On May 1 1948, Pakistan and Russia established diplomatic relationships with one another."
        in sentences
    )
    assert (
        "Other promising projects include the modernization of the Karachi Steel Mills built with the "
        "assistance of the USSR." in sentences
    )


def test_a_page_dump_keeps_its_article_alone(seeds: dict[str, Article]) -> None:
    article = seeds["004"]
    assert article.title == "Russia seeks expansion in ties with Pakistan"
    assert article.title_origin == "text"
    assert article.source == "IANS"
    assert (article.published.value, article.published.precision, article.published.origin) == (
        "2023-06-13T11:57",
        "minute",
        "text",
    )
    sentences = quoted(article)
    assert sentences[0] == (
        "Russia has sought to expand and deepen cooperation with Pakistan as the first shipment carrying "
        "Russian oil reached Karachi Port over the weekend, the media reported."
    )
    assert sentences[-1].endswith("has abandoned its commitments, The Express Tribune reported.")
    assert len(sentences) == 10
    hidden = masked(article)
    for furniture in (
        "City\nEpaper",
        "Russia seeks expansion in ties with Pakistan",
        "By IANS | Published: June 13, 2023 11:57 AM",
        "as the first shipment carrying ...",
        "Open in App",
        "Disclaimer: This post has been auto-published",
        "Tags: KarachiVladimir Putin",
        "Related Stories",
        "Putin Takes Oath as President",
        "International Realted Stories",
        'forbids its use "outside Ukraine"',
    ):
        assert furniture in hidden
