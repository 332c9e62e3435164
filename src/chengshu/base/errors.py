"""Errors that say what is wrong, where, and what to do; their wire form is RFC 9457 problem+json."""

import re
from typing import Any, ClassVar

from chengshu.base.text import L, pick

OPEN_END = re.compile(r"[\s:：，,（(「“]+$")


class Problem(Exception):
    """A refusal a person can act upon. Subclasses set code, status, text and remedy.

    `field` is the path of the wrong input, `value` what was given; both also fill the templates.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 400
    text: ClassVar[L] = {"zh": "请求有误", "en": "The request is not right"}
    remedy: ClassVar[L] = {"zh": "", "en": ""}

    def __init__(
        self,
        *,
        field: str | None = None,
        value: Any = None,
        errors: list[dict[str, Any]] | None = None,
        **params: Any,
    ) -> None:
        self.field = field
        self.value = value
        self.errors = errors
        self.params = params
        super().__init__(self.detail("zh"))

    def _fill(self, template: str) -> str:
        try:
            return template.format(field=self.field, value=shorten(self.value), **self.params)
        except (KeyError, IndexError, ValueError):
            return template

    def _title(self, lang: str) -> str:
        """The sentence up to its first parameter: the same for every occurrence (RFC 9457 §3.1.3)."""
        start = pick(self.text, lang).split("{")[0]
        return OPEN_END.sub("", start) or self.code

    def detail(self, lang: str) -> str:
        """The sentence for a person, in the asked language."""
        return self._fill(pick(self.text, lang))

    def body(self, lang: str = "zh") -> dict[str, Any]:
        """The problem+json members (RFC 9457 §3), with field, value and remedy as extensions."""
        body: dict[str, Any] = {
            "type": f"urn:chengshu:problem:{self.code}",
            "title": self._title(lang),
            "status": self.status,
            "code": self.code,
            "detail": self.detail(lang),
        }
        if self.field is not None:
            body["field"] = self.field
        if self.value is not None:
            body["value"] = shorten(self.value)
        if remedy := self._fill(pick(self.remedy, lang)):
            body["remedy"] = remedy
        if self.errors:
            body["errors"] = self.errors
        return body


def shorten(value: Any, limit: int = 120) -> str:
    """A value as it may be shown in an error: never long, never with control characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "�" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


class Invalid(Problem):
    """Malformed input; every fault is listed with its field."""

    code = "input.invalid"
    status = 422
    text = {"zh": "输入有误：{field}", "en": "The input is not valid: {field}"}
    remedy = {"zh": "请按提示更正后再提交", "en": "Correct the named fields and send again"}


class Unauthenticated(Problem):
    code = "security.sign_in_needed"
    status = 401
    text = {"zh": "请先登录", "en": "Please sign in first"}
    remedy = {"zh": "登录后重试", "en": "Sign in and try again"}


class Forbidden(Problem):
    code = "security.not_allowed"
    status = 403
    text = {"zh": "没有权限：{value}", "en": "Not allowed: {value}"}
    remedy = {
        "zh": "如确需办理，请联系安全管理员为您的岗位授权",
        "en": "If your post needs this, ask the security administrator",
    }


class NotFound(Problem):
    code = "input.not_found"
    status = 404
    text = {"zh": "找不到：{value}", "en": "Not found: {value}"}
    remedy = {"zh": "请检查编号，或确认您有权查看", "en": "Check the id, or whether you may see it"}


class Conflict(Problem):
    code = "input.conflict"
    status = 409
    text = {"zh": "与现有数据冲突：{value}", "en": "In conflict with what is there: {value}"}
    remedy = {"zh": "请刷新后再试", "en": "Reload and try again"}


class StaleVersion(Problem):
    code = "input.stale_version"
    status = 412
    text = {
        "zh": "此件已被他人更新（您看到的是第 {value} 版，现为第 {current} 版）",
        "en": "Somebody has changed this since (you saw version {value}, now {current})",
    }
    remedy = {"zh": "请查看最新内容后再操作", "en": "Look at the newest state, then act again"}


class TooLarge(Problem):
    code = "input.too_large"
    status = 413
    text = {"zh": "内容过大：上限 {limit}", "en": "Too large: the limit is {limit}"}
    remedy = {"zh": "请压缩或分次提交", "en": "Make it smaller or send it in parts"}


class RateLimited(Problem):
    code = "input.too_many"
    status = 429
    text = {"zh": "操作过于频繁", "en": "Too many requests"}
    remedy = {"zh": "请 {seconds} 秒后再试", "en": "Try again in {seconds} seconds"}
