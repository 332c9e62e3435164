"""What the kit says about packs: file, line, field, remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chengshu.packkit.check import check_packs, ladder
from chengshu.packkit.errors import PackBroken, UnknownPack
from chengshu.packkit.load import load_packs, read_pack
from chengshu.runtime.settings import HOUSE

HEAD = "title: {zh: 河道, en: River}\ndomain: water\nversion: 1.0.0\nowner: water\n"
STATION = """\
title: {zh: 站点, en: Station}
key: [code]
owner: water
fields:
  code: {type: code, title: {zh: 编码, en: Code}, required: true}
  level: {type: decimal, title: {zh: 水位, en: Level}, unit: m}
sharing: {kind: unconditional}
opening: {kind: unconditional}
update: daily
"""
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a pack `river` with files given by path."""

    def write(files: dict[str, str] | None = None, *, head: str = HEAD, name: str = "river") -> Path:
        root = tmp_path / "packs" / name
        for file, text in {"pack.yaml": head, **(files or {})}.items():
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return root

    return write


def said(path: Path, lang: str = "zh") -> list[str]:
    return [finding.text(lang) for finding in check_packs([path])[1]]


class TestFindings:
    def test_a_good_pack_has_none(self, make: Make) -> None:
        assert said(make({"resources/station.yaml": STATION})) == []

    def test_an_unknown_key_names_line_field_and_the_likely_one(self, make: Make) -> None:
        text = STATION.replace("required: true", "requierd: true")
        (found,) = said(make({"resources/station.yaml": text}))
        assert found.startswith("river/resources/station.yaml:5: [fields.code.requierd]")
        assert "是否想写 required" in found

    def test_in_english(self, make: Make) -> None:
        (found,) = said(make({"resources/station.yaml": STATION.replace("update: daily", "update: often")}), "en")
        assert found.startswith("river/resources/station.yaml:9: [update] 'often' is not allowed → Use 'realtime'")

    def test_a_duplicate_key(self, make: Make) -> None:
        (found,) = said(make({"resources/station.yaml": STATION + "update: weekly\n"}))
        assert "river/resources/station.yaml:10: [update] 键“update”重复" in found
        assert "第 9 行" in found

    def test_on_and_off_stay_words(self, make: Make) -> None:
        text = STATION + "description: {zh: on, en: off}\n"
        assert said(make({"resources/station.yaml": text})) == []

    def test_broken_yaml(self, make: Make) -> None:
        (found,) = said(make({"resources/station.yaml": "title: {zh: 站点\nkey: ["}))
        assert "不是合法的 YAML" in found

    def test_a_stranger_in_the_folder(self, make: Make) -> None:
        assert any("没有这种文件或文件夹" in one for one in said(make({"tables/x.yaml": "a: 1"})))

    def test_a_reference_that_leads_nowhere(self, make: Make) -> None:
        layer = "title: {zh: 图}\ngroup: {zh: 组}\nresource: statoin\n"
        (found,) = said(make({"resources/station.yaml": STATION, "layers/a.yaml": layer}))
        assert found.startswith("river/layers/a.yaml:3: [resource] 找不到“statoin”")
        assert "可引用:station" in found.replace("：", ":")

    def test_another_pack_must_be_required(self, make: Make) -> None:
        make({"resources/station.yaml": STATION})
        layer = "title: {zh: 图}\ngroup: {zh: 组}\nresource: river.station\n"
        other = make({"layers/a.yaml": layer}, name="lake")
        assert "requires" in said(other)[0]
        make(head=HEAD + "requires: [river]\n", name="lake")
        assert all("找不到" not in one for one in said(other))

    def test_a_role_grants_operations_that_exist(self, make: Make) -> None:
        roles = "guard:\n  title: {zh: 员, en: G}\n  operations: [cases.red]\n"
        (found,) = said(make({"roles.yaml": roles}))
        assert found.startswith("river/roles.yaml:3: [guard.operations.0]")
        assert "cases.read" in found

    def test_samples_must_fit(self, make: Make) -> None:
        files = {"resources/station.yaml": STATION, "samples/station.csv": "code,level\nA1,高\n"}
        (found,) = said(make(files))
        assert "第 1 行" in found
        assert "[level]" in found


class TestParams:
    HEAD = HEAD + "params:\n  most: {type: integer, default: 9, min: 1, max: 20, title: {zh: 上限, en: Most}}\n"
    TEXT = STATION.replace("unit: m", "max: ${most}")

    def level(self, path: Path, **given: object) -> float | None:
        pack, found = read_pack(path, {"river": given} if given else None)
        assert pack is not None
        assert [f.text() for f in found] == []
        return pack.of("resources")[0].spec.fields["level"].max  # type: ignore[attr-defined]

    def test_default_and_site(self, make: Make) -> None:
        text = self.TEXT.replace("{type: decimal, title: {zh: 水位, en: Level}, max: ${most}}",
                                 '{type: decimal, title: {zh: 水位, en: Level}, max: "${most}"}')  # fmt: skip
        path = make({"resources/station.yaml": text}, head=self.HEAD)
        assert self.level(path) == 9
        assert self.level(path, most=12) == 12

    def test_a_wrong_value_of_the_site_is_named(self, make: Make) -> None:
        path = make({}, head=self.HEAD)
        _, found = read_pack(path, {"river": {"most": "many"}})
        assert [f.field for f in found] == ["parameters.river.most"]

    def test_an_unknown_param(self, make: Make) -> None:
        text = STATION.replace("unit: m", 'unit: "${none}"')
        (found,) = said(make({"resources/station.yaml": text}, head=self.HEAD))
        assert "没有参数 none" in found
        assert "most" in found


class TestOrder:
    def test_each_after_what_it_requires(self, make: Make) -> None:
        make(head=HEAD + "requires: [zulu]\n", name="alpha")
        make(name="zulu")
        assert [pack.id for pack in load_packs([make(name="beta").parent])] == ["zulu", "alpha", "beta"]

    def test_what_is_missing_is_named(self, make: Make) -> None:
        with pytest.raises(UnknownPack):
            load_packs([make(head=HEAD + "requires: [nothing]\n").parent])

    def test_circles_are_refused(self, make: Make) -> None:
        make(head=HEAD + "requires: [b]\n", name="a")
        with pytest.raises(PackBroken, match="循环"):
            load_packs([make(head=HEAD + "requires: [a]\n", name="b").parent])


class TestLadder:
    def test_ready_needs_english_scenarios_and_a_readme(self, make: Make) -> None:
        path = make({"resources/station.yaml": STATION.replace(", en: Level", "")})
        packs, _ = check_packs([path])
        rung, missing = ladder(packs[0], [])
        assert rung == "draft"
        assert {"缺少英文", "没有验收场景", "README.md"} <= {
            word for word in ("缺少英文", "没有验收场景", "README.md") for one in missing if word in one.zh
        }
        scenario = '"""river.station"""\n'
        make({"resources/station.yaml": STATION, "acceptance/test_a.py": scenario, "README.md": "x"})
        packs, found = check_packs([path])
        assert ladder(packs[0], found) == ("ready", [])


def test_the_packs_of_the_house_are_clean() -> None:
    packs, found = check_packs([HOUSE / "packs"])
    assert [finding.text() for finding in found] == []
    assert {"components_and_events", "hotline_12345", "sanitation", "grid_governance"} <= {pack.id for pack in packs}
