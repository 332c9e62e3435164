"""Names of the dimensions, measures and fixed keys that people see."""

from chengshu.base.text import L

LABELS: dict[str, dict[str, L]] = {
    "channel": {
        "grid": {"zh": "网格上报", "en": "Grid worker"},
        "citizen": {"zh": "公众上报", "en": "Citizen"},
        "hotline": {"zh": "12345 热线", "en": "Hotline"},
        "staff": {"zh": "部门上报", "en": "Staff"},
        "api": {"zh": "系统推送", "en": "Other system"},
        "device": {"zh": "设备告警", "en": "Device"},
    },
    "state": {
        "reported": {"zh": "待立案", "en": "Reported"},
        "filed": {"zh": "待派遣", "en": "Filed"},
        "assigned": {"zh": "待签收", "en": "Assigned"},
        "handling": {"zh": "处置中", "en": "Being handled"},
        "verifying": {"zh": "待核查", "en": "To be verified"},
        "closing": {"zh": "待结案", "en": "To be closed"},
        "closed": {"zh": "已结案", "en": "Closed"},
        "revisiting": {"zh": "待回访", "en": "Return visit owed"},
        "rated": {"zh": "已评价", "en": "Rated"},
        "refused": {"zh": "不予立案", "en": "Refused"},
        "merged": {"zh": "已合并", "en": "Merged"},
    },
}
MEASURE_TITLES: dict[str, L] = {
    "reported": {"zh": "上报数", "en": "Reported"},
    "filed": {"zh": "立案数", "en": "Filed"},
    "open": {"zh": "在办数", "en": "Open"},
    "overdue": {"zh": "超期未处置数", "en": "Overdue"},
    "closed": {"zh": "结案数", "en": "Closed"},
    "ontime": {"zh": "按期结案数", "en": "Closed in time"},
    "returned": {"zh": "回退数", "en": "Returned"},
    "reworked": {"zh": "返工数", "en": "Reworked"},
    "rated": {"zh": "评价数", "en": "Rated"},
    "satisfied": {"zh": "满意数", "en": "Satisfied"},
}
"""The names in use after GB/T 30428.4; formulas are ours and stated with each indicator."""
