"""The class model: learns, keeps its mind on disk, gives reasons; and the first day without it."""

import pytest

from chengshu.govern.cases.contracts import SmallClass
from chengshu.govern.cases.logic import classifier, training

CLASSES = [
    SmallClass("010137", {"zh": "路灯"}, "0101", {"zh": "公用设施"}, "c", words=("灯不亮", "灯杆")),
    SmallClass("020110", {"zh": "暴露生活垃圾"}, "0201", {"zh": "市容环境"}, "c", words=("垃圾满溢", "垃圾没人收")),
    SmallClass("020113", {"zh": "道路破损"}, "0201", {"zh": "市容环境"}, "c", words=("路面", "坑洼", "大坑")),
]
CODES = [c.code for c in CLASSES]


def examples() -> list[training.Example]:
    places = ["人民路", "文昌路", "宜北路", "荆溪路", "解放路", "东山路", "氿滨路", "阳羡路", "龙潭路", "通蜀路"]
    says = {
        "010137": ["{}路灯晚上不亮", "{}灯杆歪了灯也不亮", "{}一到晚上漆黑一片路灯坏了"],
        "020110": ["{}垃圾桶满溢没人清运", "{}边上堆满生活垃圾发臭", "{}垃圾一周没人收"],
        "020113": ["{}路面有个大坑", "{}路面坑洼不平颠簸", "{}路面开裂沉陷"],
    }
    return [training.Example(t.format(p), code) for code, texts in says.items() for t in texts for p in places]


@pytest.fixture(scope="module")
def model() -> classifier.Model:
    return training.train([*examples(), *training.from_classes(CLASSES)])


class TestModel:
    def test_learns_and_says_why(self, model: classifier.Model) -> None:
        best = classifier.suggest("学府路的路灯坏了不亮", model, classifier.build_lexicon(CLASSES), CODES)[0]
        assert best.code == "010137"
        assert best.score > 0.5
        assert any("路灯" in word for word, _ in best.words)

    def test_is_the_same_after_a_night_on_disk(self, model: classifier.Model) -> None:
        again = classifier.unpack_model(classifier.pack_model(model))
        lexicon = classifier.Lexicon({})
        for text in ("路面大坑", "垃圾没人收", "灯不亮"):
            one, other = (classifier.suggest(text, m, lexicon, CODES) for m in (model, again))
            assert [g.code for g in one] == [g.code for g in other]
            assert one[0].score == pytest.approx(other[0].score, abs=0.01)

    def test_scores_are_shares(self, model: classifier.Model) -> None:
        probabilities, _ = model.probabilities("路面大坑")
        assert sum(probabilities) == pytest.approx(1.0, abs=1e-5)

    def test_only_allowed_classes_are_said(self, model: classifier.Model) -> None:
        said = classifier.suggest("路灯不亮", model, classifier.build_lexicon(CLASSES), ["020110", "020113"])
        assert "010137" not in [g.code for g in said]

    def test_nothing_known_says_nothing_much(self, model: classifier.Model) -> None:
        assert classifier.suggest("", model, classifier.Lexicon({}), CODES) == []
        assert classifier.suggest("qqq", model, classifier.Lexicon({}), CODES) == []

    def test_one_class_cannot_be_learnt(self) -> None:
        with pytest.raises(ValueError, match="two classes"):
            training.train([training.Example("路灯", "010137")])

    def test_two_classes_can(self) -> None:
        two = [e for e in examples() if e.code != "020110"]
        said = classifier.suggest("路面大坑", training.train(two), classifier.Lexicon({}), CODES)
        assert said[0].code == "020113"


class TestFirstDay:
    def test_the_class_list_speaks(self) -> None:
        said = classifier.suggest("文昌路边上垃圾满溢", None, classifier.build_lexicon(CLASSES), CODES)
        assert said[0].code == "020110"
        assert said[0].words[0][0] == "垃圾满溢"

    def test_a_clear_word_is_certain_a_vague_one_is_not(self) -> None:
        lexicon = classifier.build_lexicon(CLASSES)
        clear = classifier.suggest("暴露生活垃圾，垃圾满溢，垃圾没人收", None, lexicon, CODES)[0]
        vague = classifier.suggest("路灯下的垃圾", None, lexicon, CODES)[0]
        assert clear.score > 0.8 > vague.score


def test_macro_f1() -> None:
    assert training.macro_f1(["a", "b"], ["a", "b"]) == 1.0
    assert training.macro_f1(["a", "a", "b"], ["a", "a", "a"]) == pytest.approx(0.4)
