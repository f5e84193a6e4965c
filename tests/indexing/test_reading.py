"""Every file is read or told by name with its reason; the rest is read all the same."""

from __future__ import annotations

import errno
import io
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from permissions import without_permission

from rag.errors import ArticleError, StorageError
from rag.indexing.decoding import decode
from rag.indexing.reading import (
    PassedOver,
    Problem,
    count_candidates,
    read_corpus,
    read_new,
    told_passed_over,
)
from rag.types import Article

PROSE = "The minister spoke of the steel mills on Monday. Talks go on this week."


def read(*paths: Path) -> tuple[dict[str, Article], list[Problem]]:
    found = list(read_corpus(paths))
    articles = {item.id: item for item in found if isinstance(item, Article)}
    return articles, [item for item in found if isinstance(item, Problem)]


def lines(path: Path, records: Iterable[object]) -> Path:
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_ids_are_paths_below_the_folder_and_order_is_fixed(tmp_path: Path) -> None:
    for name in ("b.txt", "a.TXT", "sub/c.d.txt", "sub/deep/e.txt", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PROSE)
    articles, problems = read(tmp_path)
    assert list(articles) == ["a", "b", "sub/c.d", "sub/deep/e"]
    assert problems == []
    assert list(read(tmp_path / "sub" / "deep" / "e.txt")[0]) == ["e"]


def test_a_file_is_dated_by_its_path_below_the_folder_and_a_line_is_not(tmp_path: Path) -> None:
    corpus = tmp_path / "2021" / "05"
    (corpus / "2024" / "11" / "12").mkdir(parents=True)
    (corpus / "2024" / "11" / "12" / "deep.txt").write_text(PROSE)
    (corpus / "2024" / "11" / "12" / "given.md").write_text(f"---\ndate: 2023\n---\n{PROSE}")
    (corpus / "flat.txt").write_text(PROSE)
    lines(corpus / "2024" / "11" / "news.jsonl", [{"text": PROSE}])
    articles, _ = read(corpus)
    dates = {name: (article.published.value, article.published.origin) for name, article in articles.items()}
    assert dates == {
        "flat": (None, "unknown"),
        "2024/11/12/deep": ("2024-11-12", "file name"),
        "2024/11/12/given": ("2023", "metadata"),
        "2024/11/news/1": (None, "unknown"),
    }


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="nowhere does not exist"):
        list(read_corpus([tmp_path / "nowhere"]))


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == ({}, [])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \r\n\t\n", "is empty"),
        ("mark.txt", b"\xef\xbb\xbf", "is empty"),
        ("empty.jsonl", b"\n\n", "is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0" * 20, "is binary"),
        ("noise.txt", bytes(range(128, 256)) * 8, "cannot be told"),
        ("controls.txt", b"\x01\x02\x03\x04 and so on \x05\x06\x07\x08" * 9, "is binary"),
        ("links.txt", b"Home\n\nhttps://example.org/\n", "nothing but navigation"),
        ("half.txt", b"\xff\xfea", "utf-16-le"),
    ],
)
def test_what_is_no_article_is_told_and_the_rest_is_read(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(PROSE)
    articles, problems = read(tmp_path)
    assert list(articles) == ["good"]
    problem = only(problems)
    assert problem.lost and problem.path.endswith(name) and reason in problem.reason


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("report.PDF", "has the unknown format '.pdf'; supported are .txt, .md, .jsonl"),
        ("README", "has the unknown format 'of no ending'; supported are .txt, .md, .jsonl"),
    ],
)
def test_another_format_is_lost_where_it_is_named_and_passed_over_in_a_folder(
    tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / name).write_bytes(b"%PDF-1.7")
    (tmp_path / "good.txt").write_text(PROSE)
    assert only(read(tmp_path / name)[1]) == Problem(str(tmp_path / name), None, told, lost=True)
    articles, problems = read(tmp_path)
    assert (list(articles), problems) == (["good"], [])
    passed = [item for item in read_new([tmp_path]) if isinstance(item, PassedOver)]
    assert [one.ending for one in passed] == [Path(name).suffix.lower()]
    assert len(list(read_new([tmp_path / name, tmp_path]))) == 3


