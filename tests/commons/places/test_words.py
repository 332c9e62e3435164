"""From words to a place: names in every usual form, addresses, coordinates."""

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.commons.places.contracts import Region, level_of, path_of
from chengshu.commons.places.logic.address import read_address, read_coordinates
from chengshu.commons.places.logic.words import NameIndex, plain

LABELLED = Path(os.environ.get("CHENGSHU_TEST_DATA", ".")) / "addresses_cn" / "labelled_dev.jsonl.gz"
NAMES = {
    "990001": "安宁市",
    "990001001": "城东街道",
    "990001001001": "文昌社区居民委员会",
    "990001001001001": "文昌社区第一网格",
    "990001001002": "东街社区居民委员会",
    "990001100": "太平镇",
    "990001100001": "东街社区居民委员会",
    "990001100002": "都山村村民委员会",
    "990001100003": "太平村村民委员会",
}
ALIASES = {"990001001": ("老城区",)}


def region(code: str) -> Region:
    level = level_of(code)
    assert level is not None
    parent = code[:-3] if len(code) > 6 else None
    return Region(code, path_of(code), level, NAMES[code], "", parent, 119.0, 31.0, True, ALIASES.get(code, ()))


@pytest.fixture(scope="module")
def names() -> NameIndex:
    return NameIndex(map(region, NAMES))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("安宁市城东街道文昌社区人民路25号", "990001001001"),
        ("城东街道 文昌社区", "990001001001"),
        ("太平镇东街社区", "990001100001"),
        ("城东街道东街社区居委会门口", "990001001002"),
        ("都山村委会旁的水渠", "990001100002"),
        ("都山村村委会", "990001100002"),
        ("都山村民委员会", "990001100002"),
        ("家住太平，路灯坏了", "990001100"),
        ("太平村", "990001100003"),
        ("老城区十字路口", "990001001"),
        ("文昌社区第一网格", "990001001001001"),
        ("ＡＢＣ　文昌社区", "990001001001"),
        ("江苏省安宁市", "990001"),
    ],
)
def test_the_region_a_text_names(names: NameIndex, text: str, code: str) -> None:
    match = names.match(text)
    assert match is not None
    assert match.region.code == code


def test_what_is_ambiguous_says_so(names: NameIndex) -> None:
    match = names.match("东街社区漏水")
    assert match is not None
    assert {match.region.code, *(r.code for r in match.rivals)} == {"990001001002", "990001100001"}


def test_what_names_no_region_gives_nothing(names: NameIndex) -> None:
    assert names.match("路灯不亮") is None
    assert names.match("") is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    names = NameIndex(map(region, NAMES))
    names.match(text)
    names.search(text)
    read_address(text, names)
    read_coordinates(text)


class TestSearch:
    def test_full_names_come_before_parts(self, names: NameIndex) -> None:
        assert names.search("太平镇")[0][0].code == "990001100"
        # 城东街道 holds the two characters as well, but does not begin with them.
        assert [r.code for r, _ in names.search("东街")] == ["990001001002", "990001100001", "990001001"]
        assert names.search("宁市")[0][0].code == "990001"
        assert names.search("没有") == []
        assert names.search(" ") == []

    def test_at_most_the_limit(self, names: NameIndex) -> None:
        assert len(names.search("社区", 2)) == 2


class TestAddress:
    def test_road_and_number_without_the_regions(self, names: NameIndex) -> None:
        full = read_address("安宁市城东街道文昌社区人民路２５号3幢", names)
        short = read_address("人民路25号3幢", names)
        assert (full.road, full.number) == (short.road, short.number) == ("人民路", 25)
        assert full.key == short.key

    def test_a_name_that_comes_again_is_part_of_the_address(self, names: NameIndex) -> None:
        found = read_address("安宁市城东街道荆邑北路109号安宁创业园D8栋", names)
        assert (found.road, found.number) == ("荆邑北路", 109)
        assert read_address("文昌社区城东街道荆邑北路109号", names).key == "荆邑北路109号"

    def test_what_says_too_little(self, names: NameIndex) -> None:
        assert not read_address("安宁市", names).telling
        assert not read_address("文昌社区 5栋"[:5], names).telling
        assert read_address("文昌社区菜市场北门", names).telling

    def test_coordinates(self) -> None:
        assert read_coordinates(" 119.82, 31.36 ") == (119.82, 31.36)
        assert read_coordinates("（119.82，31.36）") == (119.82, 31.36)
        assert read_coordinates("119.82") is None
        assert read_coordinates("999,31") is None


def test_plain_is_the_same_for_all_widths() -> None:
    assert plain("Ａ路 （东）") == plain("a路(东)") == "a路东"


@pytest.mark.skipif(not LABELLED.is_file(), reason="CHENGSHU_TEST_DATA names no folder with labelled addresses")
def test_labelled_addresses_have_their_road() -> None:
    """On real labelled addresses the road and its number are mostly found as people marked them."""
    empty = NameIndex([])
    right = total = 0
    with gzip.open(LABELLED, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            labels = dict(reversed(item["spans"]))
            if "road" not in labels or "roadno" not in labels:
                continue
            total += 1
            found = read_address(item["text"], empty)
            digits = "".join(c for c in plain(labels["roadno"]) if c.isdigit())
            right += found.road.endswith(plain(labels["road"])) and str(found.number or "") == digits
    assert total > 500
    assert right / total > 0.7
