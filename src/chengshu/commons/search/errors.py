"""What can be wrong with a search."""

from chengshu.base.errors import Invalid


class QueryEmpty(Invalid):
    code = "search.query_empty"
    text = {"zh": "请输入要查找的内容", "en": "Say what to look for"}
    remedy = {"zh": "输入编号、地名、部件名称或关键词", "en": "Type a number, a place, a thing or a word"}
