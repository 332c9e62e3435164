"""Routes of cases."""

from chengshu.govern.cases.http import duties, files, lists, one

routers = [lists.router, duties.router, files.router, one.router]
"""In this order: fixed paths before `/api/cases/{id}`."""
