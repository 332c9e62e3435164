"""Idempotency keys, versions, limits and security headers at the edge."""

import asyncio

import httpx
import pytest

from chengshu.base.errors import Invalid, StaleVersion
from chengshu.runtime.database import Database
from chengshu.runtime.web import KeyReused, check_version, first_answer, keep_answer


class TestIdempotency:
    async def test_a_repetition_gets_the_first_answer(self, database: Database) -> None:
        async with database.work() as work:
            assert await first_answer(work, "k1", {"a": 1}) is None
            await keep_answer(work, "k1", {"id": 7})
        async with database.work() as work:
            assert await first_answer(work, "k1", {"a": 1}) == {"id": 7}

    async def test_another_request_under_the_same_key_is_refused(self, database: Database) -> None:
        async with database.work() as work:
            await first_answer(work, "k2", {"a": 1})
        with pytest.raises(KeyReused):
            async with database.work() as work:
                await first_answer(work, "k2", {"a": 2})

    async def test_a_failed_request_frees_its_key(self, database: Database) -> None:
        with pytest.raises(RuntimeError):
            async with database.work() as work:
                await first_answer(work, "k3", {})
                raise RuntimeError
        async with database.work() as work:
            assert await first_answer(work, "k3", {}) is None

    async def test_concurrent_repetitions_do_the_work_once(self, database: Database) -> None:
        done: list[int] = []

        async def once(n: int) -> object:
            async with database.work() as work:
                if (answer := await first_answer(work, "k4", {"same": True})) is not None:
                    return answer
                done.append(n)
                await asyncio.sleep(0.05)
                await keep_answer(work, "k4", {"by": n})
                return {"by": n}

        answers = await asyncio.gather(*(once(n) for n in range(5)))
        assert len(done) == 1
        assert all(a == {"by": done[0]} for a in answers)

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
    async def test_strange_keys_are_refused(self, database: Database, key: str) -> None:
        with pytest.raises(Invalid):
            async with database.work() as work:
                await first_answer(work, key, {})


def test_a_stale_version_says_both_versions() -> None:
    with pytest.raises(StaleVersion, match=r"第 3 版.*第 4 版"):
        check_version(3, 4)


class TestEdge:
    async def test_errors_are_problem_json_in_the_askers_language(self, client: httpx.AsyncClient) -> None:
        for lang, word in (("zh", "登录"), ("en", "sign in")):
            answer = await client.get("/api/security/me", headers={"Accept-Language": lang})
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert word in answer.json()["detail"]

    async def test_every_answer_is_dressed(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/health")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_an_oversized_body_is_refused_before_it_is_read(self, client: httpx.AsyncClient) -> None:
        answer = await client.post(
            "/api/security/sessions",
            content=b"x",
            headers={"content-length": str(10**9), "content-type": "application/json"},
        )
        assert answer.status_code == 413
        assert "MB" in answer.json()["detail"]

    async def test_an_oversized_stream_is_cut(self, client: httpx.AsyncClient) -> None:
        async def endless():
            for _ in range(40):
                yield b" " * 1024 * 1024

        answer = await client.post(
            "/api/security/sessions", content=endless(), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413

    @pytest.mark.parametrize("body", [b"\xff\xfe{", b'{"login": "\\u0000", "password": "x"}', b"[", b"nul"])
    async def test_broken_bodies_are_refused_clearly(self, client: httpx.AsyncClient, body: bytes) -> None:
        answer = await client.post("/api/security/sessions", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json()["code"]
