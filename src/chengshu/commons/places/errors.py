"""What can be wrong with a place, a site or an import."""

from chengshu.base.errors import Conflict, Invalid, NotFound, Problem


class RegionUnknown(NotFound):
    code = "places.region_unknown"
    text = {"zh": "没有这个区划：{value}", "en": "There is no such region: {value}"}
    remedy = {
        "zh": "请用 6、9、12 或 15 位区划代码，可在区划树中查找",
        "en": "Use a region code of 6, 9, 12 or 15 digits; the region tree lists them",
    }


class PointOutside(Problem):
    code = "places.point_outside"
    status = 422
    text = {
        "zh": "位置 {value} 不在{county}范围内",
        "en": "The position {value} lies outside {county}",
    }
    remedy = {
        "zh": "请在地图上重新选点；若坐标来自其他地图，请注明坐标系（gcj02、bd09）",
        "en": "Choose the point on the map again; if it comes from another map, name its datum (gcj02, bd09)",
    }


class CoordinatesInvalid(Invalid):
    code = "places.coordinates_invalid"
    text = {"zh": "坐标无效：{value}", "en": "These are not coordinates: {value}"}
    remedy = {
        "zh": "经度在 -180 至 180 之间，纬度在 -90 至 90 之间，经度在前",
        "en": "Longitude -180 to 180, latitude -90 to 90, longitude first",
    }


class SiteInvalid(Invalid):
    code = "places.site_invalid"
    text = {"zh": "站点文件有误：{field}，{value}", "en": "The site's files are not valid: {field}, {value}"}
    remedy = {
        "zh": "请按所列文件、行号与字段更正",
        "en": "Correct the listed files, lines and fields",
    }


class OutlinesUnreadable(Invalid):
    code = "places.outlines_unreadable"
    text = {"zh": "无法读取边界文件：{value}", "en": "The outline file cannot be read: {value}"}
    remedy = {
        "zh": "请提供 GeoJSON（UTF-8）或打包为 .zip 的 Shapefile（含 .shp、.dbf）",
        "en": "Give GeoJSON (UTF-8) or a Shapefile packed as .zip (with .shp and .dbf)",
    }


class OutlinesFaulty(Conflict):
    code = "places.outlines_faulty"
    status = 422
    text = {
        "zh": "边界文件有 {count} 处问题，未导入任何内容",
        "en": "The outline file has {count} faults; nothing was imported",
    }
    remedy = {
        "zh": "请按清单逐条更正后重新导入，可先用试运行检查",
        "en": "Correct what is listed and import again; a dry run checks it first",
    }


class CountyNotFetched(Problem):
    code = "places.county_not_fetched"
    status = 502
    text = {"zh": "取不到县区 {value} 的公开数据：{reason}", "en": "No public data for county {value}: {reason}"}
    remedy = {
        "zh": "请检查代码与网络；无法联网时用 --site 指定本地文件夹",
        "en": "Check the code and the network; without a network give a local folder with --site",
    }
