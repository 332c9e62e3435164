"""The class model is trained by the worker and used by the next request."""

import csv
import shutil
from collections.abc import Awaitable, Callable

from chengshu.govern.cases import facade
from chengshu.runtime.city import City
from tests.govern.cases.conftest import POINT, Door
from tests.govern.cases.logic.test_classifier import examples

Doors = Callable[[str], Awaitable[Door]]


async def test_labelled_complaints_teach_the_model(door: Doors, city: City) -> None:
    folder = city.settings.data_dir / "training"
    folder.mkdir(parents=True)
    try:
        with (folder / "complaints.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["text", "class"])
            writer.writeheader()
            for example in examples():
                writer.writerow({"text": example.text, "class": example.code})
            writer.writerow({"text": "别的城市的类别", "class": "no such class"})
        async with city.db.job_work() as work:
            assert await facade.train_classes(work) > 90
            assert await facade.train_classes(work) == 0
        about = city.classifier.about()
        assert about["labelled"] == 90 - sum(e.code not in city.cases.catalog.classes for e in examples())
        center = await door("center")
        said = await center.post("/api/cases/suggestions", {"text": "学府路路面坑洼不平", **POINT}, 200)
        assert said["classes"][0]["code"] == "020113"
        assert said["classes"][0]["score"] > 0.5
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(city.settings.data_dir / "models", ignore_errors=True)