def test_what_is_passed_over_is_told_with_likely_articles_first() -> None:
    counts = {".jpg": 1200, ".css": 3, "": 2, ".html": 1}
    told = "1,206 files of other formats: .html (1), .jpg (1,200), .css (3), no ending (2)"
    assert told_passed_over(counts) == told
    many = {f".{number}": 1 for number in range(50)} | {".pdf": 1}
    told = told_passed_over(many)
    assert told.startswith("51 files of other formats: .pdf (1), ") and told.endswith("other endings (43)")
    assert told_passed_over({".html": 1}) == "1 file of other formats: .html (1)"


def test_a_line_without_text_is_told_with_the_fields_that_it_has(tmp_path: Path) -> None:
    records = [{"id": "a", "body": PROSE, "metadata": {"date": "2024"}}, {}, {f"f{n}": n for n in range(99)}]
    problems = read(lines(tmp_path / "a.jsonl", [*records, {"text": ["a"]}]))[1]
    assert [
        problem.reason.removeprefix("has no field `text` that holds the article; ") for problem in problems
    ] == [
        "its fields are: date, id, body",
        "its fields are: none",
        f"its fields are: {', '.join(f'f{n}' for n in range(12))}, …",
        "has a field `text` that is no text",
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [([{"text": PROSE}] * 3, "array over many lines"), ({"text": PROSE}, "object over many lines")],
)
def test_json_over_many_lines_is_told_once(tmp_path: Path, value: object, told: str) -> None:
    for indent in (0, 2):
        path = tmp_path / "a.jsonl"
        path.write_text("\ufeff\n" + json.dumps(value, indent=indent), encoding="utf-8")
        articles, problems = read(path)
        assert articles == {} and only(problems).line is None and told in problems[0].reason
    path.write_text(json.dumps([{"text": PROSE}]))
    assert only(read(path)[1]).reason == "is a JSON array; write one object a line"


def test_an_unreadable_file_a_broken_link_and_a_pipe_are_survived(tmp_path: Path) -> None:
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "circle.txt").symlink_to(tmp_path / "circle.txt")
    (tmp_path / "good.txt").write_text(PROSE)
    articles, problems = read(tmp_path)
    assert list(articles) == ["good"]
    names = sorted(Path(problem.path).name for problem in problems)
    assert names == ["broken.txt", "circle.txt", "pipe.txt"]
    assert all(problem.lost for problem in problems)


def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(PROSE)
    (tmp_path / "secret.txt").write_text(PROSE)
    with without_permission(tmp_path / "secret.txt"):
        articles, problems = read(tmp_path)
    assert list(articles) == ["good"]
    assert only(problems).reason == "cannot be read: Permission denied"


@pytest.mark.parametrize(("mode", "told"), [(0o444, ["a.txt", "deep", "other"]), (0, ["shut", "other"])])
def test_a_folder_without_permission_is_told_and_the_rest_is_read(
    tmp_path: Path, mode: int, told: list[str]
) -> None:
    shut = tmp_path / "shut"
    (shut / "deep").mkdir(parents=True)
    (shut / "a.txt").write_text(PROSE)
    (tmp_path / "good.txt").write_text(PROSE)
    (tmp_path / "other").symlink_to(shut / "deep")
    with without_permission(shut, mode=mode):
        articles, problems = read(tmp_path)
        assert count_candidates([tmp_path]) == 1
        assert only(read(tmp_path / "other")[1]).reason == "cannot be read: Permission denied"
        with pytest.raises(ArticleError, match=r"a\.txt cannot be read: Permission denied"):
            read(shut / "a.txt")
    assert list(articles) == ["good"]
    assert sorted(Path(problem.path).name for problem in problems) == sorted(told)
    assert all(one.lost and one.reason == "cannot be read: Permission denied" for one in problems)


def test_a_loop_of_links_ends_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text(PROSE)
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "a0").symlink_to(tmp_path / "a")
    articles, problems = read(tmp_path)
    assert list(articles) == ["a/one"]
    assert sorted(Path(problem.path).name for problem in problems) == ["a0", "back"]
    assert not any(problem.lost for problem in problems)


