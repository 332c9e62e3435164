"""Queries of the citizens' door: everything a receipt code opens, and nothing else."""

from typing import Any

from chengshu.runtime.database import Work

CARRY = "select set_config('chengshu.claim', %(claim)s, true)"
MINE = "select id from govern.cases_case where number = %(number)s and claim = %(claim)s"
TARGET = "select * from govern.cases_receipt_target(%(id)s)"


async def carry_claim(work: Work, claim: bytes) -> None:
    """Let this transaction see what the code opens, until it ends."""
    await work.run(CARRY, {"claim": claim.hex()})


async def find(work: Work, number: str, claim: bytes) -> int | None:
    """The case of a number, if the code fits."""
    return await work.value(MINE, {"number": number, "claim": claim})


async def target(work: Work, id: int) -> dict[str, Any] | None:
    """How the case stands into which this report was merged."""
    return await work.row(TARGET, {"id": id})
