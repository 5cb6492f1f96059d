"""Articles become passages of whole sentences; datelines, bylines and credits are no sentences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.chunk import article_sentences, chunk
from rag.types import Article


def _article(text: str, body_start: int = 0) -> Article:
    return Article(id="a1", document_id="d", title="题", text=text, source="s", body_start=body_start)


def _sentences(text: str, body_start: int = 0) -> list[str]:
    return [text[start:end] for start, end in article_sentences(_article(text, body_start))]


def test_sentences_leave_out_who_wrote_it() -> None:
    text = "标题一行\n■记者 陈路\n本报讯(记者 陈路)昨天,新馆开门。读者很多。\n读者在看书\n王勇 摄\n座位不够。本报记者 陈路 实习生 吴泽\n"
    assert _sentences(text, text.index("本报讯")) == ["昨天,新馆开门。", "读者很多。", "读者在看书", "座位不够。"]


def test_sentences_begin_after_every_kind_of_dateline() -> None:
    for dateline in (
        "本报讯 ",
        "本报讯(通讯员 何远)",
        "本报讯（记者 陈路 通讯员 何远）",
        "新华社北京1月20日电（记者陈路）",
        "新华社北京1月20日电 ",
        "【本報訊】",
        "【記者林佳穎／臺北報導】",
        "(记者 陈路)",
        "大江新闻讯（记者 陈路）",
    ):
        assert _sentences(f"{dateline}新馆昨天开门。") == ["新馆昨天开门。"], dateline


def test_words_that_only_look_like_a_dateline_stay() -> None:
    for text in ("本报电子版已经上线。", "本报记者的消息得到证实。", "新华社区的电梯装好了。", "记者昨天走进新馆。"):
        assert _sentences(text) == [text]


def test_a_passage_is_about_the_size_asked_for() -> None:
    article = _article("新馆的自习室有一千二百个座位。" * 40)
    passages = chunk(article, 100)
    assert all(passage.end - passage.start <= 100 for passage in passages)
    assert all(passage.end - passage.start > 80 for passage in passages[:-1])


def test_a_long_sentence_stands_alone() -> None:
    article = _article("短句。" + "很长" * 60 + "。短句。")
    assert [article.text[p.start : p.end] for p in chunk(article, 50)] == ["短句。", "很长" * 60 + "。", "短句。"]


def test_ids_count_the_passages() -> None:
    assert [passage.id for passage in chunk(_article("甲乙丙丁。" * 4), 10)] == ["a1:0", "a1:1"]


def test_nothing_but_a_byline_is_still_found() -> None:
    assert _sentences("本报记者 陈路") == ["本报记者 陈路"]
    assert chunk(_article("  \n"), 300) == []


@given(st.text(alphabet="甲乙丙。！？；，,.“”()本报讯记者 \n", max_size=300), st.integers(1, 120))
def test_every_sentence_is_in_one_passage_in_order(text: str, size: int) -> None:
    article = _article(text)
    passages = chunk(article, size)
    assert [span for passage in passages for span in passage.sentences] == article_sentences(article)
    for passage in passages:
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        assert passage.end - passage.start <= size or len(passage.sentences) == 1
    for start, end in article_sentences(article):
        assert text[start:end] == text[start:end].strip() != ""
