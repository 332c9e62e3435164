"""A city from outside: plain HTTP, with the rights of whoever signs in."""

import os
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

import httpx

Answer = httpx.Response
T = TypeVar("T")
PASSWORD = "Chengshu-2026"  # noqa: S105 - that of demo cities, which hold no real data


class Refused(AssertionError):
    """The city refused what a scenario expected to succeed; carries the answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(f"{answer.request.method} {answer.request.url} → {answer.status_code}: {answer.text[:800]}")


def accepted(answer: Answer) -> Answer:
    """The answer, if it is a success."""
    if answer.is_error:
        raise Refused(answer)
    return answer


def eventually(look: Callable[[], T], *, seconds: float = 15, every: float = 0.2) -> T:
    """What `look` gives as soon as it is true; the last failure after the time is over."""
    until = time.monotonic() + seconds
    while True:
        try:
            found = look()
            if found:
                return found
            fault: BaseException = AssertionError(f"still {found!r} after {seconds} s")
        except (AssertionError, LookupError) as error:
            fault = error
        if time.monotonic() > until:
            raise fault
        time.sleep(every)


class Person:
    """Somebody who is signed in, or the public."""

    def __init__(self, client: httpx.Client, headers: Mapping[str, str], me: Mapping[str, Any]) -> None:
        self.client = client
        self.headers = dict(headers)
        self.me = dict(me)

    def ask(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request and return the answer, whatever it is."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON at a path."""
        return accepted(self.ask("GET", path, params=params)).json()

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """Create something; returns the JSON of the answer."""
        answer = accepted(self.ask("POST", path, json=body, **options))
        return answer.json() if answer.content else None

    def patch(self, path: str, body: Any, version: int) -> Any:
        """Change something at the version seen."""
        return accepted(self.ask("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})).json()

    def upload(self, content: bytes, name: str = "photo.jpg", path: str = "/api/cases/uploads") -> str:
        """Upload a file; returns its hash."""
        return accepted(self.ask("POST", path, files={"file": (name, content, "image/jpeg")})).json()["hash"]

    def open_case(self, **said: Any) -> dict[str, Any]:
        """Register a case."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return accepted(self.ask("POST", "/api/cases", json=said, headers=key)).json()

    def case(self, case_id: int) -> dict[str, Any]:
        """A case as this person sees it."""
        return self.get(f"/api/cases/{case_id}")

    def try_move(self, case_id: int, move: str, **fields: Any) -> Answer:
        """Attempt a move at the current version; returns the answer, whatever it is."""
        version = self.case(case_id)["version"]
        return self.ask("POST", f"/api/cases/{case_id}/moves/{move}", json=fields, headers={"If-Match": f'"{version}"'})

    def move(self, case_id: int, move: str, **fields: Any) -> dict[str, Any]:
        """Make a move; returns the case."""
        return accepted(self.try_move(case_id, move, **fields)).json()


class CityClient:
    """A running city at an address."""

    def __init__(self, url: str | None = None, password: str | None = None) -> None:
        self.url = (url or os.environ["CHENGSHU_URL"]).rstrip("/")
        self.password = password or os.environ.get("CHENGSHU_DEMO_PASSWORD", PASSWORD)
        self.client = httpx.Client(base_url=self.url, timeout=30)
        self._people: dict[str, Person] = {}
        self.public = Person(self.client, {}, {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def sign_in(self, login: str) -> Person:
        """A demo person, signed in once per client."""
        if login not in self._people:
            answer = accepted(
                self.client.post("/api/security/sessions", json={"login": login, "password": self.password})
            )
            cookie = answer.cookies["chengshu_session"]
            self.client.cookies.clear()  # people share the connection, never the session
            me = answer.json()
            headers = {"Cookie": f"chengshu_session={cookie}", "X-CSRF-Token": me["csrf"]}
            self._people[login] = Person(self.client, headers, me)
        return self._people[login]

    def spot(self, person: Person, at: int = 0) -> dict[str, float]:
        """A point inside the region of a person's post: {lon, lat}."""
        region = person.me["posts"][at]["region"]
        listed = person.get("/api/places/regions", parent=region[:-3])["items"]
        return next(one["center"] for one in listed if one["code"] == region)

    def report(self, **said: Any) -> dict[str, Any]:
        """Report as a citizen; returns number and code."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return accepted(self.public.ask("POST", "/api/open/v1/reports", json=said, headers=key)).json()

    def follow(self, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """What a citizen sees of a report."""
        path = f"/api/open/v1/reports/{receipt['number']}"
        return accepted(self.public.ask("GET", path, headers={"X-Report-Code": receipt["code"]})).json()

    def rate(self, receipt: Mapping[str, Any], grade: int, text: str = "") -> Answer:
        """Rate a result; returns the answer, whatever it is."""
        path = f"/api/open/v1/reports/{receipt['number']}/rating"
        body = {"grade": grade, "text": text}
        return self.public.ask("POST", path, json=body, headers={"X-Report-Code": receipt["code"]})
