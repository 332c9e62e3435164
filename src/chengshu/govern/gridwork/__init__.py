"""Gridwork (网格工作): what a grid worker does today, in which order to walk it, and who keeps which grid.

Nouns: round (今日任务), stop, keeper (网格员), patrol note (巡查签到). Verbs: plan the day, check in, list keepers.
It shows cases through their facade and announces nothing of its own yet.
"""
