"""Kinds `indicators` and `boards`: figures by SQL, and their arrangement on a screen."""

from collections.abc import Iterator
from typing import cast

from chengshu.decide.boards import facade as boards
from chengshu.decide.boards.spec import BoardSpec
from chengshu.decide.indicators import facade as indicators
from chengshu.decide.indicators.spec import IndicatorSpec
from chengshu.packkit.contracts import Declaration, Finding
from chengshu.packkit.kind import Kind, installer, remover, spot
from chengshu.packkit.world import World


def check_board(declared: Declaration, world: World) -> Iterator[Finding]:
    """Widgets show indicators that exist."""
    for at, widget in enumerate(cast(BoardSpec, declared.spec).widgets):
        if world.find("indicators", widget.indicator, declared.pack) is None:
            known = world.known("indicators", declared.pack, widget.indicator)
            yield spot(declared, ("widgets", at, "indicator"), widget.indicator, known)


INDICATORS = Kind(
    "indicators", "指标", "indicator", IndicatorSpec,
    install=installer("indicators", indicators.install), switch_off=remover(indicators.remove),
)  # fmt: skip
BOARDS = Kind(
    "boards", "看板", "board", BoardSpec, check=check_board,
    install=installer("boards", boards.install), switch_off=remover(boards.remove),
)  # fmt: skip