def test_a_link_to_what_is_there_itself_never_takes_its_id(tmp_path: Path) -> None:
    for name in ("b/own.txt", "x/report.txt", "x/deep/more.txt", "z/last.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{PROSE} {name}")
    elsewhere = tmp_path.with_name("elsewhere.txt")
    elsewhere.write_text(PROSE)
    (tmp_path / "b" / "link.txt").symlink_to(tmp_path / "x" / "report.txt")
    (tmp_path / "b" / "far.txt").symlink_to(elsewhere)
    (tmp_path / "a.txt").symlink_to(tmp_path / "z" / "last.txt")
    (tmp_path / "b" / "folder").symlink_to(tmp_path / "x" / "deep")
    articles, problems = read(tmp_path)
    assert list(articles) == ["b/own", "x/report", "x/deep/more", "z/last", "b/far"]
    assert [Path(problem.path).name for problem in problems] == ["a.txt", "folder", "link.txt"]
    assert all("already by another path" in one.reason and not one.lost for one in problems)


def test_of_two_with_one_id_the_first_stays(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(PROSE)
    (tmp_path / "a.txt").write_text("Another text stands here. It is lost.")
    lines(tmp_path / "b.jsonl", [{"id": "a", "text": PROSE}, {"id": "b", "text": PROSE}])
    articles, problems = read(tmp_path)
    assert list(articles) == ["a", "b"]
    assert articles["a"].text == PROSE
    assert [(Path(problem.path).name, problem.line) for problem in problems] == [
        ("a.txt", None),
        ("b.jsonl", 1),
    ]
    assert all(problem.lost and "has the id 'a' of an article" in problem.reason for problem in problems)


def test_bad_lines_are_told_by_number_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(
        b'{"id": 7, "text": "' + PROSE.encode() + b'"}\r\n'
        b"not json\n\n[1, 2]\n"
        b'{"id": "x"}\n{"id": "y", "text": 5}\n{"id": "z", "text": "  "}\n'
        b'{"id": [1], "text": "Some text stands here."}\n' + b"[" * 200_000 + b"\n"
        b'{"text": "' + PROSE.encode() + b'"}'
    )
    articles, problems = read(path)
    assert list(articles) == ["7", "news/10"]
    assert [problem.line for problem in problems] == [2, 4, 5, 6, 7, 8, 9]
    assert all(problem.lost for problem in problems)
    assert "no field `text`" in problems[2].reason


def test_all_that_a_line_says_is_kept(tmp_path: Path) -> None:
    record = {
        "id": "x/1",
        "title": " Steel\n talks ",
        "text": "Steel talks\n\n" + PROSE,
        "published": "2024-02-10T08:30:00+05:00",
        "source": "Daily",
        "url": "https://example.org/1",
        "authors": ["A", "B"],
        "views": 3,
    }
    articles, problems = read(lines(tmp_path / "a.jsonl", [record]))
    article = articles["x/1"]
    assert problems == []
    assert (article.title, article.title_origin) == ("Steel talks", "metadata")
    assert (article.source, article.url) == ("Daily", "https://example.org/1")
    assert (article.published.value, article.published.origin) == ("2024-02-10T08:30+05:00", "metadata")
    assert article.metadata == {"authors": ["A", "B"], "views": 3}
    assert article.text == record["text"]
    assert [(mask.kind, mask.start) for mask in article.masks] == [("headline", 0)]


@pytest.mark.parametrize(
    "name",
    [
        *("publishedAt", "PublishedAt", "PUBLISHED", "Date", "pubDate", "pub_date", "publish_date"),
        *("published_at", "published_time", "article:published_time", "datePublished", "date_published"),
        "Publication-Date",
    ],
)
def test_a_field_is_known_by_its_words_however_they_are_written(tmp_path: Path, name: str) -> None:
    fields = {name: "2024-11-12", "Headline": "Steel talks", "Source": "Daily", "Link": "https://example.org"}
    lines(tmp_path / "a.jsonl", [{"ID": "line", "Text": PROSE, **fields, "Author": "A"}])
    lines(tmp_path / "b.jsonl", [{"id": "inside", "text": PROSE, "Metadata": {**fields, "Author": "A"}}])
    head = "".join(f"{field}: {value}\n" for field, value in {**fields, "Author": "A"}.items())
    (tmp_path / "file.md").write_text(f"---\n{head}---\n{PROSE}")
    articles, problems = read(tmp_path)
    assert problems == [] and set(articles) == {"line", "inside", "file"}
    for article in articles.values():
        assert (article.published.value, article.published.origin) == ("2024-11-12", "metadata")
        assert (article.title, article.source, article.url) == ("Steel talks", "Daily", "https://example.org")
        assert article.metadata == {"Author": "A"}


def test_the_name_as_it_is_told_and_the_lines_own_field_count_first(tmp_path: Path) -> None:
    given = {"Date": "2021", "date": "2022", "DATE": "2023"}
    inside = {"id": "b", "text": PROSE, "Date": "2024", "metadata": {"date": "2020"}}
    articles, problems = read(lines(tmp_path / "a.jsonl", [{"id": "a", "text": PROSE, **given}, inside]))
    assert [article.published.value for article in articles.values()] == ["2022", "2024"]
    assert problems == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("created_at", "2024-11-12", True),
        ("updatedAt", "2024-11-12", True),
        ("timestamp", 1731405600, True),
        ("crawlDate", "12/11/24", True),
        ("datetime", "12 Nov 2024", True),
        ("reading_time", "5 min", False),
        ("sentiment", "2024", False),
        ("candidate", "2024", False),
        ("publication", "The Daily", False),
        ("dates", ["2024-11-12"], False),
        ("timed", True, False),
    ],
)
def test_a_field_that_may_be_a_date_and_is_not_read_is_told(
    tmp_path: Path, name: str, value: object, told: bool
) -> None:
    line = {"id": "a", "text": PROSE, name: value}
    articles, problems = read(lines(tmp_path / "a.jsonl", [line]))
    assert articles["a"].published.value is None
    assert articles["a"].metadata == {name: value}
    assert [problem.reason for problem in problems] == [
        f"{name} is not read as the date of publication; name it `published` if it is that"
    ] * told
    assert read(lines(tmp_path / "a.jsonl", [{**line, "pubdate": "2024-11-12"}]))[1] == []


