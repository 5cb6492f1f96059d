"""The citation measure must tell a good answer from a corrupted one."""

from dataclasses import replace

from rag.evaluate.support import CitedSentence, Quote, judge, precision, recall, supported

FACTS = [
    "2021年全区计划新增首店800家，其中全球首店10家。",
    "河东区图书馆馆长陈立平介绍，全年接待读者12万人次。",
    "志愿者每周三下午为老人修理电器，费用由《邻里基金》承担。",
    "医院把夜间门诊延长到22时，并增加了3名儿科医生。",
]


def answer(texts: list[str], quotes: list[str]) -> list[CitedSentence]:
    pairs = enumerate(zip(texts, quotes, strict=True), start=1)
    return [CitedSentence(f"{at}. {text}[{at}]", (Quote(quote),)) for at, (text, quote) in pairs]


def test_a_faithful_answer_scores_one() -> None:
    assert precision(answer(FACTS, FACTS)) == 1
    assert recall(answer(FACTS, FACTS)) == 1


def test_swapped_markers_score_below_half() -> None:
    assert precision(answer(FACTS, FACTS[1:] + FACTS[:1])) == 0


def test_swapped_sentences_score_below_half() -> None:
    assert precision(answer(list(reversed(FACTS)), FACTS)) == 0


def test_a_changed_digit_or_name_is_not_supported() -> None:
    quote = Quote(FACTS[0])
    assert not supported(CitedSentence("2021年全区计划新增首店900家，其中全球首店10家。", (quote,)))
    assert not supported(CitedSentence("2022年全区计划新增首店800家，其中全球首店10家。", (quote,)))
    assert not supported(CitedSentence("河东区图书馆馆长王建国介绍，全年接待读者12万人次。", (Quote(FACTS[1]),)))
    assert not supported(CitedSentence(FACTS[2].replace("邻里", "社区"), (Quote(FACTS[2]),)))


def test_title_and_date_of_the_article_are_context() -> None:
    quote = Quote("全年接待读者12万人次。", "河东新闻", "2021-01-08")
    sentence = CitedSentence("据2021年1月8日《河东新闻》：全年接待读者12万人次。", (quote,))
    assert supported(sentence)
    assert not supported(replace(sentence, quotes=(Quote(quote.text),)))


def test_a_paraphrase_is_supported() -> None:
    assert supported(CitedSentence("全年接待读者达到12万人次。[1]", (Quote(FACTS[1]),)))


def test_a_quote_without_a_part_is_wrong() -> None:
    sentence = CitedSentence(FACTS[0], (Quote(FACTS[0]), Quote(FACTS[3])))
    assert judge(sentence) == [True, False]


def test_nothing_scores_zero() -> None:
    assert precision([]) == 0
    assert recall([]) == 0
    assert recall([CitedSentence(FACTS[0], ())]) == 0
    assert precision([CitedSentence(FACTS[0], ())]) == 0


def test_a_sentence_beginning_with_a_decimal_is_not_a_numbered_item() -> None:
    assert supported(CitedSentence("3.5亿元用于修缮。", (Quote("3.5亿元用于修缮。"),)))
    assert not supported(CitedSentence("3.5亿元用于修缮。", (Quote("4.5亿元用于修缮。"),)))


def test_footnotes_of_the_source_are_no_markers() -> None:
    quote = Quote("全年接待读者12万人次[3]。")
    assert supported(CitedSentence("全年接待读者12万人次［3]。[1]", (quote,)))
    assert not supported(CitedSentence("全年接待读者12万人次［4]。[1]", (quote,)))


def test_words_in_another_order_are_supported_and_a_year_s_own_source_has_a_part() -> None:
    shops, year = Quote("本市将新增首店800家、早餐网点1120个等。"), Quote("2021年是规划的开局之年。")
    sentence = CitedSentence("2021年新增800家首店。", (shops, year))
    assert judge(sentence) == [True, True]
    assert judge(replace(sentence, text="新增800家首店。")) == [True, False]
    assert judge(replace(sentence, quotes=(shops,))) == [False]
    assert judge(replace(sentence, text="2021年新增900家首店。")) == [False, False]


def test_the_title_alone_supports_nothing() -> None:
    quote = Quote("全市今年植树3400棵。", title="首条示范街在江城区点亮")
    assert judge(CitedSentence("首条示范街在江城区点亮。", (quote,))) == [False]
