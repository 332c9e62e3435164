"""Cases as layers of the map; every layer is the same points that the case list knows, under other filters."""

from collections.abc import Mapping, Sequence
from typing import Final

from chengshu.base.text import L
from chengshu.commons.maps.contracts import Features, Layer, View
from chengshu.govern.cases import permissions
from chengshu.govern.cases.service import lists
from chengshu.runtime.database import Work

GROUP: Final[L] = {"zh": "城市事件", "en": "City cases"}
OWNER: Final[L] = {"zh": "城市运行管理中心", "en": "Operations centre"}
LAYERS: Final[Mapping[str, tuple[L, Mapping[str, str]]]] = {
    "cases.open": ({"zh": "在办案件", "en": "Open cases"}, {}),
    "cases.overdue": ({"zh": "超期案件", "en": "Overdue cases"}, {"overdue": "true"}),
    "cases.verifying": ({"zh": "待核查案件", "en": "Cases to be checked"}, {"stage": "verify"}),
}


class CaseLayers:
    """Provider of the kind `cases`."""

    async def layers(self, work: Work) -> Sequence[Layer]:
        """The case layers, for whoever may read cases."""
        if not work.actor.may(permissions.READ):
            return []
        style = {"icon": "case", "color": "by:color"}
        return [Layer(id_, title, GROUP, OWNER, "cases", "point", style) for id_, (title, _) in LAYERS.items()]

    async def features(self, work: Work, layer: str, view: View) -> Features | None:
        """Points of the layer in the view; counted cells when the view is far."""
        if layer not in LAYERS or not work.actor.may(permissions.READ):
            return None
        given: dict[str, str | None] = dict(LAYERS[layer][1])
        if view.box is not None:
            given["bbox"] = ",".join(map(str, view.box.as_list()))
        found = await lists.points(work, given, view.zoom)
        more = len(found["features"]) > view.limit
        return Features(found["features"][: view.limit], bool(found["truncated"]) or more)
