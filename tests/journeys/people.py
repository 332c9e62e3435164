"""People who act through the API while others are watched in their browsers."""

from typing import Any

import httpx

from tests.journeys.conftest import PASSWORD, Grid, photo


class Person:
    """Somebody at the API, for what happens elsewhere meanwhile."""

    def __init__(self, address: str, login: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=20)
        answer = self.http.post("/api/security/sessions", json={"login": login, "password": PASSWORD})
        self.http.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf"]

    def case(self, case_id: int) -> dict[str, Any]:
        return self.http.get(f"/api/cases/{case_id}").raise_for_status().json()

    def move(self, case_id: int, move: str, **values: Any) -> dict[str, Any]:
        version = self.case(case_id)["version"]
        answer = self.http.post(f"/api/cases/{case_id}/moves/{move}", json=values, headers={"If-Match": f'"{version}"'})
        return answer.raise_for_status().json()

    def upload(self) -> str:
        picture = photo()
        answer = self.http.post("/api/cases/uploads", files={"file": ("a.jpg", picture["buffer"], "image/jpeg")})
        return answer.raise_for_status().json()["hash"]


def case_to_check(address: str, grid: Grid, words: str, *, with_photo: bool = False) -> int:
    """A case that waits for the grid worker's check."""
    centre, office = Person(address, "center"), Person(address, "urban")
    body = {
        "type": "components_and_events.component", "channel": "staff", "text": words, "class": "010137",
        "lon": grid.lon, "lat": grid.lat,
    }  # fmt: skip
    if with_photo:
        body["attachments"] = [centre.upload()]
    opened = centre.http.post("/api/cases", json=body).raise_for_status().json()
    case_id = int(opened["id"])
    centre.move(case_id, "file")
    office.move(case_id, "accept")
    office.move(case_id, "submit", result="已修好", photos_before=[office.upload()], photos_after=[office.upload()])
    return case_id