def test_lone_surrogates_and_endless_metadata_are_mended_and_told(tmp_path: Path) -> None:
    deep: object = "x"
    for _ in range(60):
        deep = [deep]
    path = tmp_path / "a.jsonl"
    record = {
        "id": "one\ud800",
        "text": f"Half \ud83d of a pair. {PROSE}",
        "deep": deep,
        "k\udfff": "v\ud800",
    }
    articles, problems = read(lines(path, [record]))
    article = articles["one\ufffd"]
    assert article.text.startswith("Half \ufffd of a pair.")
    assert article.metadata == {"k\ufffd": "v\ufffd"}
    assert ["surrogates" in problem.reason for problem in problems] == [True, False]
    assert not any(problem.lost for problem in problems)


def test_nul_is_left_out_of_every_sentence_and_moves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"The minister spoke.\0\0 " + PROSE.encode())
    articles, problems = read(tmp_path)
    article = articles["a"]
    assert article.text == "The minister spoke.\0\0 " + PROSE
    assert not any("\0" in span.of(article.text) for span in article.sentences)
    assert "2 NUL" in only(problems).reason and not problems[0].lost


def test_an_invalid_date_is_told_and_unknown(tmp_path: Path) -> None:
    articles, problems = read(lines(tmp_path / "a.jsonl", [{"id": "a", "text": PROSE, "date": "2024-02-31"}]))
    assert articles["a"].published.value is None
    problem = only(problems)
    assert problem.line == 1 and not problem.lost
    assert "'2024-02-31' is not a day of the calendar" in problem.reason


