from __future__ import annotations

import pytest

from rag.collection.catalogue import Filter
from rag.collection.collection import Collection
from rag.collection.sections import printed_section, sections
from rag.types import Leftover
from tests.collection.conftest import PAGE, keep, upload


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("2021年3月5日 星期五\nA06 社会新闻\n本版编辑 张三", "A06 社会新闻"),
        ("2021年1月28日 星期四 第8版", "第8版"),
        ("第6版\nA06 社会新闻", "A06 社会新闻"),
        ("新民晚报 · 要闻", "要闻"),
        ("寻物启事", ""),
        ("人民城市人民建", ""),
    ],
)
def test_a_section_is_read_off_the_page(text: str, section: str) -> None:
    assert printed_section(text) == section


def test_a_folder_stands_for_a_section_that_is_not_printed() -> None:
    leftovers = [Leftover("a/1.txt", 0, 4, "第2版"), Leftover("a/1.txt", 9, 13, "寻物启事")]
    found = sections(leftovers, ["a/1.txt", "b/c/2.txt", "3.txt", "upload:x.zip/4.txt"])
    assert found == {"a/1.txt": "第2版", "b/c/2.txt": "b/c", "3.txt": "", "upload:x.zip/4.txt": ""}


def titles(collection: Collection, wanted: Filter) -> list[str]:
    return [article.title for article in collection.find(wanted)]


def test_the_list_can_be_filtered(collection: Collection) -> None:
    keep(collection, upload(collection, "夜报.txt", PAGE))
    uploaded = ["长街夜市开张", "老船厂改成博物馆"]
    assert titles(collection, Filter())[:2] == uploaded, "uploads come first"
    assert len(titles(collection, Filter())) == 8
    assert titles(collection, Filter(origin="upload")) == uploaded
    assert titles(collection, Filter(source="夜报.txt")) == uploaded
    assert titles(collection, Filter(section="A06 社会新闻")) == uploaded
    assert titles(collection, Filter(query="夜市")) == uploaded[:1]
    assert titles(collection, Filter(query="船模 学生")) == uploaded[1:], "each word counts, in the text too"
    assert titles(collection, Filter(query="夜市", source="桥.txt")) == []
    assert titles(collection, Filter(query="%")) == []
    assert collection.catalogue().section_names() == ["A06 社会新闻"]


def test_dates_are_compared_as_far_as_they_are_known(collection: Collection) -> None:
    rows = [("1", "2020"), ("2", "2021-03"), ("3", "2021-03-05"), ("4", "")]
    data = "\n".join(f'{{"id": "{name}", "text": "第{name}条消息。", "date": "{date}"}}' for name, date in rows)
    keep(collection, upload(collection, "rows.jsonl", data))

    def found(since: str, until: str) -> list[str]:
        return [
            article.document_id[-1] for article in collection.find(Filter(origin="upload", since=since, until=until))
        ]

    assert found("", "") == ["1", "2", "3", "4"]
    assert found("2021-03-05", "") == ["2", "3"]
    assert found("2021-03-06", "") == ["2"]
    assert found("2020-06-01", "2020-07-01") == ["1"]
    assert found("", "2021-03-04") == ["1", "2"]
    assert found("2021", "2021") == ["2", "3"]
