"""Every phrase of two characters is found, and no typed text can break the query."""

from hypothesis import given
from hypothesis import strategies as st

from chengshu.commons.search.logic.cutting import exact, lexemes, query, snippet

CHINESE = st.text(alphabet="宜兴市路灯不亮井盖丢失噪音扰民", min_size=2, max_size=20)


class TestLexemes:
    def test_chinese_is_cut_into_pairs_and_words_stay_whole(self):
        assert lexemes("宜城街道 LED灯3号") == ["宜城", "城街", "街道", "道", "led", "灯", "3", "号"]

    def test_full_width_and_half_width_are_the_same(self):
        assert lexemes("ＡＢ１２") == ["ab12"]

    @given(CHINESE, st.data())
    def test_each_substring_of_two_or_more_is_found(self, text, data):
        start = data.draw(st.integers(0, len(text) - 2))
        end = data.draw(st.integers(start + 2, len(text)))
        asked = query(text[start:end]).split(" & ")
        assert {part.strip("'") for part in asked} <= set(lexemes(text))


class TestQuery:
    @given(st.text(max_size=100))
    def test_holds_only_quoted_lexemes(self, text):
        for part in filter(None, query(text).split(" & ")):
            body = part.removesuffix(":*")
            assert body[0] == body[-1] == "'"
            assert "'" not in body[1:-1]
            assert "\\" not in body

    def test_one_character_and_a_beginning_of_a_word_are_prefixes(self):
        assert query("灯") == "'灯':*"
        assert query("20261121") == "'20261121':*"

    def test_nothing_to_look_for(self):
        assert query("!!! ？") == ""


class TestExact:
    def test_numbers_and_codes(self):
        assert exact(" ２０２６１１２１000001 ") == "20261121000001"
        assert exact("路灯") is None


class TestSnippet:
    def test_shows_the_place_of_the_word(self):
        text = "很" * 100 + "路灯不亮" + "的" * 100
        assert "路灯不亮" in snippet(text, "路灯")
        assert snippet(text, "路灯").startswith("…")