def test_a_date_of_which_only_the_day_can_be_read_is_that_day_and_told(tmp_path: Path) -> None:
    line = {"id": "a", "text": PROSE, "Date": "2024-11-12 10:00:00 PST", "published_at": "2025"}
    articles, problems = read(lines(tmp_path / "a.jsonl", [line]))
    assert (articles["a"].published.value, articles["a"].published.precision) == ("2024-11-12", "day")
    problem = only(problems)
    assert not problem.lost and problem.reason == (
        "Date '2024-11-12 10:00:00 PST' has a time of day that cannot be read, so only its day is used"
    )


@pytest.mark.parametrize("line", ["03/05/2024", "Published: 03/05/2024", "By A Person | 03/05/2024"])
def test_a_date_in_the_text_that_may_mean_two_days_is_told_and_unknown(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(f"Steel talks resume in the city\n\n{line}\n\n{PROSE}")
    articles, problems = read(tmp_path)
    assert articles["a"].published.value is None
    assert (
        "'03/05/2024' may mean two days, so it is not used; write it as YYYY-MM-DD" in only(problems).reason
    )
    assert not problems[0].lost


def test_line_ends_and_the_byte_order_mark(tmp_path: Path) -> None:
    text = "Steel talks resume today\r\n\r\nThe minister spoke\r\non Monday. Talks go on.\rSo he said.\r\n"
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    articles, problems = read(tmp_path)
    assert articles["a"].text == text
    assert articles["a"].title == "Steel talks resume today"
    assert problems == []


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Министр иностранных дел России посетил Исламабад во вторник и провёл переговоры. " * 3),
        (
            "cp1252",
            "Le président de la République a déclaré que l’économie s’était améliorée après l’été. " * 5,
        ),
        ("utf-16", "The minister spoke of steel — and of grain."),
        ("utf-32", "The minister spoke of steel — and of grain."),
    ],
)
def test_another_encoding_is_read_and_named(tmp_path: Path, encoding: str, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    articles, problems = read(tmp_path)
    assert articles["a"].text == text
    problem = only(problems)
    assert encoding.rstrip("-le") in problem.reason and not problem.lost


def test_lines_in_utf_16_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json.dumps({"id": "a", "text": PROSE}).encode("utf-16"))
    assert "UTF-16" in only(read(tmp_path)[1]).reason


def test_front_matter_is_metadata_and_stays_in_the_text(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Steel talks\ndate: 2024-02-31\npublished: 10 Feb 2024\nsource: Daily\n"
        f"url: https://example.org\ntags: [a, b]\n---\n# Another heading\n\n{PROSE}\n"
    )
    (tmp_path / "a.md").write_text(text)
    articles, problems = read(tmp_path)
    article = articles["a"]
    assert article.text == text
    assert (article.title, article.source, article.url) == ("Steel talks", "Daily", "https://example.org")
    assert (article.published.value, article.published.origin) == ("2024-02-10", "metadata")
    assert article.metadata == {"tags": ["a", "b"]}
    assert [mask.kind for mask in article.masks] == ["front matter", "headline"]
    assert article.sentences[0].of(text) == "The minister spoke of the steel mills on Monday."
    assert problems == []


