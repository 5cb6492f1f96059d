"""Which characters may stand for one another, by hand: both ways."""

from __future__ import annotations

from itertools import combinations
from statistics import mean, median

import pytest

from rag.index.alike import NUMERALS, _table, alike, variants

SHAPE = (
    "股殷 甫浦 己已 已巳 末未 晴睛 候侯 彭澎 徐除 徐涂 杨扬 杨场 淞凇 沪泸 沪护 浙淅 崇祟 普晋 宝室 治冶 拔拨 拆折 "
    "戌戍 刺剌 亳毫 土士 田由 乌鸟 兔免 茶荼 辩辨 柏拍 微徽 璋漳 楼搂 街衔 桥侨 郭敦 段殷"
).split()
SOUND = "汾坟 林临 临灵 陈程 静净 行杭 在再 座坐 做作 珺俊 张章 站暂 蓝南 须需 记纪 虹红 闵闽 重种 泾金".split()
DIFFERENT = (
    "平汾 北南 京海 京南 东西 上下 左右 大小 男女 区县 市省 街路 王李 张赵 春秋 江河 湖海 桥路 村镇 学校 医院 父母 "
    "红绿 黑白 高低 前后 日月 水火 进出 买卖 授受 早晚 有无 是非 长短 山陕 增减 国家 广江 年月 新老 黄徐 中外"
).split()


@pytest.mark.parametrize("pair", ["股殷", "甫浦", "己已", "末未", "晴睛", "候侯", "彭澎", "汾坟"])
def test_alike(pair: str) -> None:
    assert alike(pair[0], pair[1])
    assert alike(pair[1], pair[0])


def test_most_pairs_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [pair for pair in SHAPE + SOUND if not alike(pair[0], pair[1])]
    with capsys.disabled():
        print(f"\nalike: {len(SHAPE + SOUND) - len(missed)} of {len(SHAPE + SOUND)} pairs found, missed {missed}")
    assert len(missed) <= 2


@pytest.mark.parametrize("pair", DIFFERENT)
def test_different(pair: str) -> None:
    assert not alike(pair[0], pair[1])
    assert not alike(pair[1], pair[0])


def test_numbers_are_like_nothing() -> None:
    for first, second in combinations(sorted(NUMERALS), 2):
        assert not alike(first, second)
    assert not any(variants(numeral) for numeral in NUMERALS)
    assert not any(variants(character) & NUMERALS for character in "士干由陆西其人酒巴班扒白方")


def test_every_pair_holds_both_ways_and_never_with_itself() -> None:
    for character in list(_table().readings)[::7]:
        assert character not in variants(character)
        assert all(character in variants(other) for other in variants(character))


def test_a_character_outside_the_table_is_like_itself_alone() -> None:
    for character in ("A", "，", "鬱", "𠮷"):
        assert variants(character) == frozenset()
        assert alike(character, character)


def test_the_table_is_whole_and_narrow(capsys: pytest.CaptureFixture[str]) -> None:
    counts = [len(variants(character)) for character in _table().readings]
    with capsys.disabled():
        print(f"\nalike: {len(counts)} characters, variants median {median(counts):.0f}, mean {mean(counts):.1f}")
    assert len(counts) > 7000
    assert median(counts) < 40
