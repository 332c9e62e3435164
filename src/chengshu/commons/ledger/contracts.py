"""What the ledger gives to other rooms and to the command line."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from chengshu.base.text import L, pick

BrokenKind = Literal[
    "changed", "entry_missing", "seal_missing", "chain", "checkpoint", "signature", "cut", "unsealed", "no_key"
]

SAYS: dict[BrokenKind, L] = {
    "changed": {
        "zh": "第 {seal_no} 号记录（编号 {entry_id}）的内容被改动",
        "en": "Record {seal_no} (entry {entry_id}) was changed",
    },
    "entry_missing": {
        "zh": "第 {seal_no} 号记录（编号 {entry_id}）已被删除",
        "en": "Record {seal_no} (entry {entry_id}) was deleted",
    },
    "seal_missing": {
        "zh": "第 {seal_no} 号封存缺失，其后的记录不再相连",
        "en": "Seal {seal_no} is missing; what follows is no longer joined to it",
    },
    "chain": {
        "zh": "第 {seal_no} 号记录（编号 {entry_id}）与前一号不相连：顺序或哈希被改动",
        "en": "Record {seal_no} (entry {entry_id}) does not follow from the one before: order or hash was changed",
    },
    "checkpoint": {
        "zh": "第 {seal_no} 号处的链与已签名的检查点不符：此前的记录被整体改写",
        "en": "The chain at record {seal_no} differs from its signed checkpoint: records before it were rewritten",
    },
    "signature": {
        "zh": "第 {seal_no} 号检查点的签名无效",
        "en": "The signature of the checkpoint at record {seal_no} is not valid",
    },
    "cut": {
        "zh": "链的尾部被截断：已签名的第 {seal_no} 号不存在",
        "en": "The end of the chain was cut off: record {seal_no}, signed before, is not there",
    },
    "unsealed": {
        "zh": "编号 {entry_id} 的记录不在链中：系统之外写入，或其封存被删除",
        "en": "Entry {entry_id} is not in the chain: it was written from outside, or its seal was removed",
    },
    "no_key": {
        "zh": "找不到签名密钥 {key}，无法核对检查点",
        "en": "The signing key {key} is not there; checkpoints cannot be checked",
    },
}


@dataclass(frozen=True, slots=True)
class Broken:
    """The first record at which the chain does not hold."""

    kind: BrokenKind
    seal_no: int | None = None
    entry_id: int | None = None
    key: str | None = None

    def say(self, lang: str = "zh") -> str:
        return pick(SAYS[self.kind], lang).format(seal_no=self.seal_no, entry_id=self.entry_id, key=self.key)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a verification found."""

    checked_at: dt.datetime
    sealed: int
    waiting: int
    checkpoints: int
    head: str | None
    broken: Broken | None

    @property
    def whole(self) -> bool:
        return self.broken is None

    def say(self, lang: str = "zh") -> str:
        """One line for people."""
        if self.broken is not None:
            return ("审计链已断：" if lang == "zh" else "The audit chain is broken: ") + self.broken.say(lang)
        if lang == "zh":
            return (
                f"审计链完整：{self.sealed} 条记录已封存，{self.waiting} 条待封存，"
                f"{self.checkpoints} 个签名检查点，链首 {self.head or '-'}"
            )
        return (
            f"The audit chain is whole: {self.sealed} records sealed, {self.waiting} waiting, "
            f"{self.checkpoints} signed checkpoints, head {self.head or '-'}"
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "checked_at": self.checked_at.isoformat(), "whole": self.whole}


class Signer(Protocol):
    """Signs checkpoints. Ed25519 by default; an approved SM2 module is put into the city as `ledger_signer`."""

    @property
    def algorithm(self) -> str:
        """`ed25519`, `sm2`."""
        ...

    @property
    def key_id(self) -> str:
        """Tells keys apart; kept with every checkpoint."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature of a message."""
        ...

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature."""
        ...
