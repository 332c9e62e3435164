"""Property-based requests against the whole API of a running city: no answer is a server error."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from chengshu.cli import home as homes
from tests.conftest import PASSWORD, LiveCity

# Signing ourselves out would turn every later request into a 401; the stream of /live never ends.
LEFT_OUT = {
    ("DELETE", "/api/security/sessions/current"),
    ("DELETE", "/api/security/sessions"),
    ("DELETE", "/api/security/sessions/{session_id}"),
    ("PUT", "/api/security/me/password"),
    ("GET", "/api/live"),
}
EXAMPLES = 6
LOGINS = ("center", "secadmin", "bureau", "sysadmin", "auditor", "urban")


@pytest.fixture(scope="module")
def fuzzed_city(home_dir: Path) -> Iterator[str]:
    """A city of its own: what the requests do to it must not reach the other tests."""
    running = LiveCity(home_dir / "fuzzed")
    assert homes.running_address(running.folder)
    yield running.url
    assert running.stop() == 0


def headers_of(url: str, login: str | None) -> dict[str, str]:
    if login is None:
        return {}
    answer = httpx.post(f"{url}/api/security/sessions", json={"login": login, "password": PASSWORD}, trust_env=False)
    assert answer.status_code == 201, answer.text
    return {"Cookie": f"chengshu_session={answer.cookies['chengshu_session']}", "X-CSRF-Token": answer.json()["csrf"]}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("login", [None, *LOGINS])
def test_no_request_breaks_the_server(fuzzed_city: str, login: str | None) -> None:
    config = SchemathesisConfig(
        projects=ProjectsConfig(default=ProjectConfig(generation=GenerationConfig(max_examples=EXAMPLES)))
    )
    schema = schemathesis.openapi.from_url(f"{fuzzed_city}/api/openapi.json", config=config)
    headers = headers_of(fuzzed_city, login)
    broken: list[str] = []
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if (operation.method.upper(), operation.path) in LEFT_OUT:
            continue

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def probe(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            answer = case.call(headers=headers, timeout=20)
            if answer.status_code >= 500:
                broken.append(
                    f"{case.method} {case.formatted_path} → {answer.status_code}: {case.as_curl_command()[:600]}"
                )

        given(case=operation.as_strategy())(probe)()
    assert tried > 100
    assert broken == []
