"""What can be wrong with a question to the map."""

from chengshu.base.errors import Invalid, NotFound


class LayerUnknown(NotFound):
    code = "maps.layer_unknown"
    text = {"zh": "没有图层 {value}，或您无权查看", "en": "There is no layer {value}, or you may not see it"}
    remedy = {"zh": "可用图层见 /api/maps/layers", "en": "/api/maps/layers lists the layers"}


class BoxInvalid(Invalid):
    code = "maps.box_invalid"
    text = {"zh": "地图范围无效：{value}", "en": "This is not a map window: {value}"}
    remedy = {
        "zh": "写作 西,南,东,北（经纬度，西不大于东，南不大于北）",
        "en": "Write west,south,east,north in degrees, west not beyond east, south not beyond north",
    }