@pytest.mark.parametrize("head", ["---\ndate: 2024-02-31\n---\n", "---\n[: {\n---\n", "---\n&a [*a]\n---\n"])
def test_bad_front_matter_loses_no_article(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.md").write_text(head + PROSE)
    articles, problems = read(tmp_path)
    assert articles["a"].published.value is None
    assert len(articles["a"].sentences) == 2
    assert not only(problems).lost


def test_front_matter_that_is_not_yaml_keeps_each_field_that_can_be_read(tmp_path: Path) -> None:
    head = (
        "---\ntitle: Talks: the end\ndate: 2024-02-10\nsource: 'Daily'\ntags:\n- steel\n- trade: Moscow\n"
        "authors:\n  - A\n  b: [\nsummary: >-\n  Two\n  lines\nurl: https://example.org/a:b\n"
        "a line of its own\n---\n"
    )
    for name, written in (("lf", head), ("crlf", head.replace("\n", "\r\n"))):
        (tmp_path / f"{name}.md").write_bytes((written + PROSE).encode())
    articles, problems = read(tmp_path)
    for article in articles.values():
        assert (article.title, article.title_origin) == ("Talks: the end", "metadata")
        assert (article.published.value, article.source) == ("2024-02-10", "Daily")
        assert article.url == "https://example.org/a:b"
        assert article.metadata == {"tags": ["steel", {"trade": "Moscow"}], "summary": "Two lines"}
        assert len(article.sentences) == 2
    assert [problem.lost for problem in problems] == [False, False]
    told = "not YAML, so only these fields of it are used: title, date, source, tags, summary, url"
    assert all(told in problem.reason for problem in problems)


def test_a_markdown_heading_is_the_title(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# Steel talks resume #\n\n{PROSE}\n\n## Background\n\n{PROSE}")
    article = read(tmp_path)[0]["a"]
    assert (article.title, article.title_origin) == ("Steel talks resume", "text")
    assert [mask.kind for mask in article.masks] == ["headline", "heading"]


def test_a_file_name_may_hold_the_date(tmp_path: Path) -> None:
    for name in ("2024-05-01-steel.txt", "steel_20240501.txt", "43ab2024050112ef.txt", "2024-13-45.txt"):
        (tmp_path / name).write_text(PROSE)
    found = {name: article.published.value for name, article in read(tmp_path)[0].items()}
    assert found == {
        "2024-05-01-steel": "2024-05-01",
        "2024-13-45": None,
        "43ab2024050112ef": None,
        "steel_20240501": "2024-05-01",
    }


def test_reading_is_lazy_and_the_same_twice(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(PROSE)
    first = next(iter(read_corpus([tmp_path])))
    assert isinstance(first, Article) and first.id == "0"
    assert list(read_corpus([tmp_path])) == list(read_corpus([tmp_path]))


def test_a_file_that_several_paths_lead_to_is_read_once_and_nothing_counts_as_lost(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "sub" / "b.txt").write_text(PROSE)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    articles, problems = read(tmp_path, tmp_path, tmp_path / "sub", tmp_path / "sub" / ".." / "a.txt")
    assert list(articles) == ["a", "sub/b"]
    assert [Path(problem.path).name for problem in problems] == ["link.txt", tmp_path.name, "sub", "a.txt"]
    assert not any(problem.lost for problem in problems)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_disk_that_fails_the_work_is_not_a_file_that_cannot_be_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(text: str) -> tuple[str, float]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("py3langid.classify", full)
    lines(tmp_path / name, [{"text": PROSE}])
    with pytest.raises(StorageError, match=r"temporary folder .*No space left on device.*TMPDIR"):
        list(read_corpus([tmp_path]))


def test_a_disk_that_fails_in_the_middle_of_a_file_keeps_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            return super().readline(size) or self.fail()

        def fail(self) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    path = lines(tmp_path / "a.jsonl", [{"id": "a", "text": PROSE}])
    data = path.read_bytes()
    monkeypatch.setattr(Path, "open", lambda self, mode: Failing(data))
    articles, problems = read(path)
    assert list(articles) == ["a"]
    assert only(problems) == Problem(str(path), None, "cannot be read: Input/output error", lost=True)


def test_the_index_is_no_part_of_the_corpus_that_it_lies_in(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_text("000001-00000000")
    (tmp_path / "a.txt").write_text(PROSE)
    found = list(read_corpus([tmp_path], index_folder=tmp_path / "index"))
    assert [item.id for item in found if isinstance(item, Article)] == ["a"]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("La fête à Orléans a coûté 50 euros, a dit le maire, très déçu de la mêlée.", "latin-1"),
        (
            "Der Bürgermeister erklärte am Freitag, die Straße müsse größer werden als vorher geplant.",
            "cp1252",
        ),
        ("Türkiye ile Rusya arasındaki görüşmeler İstanbul'da başladı, ilerleme sağlandı.", "cp1254"),
    ],
)
def test_letters_of_another_encoding_are_read_as_they_were_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("field", ["title", "source", "publisher", "url", "language"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [(["Reuters"], "a list"), (["a", "b"], "a list"), ({"name": "Reuters"}, "an object"), (True, "no text")],
)
def test_a_field_that_wants_one_text_and_holds_more_is_told_by_file_and_name(
    tmp_path: Path, field: str, value: object, kind: str
) -> None:
    path = lines(tmp_path / "news.jsonl", [{"text": PROSE}, {"text": PROSE, field: value}])
    articles, problems = read(path)
    told = only(problems)
    assert (told.path, told.line, told.lost) == (str(path), 2, False)
    assert told.reason == f"{field} is {kind} where one text is wanted, so it is not used"
    plain, other = articles["news/1"], articles["news/2"]
    assert (plain.title, plain.source, plain.url, plain.language) == (
        *(other.title, other.source, other.url, other.language),
    )


def test_lists_in_front_matter_are_told_and_those_of_other_fields_and_empty_ones_are_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ntags: [a, b]\ntitle: []\nsource: [Reuters, AP]\npublisher: AFP\n---\n{PROSE}\n")
    articles, problems = read(path)
    assert only(problems).reason.startswith("source is a list")
    assert (articles["a"].source, articles["a"].metadata) == ("AFP", {"tags": ["a", "b"]})


PAGES = [
    "<!DOCTYPE html>\n<html><body>{}</body></html>",
    "<html lang='en'>\n{}",
    "<p>{}</p>\n<p class='lead'>So he said.</p>",
    "<div>\n<script src='a.js'></script>\n{}\n</div>",
    "{}<br/>{}<br>{}<BR />{}<br>",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl"])
def test_tags_in_the_text_are_told_and_nothing_is_taken_out(tmp_path: Path, name: str, page: str) -> None:
    text = page.replace("{}", PROSE)
    path = tmp_path / name
    if name == "a.jsonl":
        lines(path, [{"id": "b", "text": PROSE}, {"id": "a", "text": text}])
    else:
        path.write_text(text)
    articles, problems = read(path)
    assert articles["a"].text == text
    told = only(problems)
    assert (told.path, told.line, told.lost) == (str(path), 2 if name == "a.jsonl" else None, False)
    assert "holds HTML tags" in told.reason and "give the text without its tags" in told.reason


@pytest.mark.parametrize(
    "text",
    [
        f"<b>Steel</b> talks. {PROSE} <i>So</i> he said of the <b>mills</b>.",
        f"He wrote <p> where <div> was meant. {PROSE}",
        f"He said that 3 < p and q > 4 < d and a<b. {PROSE}",
        f"See <https://a.org/p>, <https://a.org/div>, <a@a.org> and <p@a.org>. {PROSE}",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_stray_tag_is_not_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read(tmp_path)[1] == []


@pytest.mark.parametrize(
    ("name", "head", "told"),
    [
        ("a.md", "---\ntitle: Talks\ndate: 2024-02-10\n\n", "never closed, so .* a line of ---"),
        ("a.md", "\n---\r\ntitle: Talks\r\n", "never closed"),
        ("a.md", '+++\ntitle = "Talks"\n+++\n', "TOML .* write it as YAML"),
        ("a.txt", '+++\ntitle = "Talks"\n+++\n', "TOML .* write it as YAML"),
        ("a.txt", "---\ntitle: Talks\n---\n", "only a .md may have, .* name the file .md"),
    ],
)
def test_front_matter_that_is_not_read_is_told_and_stays_in_the_text(
    tmp_path: Path, name: str, head: str, told: str
) -> None:
    (tmp_path / name).write_bytes((head + PROSE).encode())
    articles, problems = read(tmp_path)
    assert articles["a"].text == head + PROSE
    assert re.search(told, only(problems).reason) and not problems[0].lost


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "head", ["---\n", "---\n\n", "--- \nHe said so: talks go on.\n\n", "- - -\n", "++\n"]
)
def test_a_rule_above_the_text_is_no_front_matter(tmp_path: Path, name: str, head: str) -> None:
    (tmp_path / name).write_text(head + PROSE)
    assert read(tmp_path)[1] == []
