"""A text as features: words of two and more characters, and runs of two and three characters."""

import re
import unicodedata

RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+")
# Words that every complaint has; they would only blur the reasons shown to people.
COMMON = frozenset(
    {
        "我们", "你们", "他们", "这个", "那个", "这些", "那些", "一个", "一些", "没有", "什么", "怎么",
        "为什么", "请问", "您好", "你好", "领导", "尊敬", "希望", "相关", "部门", "有关", "问题", "情况",
        "反映", "投诉", "举报", "咨询", "政府", "现在", "已经", "可以", "还是", "就是", "但是", "因为",
        "所以", "而且", "如果", "进行", "解决", "处理", "谢谢", "感谢", "工作", "市民", "居民", "位于",
        "附近", "来电",
    }
)  # fmt: skip
TEXT_LIMIT = 1500


def normal(text: str) -> str:
    """Half-width, lower-case, at most TEXT_LIMIT characters: the beginning says what it is about."""
    return unicodedata.normalize("NFKC", text[:TEXT_LIMIT]).lower()


def words_of(text: str) -> list[str]:
    """Words of at least two characters, in order, without the ones every complaint has."""
    import rjieba  # costs 0.1 s at the first use, nothing for processes that never classify

    return [w for w in rjieba.cut(text) if len(w) > 1 and w not in COMMON and RUN.fullmatch(w)]


def features(text: str) -> list[str]:
    """All features; words carry the mark `=` so that reasons can be told from runs."""
    folded = normal(text)
    found = [f"={w}" for w in words_of(folded)]
    for run in RUN.findall(folded):
        if run[0].isascii():
            continue
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
        found.extend(run[i : i + 3] for i in range(len(run) - 2))
    return found
