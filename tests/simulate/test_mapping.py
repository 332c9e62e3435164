"""What a mapping says is what comes out; what it cannot mean is refused when it is read."""

import datetime as dt
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from simulate.replaying.journal import Journal, Parking
from simulate.replaying.mapping import BadValue, Mapping, Value, code_of, nest, read_mapping, spread
from simulate.replaying.packs import guess_limit, make_pack
from simulate.replaying.source import BadFile, Line, count_lines, read_lines

ROW = {
    "when": "2011-07-01 01:32:33",
    "type": "Street Light Outages",
    "lat": "42.27",
    "dept": "PWDx",
    "body": "A3区路灯",
    "no": "",
}
HOUR = 3600


def value(**keys):
    return Value.model_validate(keys).read("field", ROW, {"towns": ["320282002", "320282001"]})


class TestValue:
    def test_each_source(self):
        assert value(column="type") == "Street Light Outages"
        assert value(const=3) == 3
        assert value(template="{type} / {dept}") == "Street Light Outages / PWDx"
        assert value(expression="case when dept = 'PWDx' then 'works' else 'other' end") == "works"
        assert value(column=["no", "dept"]) == "PWDx"

    def test_what_is_done_to_it(self):
        assert value(column="dept", lookup={"PWDx": "pwdx"}) == "pwdx"
        assert value(column="no", otherwise="none") == "none"
        assert value(column="type", lookup={"a": "b"}) is None
        assert value(column="body", find="[A-Z][0-9]*[区县市]") == "A3区"
        assert value(column="type", most=7) == "Street…"
        assert value(column="lat", **{"as": "number"}) == 42.27

    def test_a_time_stands_in_its_zone(self):
        at = value(column="when", zone="America/New_York", **{"as": "time"})
        assert at.astimezone(dt.UTC) == dt.datetime(2011, 7, 1, 5, 32, 33, tzinfo=dt.UTC)

    def test_names_what_it_cannot_use(self):
        with pytest.raises(BadValue, match="is no number"):
            value(column="type", **{"as": "number"})

    @pytest.mark.parametrize(
        "keys",
        [
            {},
            {"column": "a", "const": 1},
            {"column": "a", "as": "time"},
            {"column": "a", "zone": "Mars/Olympus", "as": "time"},
            {"column": "a", "find": "("},
            {"column": "a", "shout": True},
        ],
    )
    def test_refuses_what_means_nothing(self, keys):
        with pytest.raises(ValidationError):
            Value.model_validate(keys)


class TestSpread:
    @given(
        st.text(max_size=20),
        st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=9, unique=True),
        st.randoms(),
    )
    def test_always_the_same_region_whatever_the_order(self, text, codes, random):
        first = spread(text, codes)
        random.shuffle(codes)
        assert first in codes
        assert spread(text, codes) == first


class TestCode:
    @given(st.text(max_size=60))
    def test_is_a_class_code(self, name):
        code = code_of(name)
        assert len(code) <= 32
        assert code[0].isalnum()
        assert set(code) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")

    def test_like_names_stay_apart(self):
        assert code_of("Sidewalk Repair (Make Safe) North") != code_of("Sidewalk Repair (Make Safe) South")


class TestSource:
    def test_reads_plain_and_packed_and_names_broken_rows(self, tmp_path):
        text = 'id,name\n1,"两\n行"\n2\n\n3,c\n'
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
        for name in ("a.csv", "a.csv.gz"):
            lines = list(read_lines(tmp_path / name, Mapping.model_fields["format"].default, {"id"}))
            assert [line.row["id"] for line in lines] == ["1", "2", "3"]
            assert [bool(line.fault) for line in lines] == [False, True, False]
            assert count_lines(tmp_path / name, Mapping.model_fields["format"].default) == 3

    def test_refuses_a_file_without_the_columns_or_with_another_encoding(self, tmp_path):
        form = Mapping.model_fields["format"].default
        (tmp_path / "a.csv").write_text("id\n1\n")
        with pytest.raises(BadFile, match="no column when"):
            list(read_lines(tmp_path / "a.csv", form, {"when"}))
        (tmp_path / "b.csv").write_bytes("id,name\n1,路灯\n".encode("gbk"))
        with pytest.raises(BadFile):
            list(read_lines(tmp_path / "b.csv", form, {"id"}))
        (tmp_path / "c.csv.gz").write_bytes(gzip.compress(b"id\n1\n")[:-6])
        with pytest.raises(BadFile):
            list(read_lines(tmp_path / "c.csv.gz", form, {"id"}))


class TestJournal:
    def test_goes_on_after_a_cut(self, tmp_path):
        path = tmp_path / "j.jsonl"
        with Journal(path) as journal:
            journal.opened("a", 7)
            journal.stepped("a", 2)
            journal.opened("b", 8)
        path.write_text(path.read_text() + '{"ref": "c", "ca')
        with Journal(path) as again:
            assert {ref: (known.id, known.done) for ref, known in again.known.items()} == {"a": (7, 2), "b": (8, 0)}

    def test_parks_with_the_reason(self, tmp_path):
        parking = Parking(tmp_path / "p.jsonl")
        parking.park(3, "a", "open", {"code": "places.outside", "detail": "…"})
        assert json.loads((tmp_path / "p.jsonl").read_text())["code"] == "places.outside"
        assert parking.reasons == {"places.outside": 1}


class TestLimits:
    def test_weekends_in_the_targets_mean_working_days(self):
        assert guess_limit([48 * HOUR] * 60 + [96 * HOUR] * 40, True)[0] == "2wd"

    def test_even_targets_are_calendar_days(self):
        assert guess_limit([672 * HOUR] * 50, True)[0] == "28cd"
        assert guess_limit([], True)[0] == "10cd"
        assert guess_limit([4 * HOUR] * 50, True)[0] == "4uh"


class TestMakePack:
    def test_the_kit_takes_what_is_made(self, tmp_path):
        mapping = read_mapping(__import__("pathlib").Path("simulate/mappings/boston_2011.yaml"))
        row = {
            "open_dt": "2011-07-01 01:00:00", "target_dt": "2011-07-03 01:00:00", "type": "Lamp", "reason": "Street",
            "department": "PWDx",
        }  # fmt: skip
        made = make_pack(mapping, [Line(2, row), Line(3, {**row, "type": "Tree", "target_dt": ""})], tmp_path)
        assert made == {"groups": 1, "classes": 2, "duties": 2}
        assert (tmp_path / "boston_311" / "pack.yaml").exists()


class TestNest:
    def test_dots_go_inside_and_nothing_is_left_out(self):
        assert nest({"a": 1, "b.c": 2, "b.d": None}) == {"a": 1, "b": {"c": 2}}
