"""A workshop in which one word is everywhere somebody may write something."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image
from pycrdt import Map
from tests.kit.client import participant
from tests.kit.server import Answer, Seat, Server

RULES = {"board": "sheet2.verso", "zone": "rules"}


@dataclass
class Filled:
    """`nadia` wrote the word wherever she could, `joris` another one; the organiser the rest."""

    server: Server
    made: dict[str, Any]
    nadia: Seat
    joris: Seat
    word: str
    other: str

    @property
    def room(self) -> str:
        return self.nadia.room

    def ask(self, command: str, token: str | None = None, /, **fields: Any) -> Answer:
        path = f"/api/workshops/{self.made['id']}/commands"
        return self.server.call("POST", path, {"type": command, **fields}, token=token or self.made["token"])

    def done(self, command: str, token: str | None = None, /, **fields: Any) -> dict[str, Any]:
        answer = self.ask(command, token, **fields)
        assert answer.status == 200, (command, answer.body)
        said: dict[str, Any] = answer.json
        return said

    def state(self, token: str | None = None) -> dict[str, Any]:
        path = f"/api/workshops/{self.made['id']}"
        told: dict[str, Any] = self.server.call("GET", path, token=token or self.made["token"]).json
        return told

    def notes(self, room: str | None = None) -> list[dict[str, Any]]:
        answer = self.server.call("GET", f"/api/rooms/{room or self.room}/notes", token=self.made["token"])
        found: list[dict[str, Any]] = answer.json["notes"]
        return found

    def note(self, seat: Seat, text: str, **where: str) -> str:
        body = {**RULES, "text": text, **where}
        answer = self.server.call("POST", f"/api/rooms/{self.room}/notes", body, token=seat.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()


async def filled(server: Server, word: str, other: str = "autre-mot") -> Filled:
    made = server.create(title=f"{word} titre", commons=f"{word} commun", groups=1)
    nadia = server.join(made, f"{word} nadia", stakeholder=f"{word} structure")
    joris = server.join(made, f"{other} joris")
    house = Filled(server, made, nadia, joris, word, other)
    done, boss = house.done, made["token"]
    done("announce", text=f"{word} annonce")
    done("message", person=nadia.person["id"], text=f"{word} message")
    done("hand.raise", nadia.token)
    async with participant(server, nadia) as one, participant(server, joris) as two:
        one.add("n1", f"{word} note")
        one.add("n2", f"{word} supprimée")
        one.add("n3", f"{word} masquée")
        two.add("n4", f"{other} note")
        two.add("n5", f"{other} masquée")
        one.doc.get("comments", type=Map)[f"n4.{nadia.person['id']}.aaaa"] = Map(
            {"text": f"{word} commentaire", "at": 5}
        )
        one.doc.get("reactions", type=Map)[f"n1.{nadia.person['id']}"] = Map({"at": 5})
        await one.all_saved()
        await two.all_saved()
        del one.notes["n2"]
        await one.all_saved()
    recto = f"sheet2.recto/{nadia.person['stakeholder']}"
    house.note(nadia, f"{word} recto", board=recto, zone="brings")
    for note in ("n3", "n5"):
        done("note.hide", room=house.room, note=note)
    done("vote.open", board="sheet2.verso", dots=5, question=f"{word} question")
    vote = house.state()["votes"][0]["id"]
    done("vote.cast", nadia.token, vote=vote, note="n4", dots=1)
    done("consent.open", proposal=f"{word} proposition")
    consent = house.state()["consents"][0]["id"]
    done("consent.answer", nadia.token, consent=consent, answer="reservation", reason=f"{word} raison")
    done("instant.keep", name=f"{word} instant", room=house.room)
    answer = server.call(
        "POST",
        f"/api/rooms/{house.room}/photos?board=sheet2.verso",
        photo(),
        token=nadia.token,
        headers={"Content-Type": "image/jpeg"},
    )
    assert answer.status == 201, answer.body
    path = f"/api/rooms/{house.room}/photos/{answer.json['id']}"
    assert server.call("PATCH", path, {"caption": f"{word} légende"}, token=nadia.token).status == 200
    done("writing.silent", board="sheet3.verso")
    async with participant(server, nadia) as one:
        draft = {"id": "ndraft", "board": "sheet3.verso", "zone": "strengths", "text": f"{word} brouillon"}
        one.event(type="private", id="d1", notes=[draft])
        await one.until(lambda: any(event.get("id") == "d1" for event in one.events))
        assert one.heard("done") or not one.heard("no"), one.events
    done("share.start", boss, names="names", public=False)
    return house
