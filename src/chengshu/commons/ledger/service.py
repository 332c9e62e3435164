"""Sealing, signing and verifying the ledger, and reading it."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.commons.ledger import permissions, store
from chengshu.commons.ledger.contracts import Broken, Signer, VerifyReport
from chengshu.commons.ledger.logic.chain import GENESIS, checkpoint_message, seal, sm3
from chengshu.commons.ledger.logic.walk import Walker
from chengshu.runtime.database import Database, Work

BATCH = 1000
WALK = 5000
CHECKPOINT_ENTRIES = 1000
CHECKPOINT_SECONDS = 60.0
HEAD_FILE = "ledger_head.json"


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with the key in the data folder; the database, which it guards, never sees it."""

    private: Ed25519PrivateKey
    key_id: str
    algorithm: str = "ed25519"

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)

    def verify(self, message: bytes, signature: bytes) -> bool:
        return Ed25519Checker(self.private.public_key(), self.key_id).verify(message, signature)


@dataclass(frozen=True, slots=True)
class Ed25519Checker:
    """The public half, enough to verify."""

    public: Ed25519PublicKey
    key_id: str

    def verify(self, message: bytes, signature: bytes) -> bool:
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def key_id_of(public: Ed25519PublicKey) -> str:
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sm3(raw).hex()[:16]


def load_signer(keys_dir: Path) -> Ed25519Signer:
    """The signing key of this installation, made at the first run and readable by its owner alone."""
    file = keys_dir / "ledger.pem"
    if not file.exists():
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # A link appears whole or not at all, and only once: two workers starting together keep one key.
        draft = keys_dir / f".ledger.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    private = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"{file} holds no Ed25519 key")
    signer = Ed25519Signer(private, key_id_of(private.public_key()))
    public = keys_dir / f"ledger-{signer.key_id}.pub"
    if not public.exists():
        public.write_bytes(
            private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    return signer


def load_checkers(keys_dir: Path) -> dict[str, Ed25519Checker]:
    """Every public key this installation has signed with, by id; the id is worked out anew, never believed."""
    found: dict[str, Ed25519Checker] = {}
    for file in sorted(keys_dir.glob("ledger-*.pub")):
        public = serialization.load_pem_public_key(file.read_bytes())
        if isinstance(public, Ed25519PublicKey):
            found[key_id_of(public)] = Ed25519Checker(public, key_id_of(public))
    return found


# --- sealing -----------------------------------------------------------------------------------------------------


async def seal_pending(work: Work) -> int:
    """Seal a batch of what was appended; everything happens in this one transaction, so a kill leaves no half seal."""
    await asyncio.to_thread(keep_head, work.city.settings.keys_dir, await store.newest_checkpoint(work))
    rows = await store.take_pending(work, BATCH)
    last = await store.head(work)
    number, digest = (last["seal_no"], bytes(last["hash"])) if last else (0, GENESIS)
    if rows:
        seals = seal(rows, number, digest)
        await store.insert_seals(work, seals)
        number, digest = seals[-1].seal_no, seals[-1].hash
    if number:
        await _checkpoint(work, number, digest)
    return len(rows)


async def _checkpoint(work: Work, number: int, digest: bytes) -> None:
    """Sign the head after so many entries or so much time, when there is something new."""
    last = await store.last_checkpoint(work)
    done = last["seal_no"] or 0
    if number == done:
        return
    if number - done < CHECKPOINT_ENTRIES and last["age"] is not None and last["age"] < CHECKPOINT_SECONDS:
        return
    signer: Signer = (
        work.city.ledger_signer
        if work.city.has("ledger_signer")
        else await asyncio.to_thread(load_signer, work.city.settings.keys_dir)
    )
    message = checkpoint_message(number, digest, last["now"], signer.algorithm, signer.key_id)
    await store.insert_checkpoint(
        work,
        {
            "seal_no": number, "hash": digest, "at": last["now"], "algorithm": signer.algorithm,
            "key_id": signer.key_id, "signature": signer.sign(message),
        },
    )  # fmt: skip


def keep_head(keys_dir: Path, newest: list[dict[str, Any]]) -> None:
    """Remember the newest committed checkpoint outside the database: whoever cuts off the end of the chain cannot
    cut this too."""
    if not newest:
        return
    file = keys_dir / HEAD_FILE
    kept = read_head(keys_dir)
    if kept is not None and kept["seal_no"] >= newest[0]["seal_no"]:
        return
    draft = file.with_suffix(".draft")
    with draft.open("w") as out:
        json.dump({"seal_no": newest[0]["seal_no"], "hash": bytes(newest[0]["hash"]).hex()}, out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def read_head(keys_dir: Path) -> dict[str, Any] | None:
    """The checkpoint remembered outside the database."""
    try:
        return json.loads((keys_dir / HEAD_FILE).read_text())
    except FileNotFoundError:
        return None


# --- verifying ---------------------------------------------------------------------------------------------------


async def verify_chain(db: Database, keys_dir: Path | None = None) -> VerifyReport:
    """Go along the whole chain in batches while others go on appending; the report names the first broken record."""
    if keys_dir is None and db.city is not None:
        keys_dir = db.city.settings.keys_dir
    checkers = await asyncio.to_thread(load_checkers, keys_dir) if keys_dir else None
    kept = await asyncio.to_thread(read_head, keys_dir) if keys_dir else None
    async with db.job_work() as work:
        last = await store.head(work)
        head = last["seal_no"] if last else 0
        walked = await _walk(work, head)
        signed, checked = await _check_checkpoints(work, head, checkers)
        outside = await _check_head(work, kept, head)
        found = [b for b in (walked, signed, outside) if b is not None]
        broken = min(found, key=lambda b: b.seal_no or 0) if found else None
        if broken is None and (entry := await store.unsealed(work)) is not None:
            broken = Broken("unsealed", entry_id=entry)
        report = VerifyReport(
            checked_at=work.now,
            sealed=head,
            waiting=await store.waiting(work),
            checkpoints=checked,
            head=bytes(last["hash"]).hex() if last else None,
            broken=broken,
        )
        await store.insert_check(work, report.whole, head, orjson.dumps(report.as_json()).decode())
        return report


async def _walk(work: Work, head: int) -> Broken | None:
    walker = Walker()
    while walker.seal_no < head:
        rows = await store.sealed(work, walker.seal_no, head, WALK)
        if not rows:
            return Broken("seal_missing", walker.seal_no + 1)
        if (broken := await asyncio.to_thread(walker.step, rows)) is not None:
            return broken
    return None


async def _check_checkpoints(
    work: Work, head: int, checkers: Mapping[str, Ed25519Checker] | None
) -> tuple[Broken | None, int]:
    after, count = 0, 0
    while rows := await store.checkpoints(work, after, WALK):
        for row in rows:
            broken = _checkpoint_fault(work, row, head, checkers)
            if broken is not None:
                return broken, count
            count += 1
        after = rows[-1]["seal_no"]
    return None, count


def _checkpoint_fault(
    work: Work, row: dict[str, Any], head: int, checkers: Mapping[str, Ed25519Checker] | None
) -> Broken | None:
    number = row["seal_no"]
    if row["sealed"] is None:
        return Broken("cut", number) if number > head else Broken("seal_missing", number)
    if bytes(row["sealed"]) != bytes(row["hash"]):
        return Broken("checkpoint", number)
    if checkers is None:
        return None
    message = checkpoint_message(number, bytes(row["hash"]), row["at"], row["algorithm"], row["key_id"])
    plugged = work.city.ledger_signer if _has_signer(work) else None
    checker = plugged if plugged and plugged.key_id == row["key_id"] else checkers.get(row["key_id"])
    if checker is None:
        return Broken("no_key", number, key=row["key_id"])
    return None if checker.verify(message, bytes(row["signature"])) else Broken("signature", number)


def _has_signer(work: Work) -> bool:
    return work.city is not None and work.city.has("ledger_signer")  # pyright: ignore[reportUnnecessaryComparison]


async def _check_head(work: Work, kept: dict[str, Any] | None, head: int) -> Broken | None:
    """The checkpoint remembered outside must still stand in the chain."""
    if kept is None:
        return None
    rows = await store.sealed(work, kept["seal_no"] - 1, kept["seal_no"], 1)
    if not rows:
        return Broken("cut", kept["seal_no"]) if kept["seal_no"] > head else None
    return None if bytes(rows[0]["hash"]).hex() == kept["hash"] else Broken("checkpoint", kept["seal_no"])


# --- reading -----------------------------------------------------------------------------------------------------


async def list_entries(work: Work, *, after: str | None, limit: int, **filters: Any) -> Page[dict[str, Any]]:
    """Entries, the newest first; auditors alone."""
    work.require(permissions.READ)
    start = decode_cursor(after, 1)[0] if after else None
    rows = await store.entries(work, limit + 1, after=int(start) if isinstance(start, int) else None, **filters)
    more = len(rows) > limit
    return Page(rows[:limit], encode_cursor([rows[limit - 1]["id"]]) if more else None)


async def state(work: Work) -> dict[str, Any]:
    """How many entries, how many sealed, the chain's head and when it was last verified."""
    work.require(permissions.READ)
    row = await store.state(work)
    assert row is not None
    return {**row, "head": bytes(row["head"]).hex() if row["head"] else None}


async def verify_now(work: Work) -> dict[str, Any]:
    """Verify at an auditor's wish; the wish itself is in the ledger."""
    work.require(permissions.VERIFY)
    report = await verify_chain(work.city.db)
    work.record("ledger.verify", "ledger", {"whole": report.whole}, "done" if report.whole else "broken")
    return {**report.as_json(), "text": report.say(work.lang)}


async def verify_daily(work: Work) -> None:
    """The worker's own verification, once a day however often it starts; a broken chain is itself recorded."""
    if await store.checked_lately(work):
        return
    report = await verify_chain(work.city.db)
    if not report.whole:
        work.record("ledger.verify", "ledger", report.as_json(), "broken")
