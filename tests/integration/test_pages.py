"""Pages as a browser without script gets them: both languages, forms, refusals, and the content policy."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from icalendar import Calendar
from tests.kit.server import Answer, Server

READ = ("/", "/creer", "/i", "/gabarits", "/guide", "/credits", "/confidentialite", "/accessibilite")
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)


def page(server: Server, path: str, cookie: str = "", language: str = "") -> Answer:
    wish = {"Accept-Language": language} if language else {}
    return server.call("GET", path, headers={**wish, **({"Cookie": cookie} if cookie else {})})


def send(server: Server, path: str, cookie: str = "", **fields: str) -> Answer:
    """A form as a browser sends it, from our own page."""
    return server.call(
        "POST",
        path,
        urlencode(fields).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": server.base,
            **({"Cookie": cookie} if cookie else {}),
        },
    )


def said(answer: Answer) -> str:
    return unescape(answer.body.decode())


def alert(answer: Answer) -> str:
    found = re.search(r'role="alert"[^>]*>(.*?)</(?:div|p)>', said(answer), re.DOTALL)
    assert found, "no alert"
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def seat(server: Server, made: dict[str, object], **more: str) -> str:
    return f"tablee={server.join(made, **more).token}"


def assert_no_inline_code(answer: Answer) -> None:
    text = answer.body.decode()
    assert INLINE.findall(text) == []
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
    assert nonce and "unsafe-inline" not in policy
    for attributes, inside in SCRIPT.findall(text):
        if 'type="application/json"' in attributes:
            continue
        assert f'nonce="{nonce[1]}"' in attributes and not inside.strip()


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_opens_in_both_languages(server: Server, path: str, language: str) -> None:
    answer = page(server, f"{path}?lang={language}")
    assert answer.status == 200
    assert f'<html lang="{language}"' in said(answer)
    assert f"tablee-lang={language}" in answer.headers["set-cookie"]
    assert_no_inline_code(answer)


def test_the_chosen_language_is_remembered_over_the_wish_of_the_browser(server: Server) -> None:
    assert '<html lang="en"' in said(page(server, "/", language="en-GB,fr;q=0.5"))
    assert '<html lang="fr"' in said(page(server, "/", "tablee-lang=fr", "en-GB"))


def test_display_settings_are_in_the_page_before_any_script(server: Server) -> None:
    answer = page(server, "/?display=set&theme=dark&contrast=more&motion=reduce")
    for where in (answer, page(server, "/guide", answer.headers["set-cookie"].partition(";")[0])):
        assert 'data-theme="dark" data-contrast="more" data-motion="reduce"' in said(where)
    plain = re.search(r"<html[^>]*>", said(page(server, "/", "tablee-display=theme:x onload=.contrast:<b>")))
    assert plain and "data-" not in plain[0] and "onload" not in plain[0]


def test_the_guide_leads_who_facilitates_to_the_booklet_and_the_slides_of_their_workshop(
    server: Server,
) -> None:
    made = server.create()
    nadia = server.join(made, "Nadia")

    def ways(token: str) -> list[str]:
        return re.findall(
            r'href="(/api/[^"]+)"', said(page(server, "/guide", f"tablee-{made['id']}={token}"))
        )

    address = f"/api/workshops/{made['id']}/export.pdf?layout="
    assert ways(made["token"]) == [f"{address}{layout}&language=fr" for layout in ("guide", "slide")]
    assert ways(nadia.token) == []
    for way in ways(made["token"]):
        answer = server.call("GET", way, token=made["token"])
        assert (answer.status, answer.body[:5]) == (200, b"%PDF-")


def test_two_answers_have_two_nonces(server: Server) -> None:
    assert (
        page(server, "/").headers["content-security-policy"]
        != page(server, "/").headers["content-security-policy"]
    )


def test_a_code_leads_to_its_door_and_the_door_to_the_board(server: Server) -> None:
    made = server.create(groups=["Hêtre", "Saule"], people_may_choose_group=True)
    at_home = send(server, "/", code=made["code"].lower().replace("-", " "))
    assert at_home.status == 303 and at_home.headers["location"] == f"/a/{made['code']}"
    door = page(server, at_home.headers["location"], language="fr")
    assert door.status == 200 and "Trajets communs" in said(door) and "Saule" in said(door)
    assert_no_inline_code(door)
    taken = send(
        server, f"/a/{made['code']}", name="Nadia", stakeholder="Roulibre", colour="ciel", group="g2"
    )
    assert taken.status == 303 and taken.headers["location"] == f"/atelier/{made['id']}"
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    nadia = next(person for person in state["people"] if person["name"] == "Nadia")
    assert (nadia["colour"], nadia["group"]) == ("ciel", "g2")
    assert [one["name"] for one in state["stakeholders"]] == ["Roulibre"]


@pytest.mark.parametrize("typed", ["2222-2222", "OOOO-IIII", "<b>x</b>", ""])
def test_a_wrong_code_is_said_and_what_was_typed_is_kept(server: Server, typed: str) -> None:
    answer = send(server, "/", "tablee-lang=fr", code=typed)
    assert answer.status == 404
    assert alert(answer).startswith("Ce code ne mène à aucun atelier.")
    assert "<b>x" not in answer.body.decode()
    kept = re.search(r'<input[^>]*name="code"[^>]*value="([^"]*)"', answer.body.decode())
    assert kept and unescape(kept[1]) == typed


def test_a_structure_of_the_door_is_joined_or_refused_with_its_reason(server: Server) -> None:
    made = server.create()
    send(server, f"/a/{made['code']}", name="Yann", stakeholder="Vélo & Villages")
    send(server, f"/a/{made['code']}", name="Nadia", stakeholder=" VELO &  villages\x00")
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    (structure,) = state["stakeholders"]
    assert structure["name"] == "Vélo & Villages"
    assert [p["stakeholder"] for p in state["people"][1:]] == [structure["id"]] * 2
    answer = send(server, f"/a/{made['code']}", "tablee-lang=fr", name="Ana", stakeholder="x" * 121)
    assert answer.status == 422 and "structure" in alert(answer)
    assert re.search(r'<input name="stakeholder"[^>]*aria-invalid="true"', answer.body.decode())


def test_a_refused_name_keeps_the_rest_of_the_form(server: Server) -> None:
    made = server.create()
    answer = send(server, f"/a/{made['code']}", "tablee-lang=en", name=" ", stakeholder="Vélo & Villages")
    assert answer.status == 422 and alert(answer)
    assert 'value="Vélo & Villages"' in said(answer)
    assert re.search(r'<input[^>]*name="name"[^>]*aria-invalid="true"', answer.body.decode())
    assert "set-cookie" not in answer.headers


def test_taken_colours_cannot_be_chosen_and_say_whose_they_are(server: Server) -> None:
    made = server.create()
    server.join(made, "Yann Le Goff", colour="lagon")
    text = said(page(server, f"/a/{made['code']}", "tablee-lang=fr"))
    swatch = re.search(r'<input[^>]*value="lagon"[^>]*>.*?</label>', text, re.DOTALL)
    assert swatch and "disabled" in swatch[0].partition(">")[0] and "YG" in swatch[0]
    free = re.search(r'<input[^>]*value="citron"[^>]*>', text)
    assert free and "disabled" not in free[0] and "checked" in free[0]


def test_who_has_a_place_is_offered_it_again(server: Server) -> None:
    made = server.create()
    offer = f'href="/atelier/{made["id"]}"'
    assert offer not in said(page(server, f"/a/{made['code']}"))
    assert offer in said(page(server, f"/a/{made['code']}", seat(server, made)))
    assert offer not in said(page(server, f"/a/{made['code']}", seat(server, server.create())))


def test_creating_shows_the_secret_links_once(server: Server) -> None:
    with httpx.Client(
        base_url=server.base, headers={"Origin": server.base, "Accept-Language": "fr"}
    ) as browser:
        made = browser.post("/creer", data={"title": "Eau du bassin", "groups": "2", "agenda": "short_150"})
        assert made.status_code == 201 and made.headers["cache-control"] == "no-store"
        assert INLINE.findall(made.text) == []
        assert len(set(re.findall(r"/i#[\w-]{43}", made.text))) == 3
        at = re.search(r'action="(/organisation/\w+)"', made.text)
        assert at
        again = browser.get(at[1])
        assert again.status_code == 200 and "/i#" not in again.text and "Eau du bassin" in again.text


def test_a_workshop_without_title_is_refused_and_the_form_kept(server: Server) -> None:
    answer = send(
        server, "/creer", "tablee-lang=fr", title=" ", commons="Une carte", groups="2", agenda="short_150"
    )
    assert answer.status == 422 and alert(answer) and 'value="Une carte"' in said(answer)


def test_desks_are_for_those_who_organise_or_facilitate(server: Server) -> None:
    made = server.create()
    people = {
        "organiser": f"tablee={made['token']}",
        "participant": seat(server, made),
        **{
            role: seat(server, made, invitation=made["invitations"][role])
            for role in ("facilitator", "observer")
        },
    }
    opened = {
        role: [page(server, f"/{desk}/{made['id']}", cookie).status for desk in ("organisation", "animation")]
        for role, cookie in people.items()
    }
    assert opened == {
        "organiser": [200, 200],
        "facilitator": [403, 200],
        "participant": [403, 403],
        "observer": [403, 403],
    }
    assert page(server, f"/organisation/{made['id']}").status == 401


def test_erasing_asks_for_the_title_and_gives_a_receipt(server: Server) -> None:
    made = server.create(title="À effacer")
    cookie, at = f"tablee={made['token']}", f"/organisation/{made['id']}"
    wrong = send(server, at, cookie, title="autre chose")
    assert alert(wrong) and page(server, at, cookie).status == 200
    assert send(server, at, seat(server, made), title="À effacer").status == 403
    receipt = send(server, at, cookie, title="À effacer")
    assert receipt.status == 200 and "À effacer" in said(receipt)
    assert page(server, f"/a/{made['code']}").status == 404


@pytest.mark.parametrize(
    ("language", "sentence"), [("fr", "Cette page n’existe pas."), ("en", "There is no such page.")]
)
def test_a_page_that_is_not_there_is_said_in_the_language_of_the_reader(
    server: Server, language: str, sentence: str
) -> None:
    answer = page(server, "/nulle-part", f"tablee-lang={language}")
    assert answer.status == 404 and f'<html lang="{language}"' in said(answer)
    assert sentence in said(answer)
    assert_no_inline_code(answer)


def test_a_title_is_text_and_never_markup(server: Server) -> None:
    made = server.create(
        title="<script>alert(1)</script>", groups=["<i>a", "b"], people_may_choose_group=True
    )
    door, desk = f"/a/{made['code']}", f"/organisation/{made['id']}"
    for path, cookie in ((door, ""), (desk, f"tablee={made['token']}")):
        answer = page(server, path, cookie)
        assert answer.status == 200 and b"<script>alert" not in answer.body and b"<i>a" not in answer.body
        assert_no_inline_code(answer)


# -- preparing ---------------------------------------------------------------------------------------

MARCH = 1_804_683_600_000
"""10 March 2027, 13:00 in UTC."""


def command(server: Server, made: dict[str, Any], kind: str, **fields: Any) -> Answer:
    return server.call(
        "POST", f"/api/workshops/{made['id']}/commands", {"type": kind, **fields}, token=made["token"]
    )


def state(server: Server, workshop: str, token: str) -> dict[str, Any]:
    found: dict[str, Any] = server.call("GET", f"/api/workshops/{workshop}", token=token).json
    return found


def data_of(answer: Answer) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', answer.body.decode())
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_workshop_made_on_the_page_is_a_draft_as_long_as_its_agenda(server: Server) -> None:
    made = send(server, "/creer", title="Eau du bassin", groups="2", agenda="short_150", organiser="Inès")
    workshop = data_of(made)["workshop"]
    assert made.status == 201
    assert (workshop["status"], workshop["slot_minutes"], len(workshop["groups"])) == ("draft", 150, 2)
    assert "brouillon" in said(made)


def test_a_step_without_a_board_leaves_a_late_comer_on_the_sheet_of_their_group(server: Server) -> None:
    made = server.create(groups=3, agenda="one_sheet_per_group_150", people_may_choose_group=True)
    at = f"/atelier/{made['id']}"

    def opens_on(group: dict[str, Any]) -> str:
        return str(data_of(page(server, at, seat(server, made, group=group["id"])))["board"])

    boards = ["sheet1.verso", "sheet2.verso", "sheet3.verso"]
    assert [opens_on(group) for group in made["groups"]] == boards, "before the first step"
    for step in ("report", "break"):
        assert command(server, made, "step.go", step=step).status == 200
        assert [opens_on(group) for group in made["groups"]] == boards


def test_a_workshop_starts_again_from_one_that_this_browser_organises(server: Server) -> None:
    source = server.create(groups=["Sève", "Lierre"], agenda="short_150", waiting_room=True)
    server.join(source, "Nadia")
    cookie = f"tablee-{source['id']}={source['token']}"
    offered = said(page(server, "/creer", cookie, "fr"))
    assert f'<option value="{source["id"]}">Trajets communs' in offered
    made = send(
        server, "/creer", cookie, title="Encore", groups="1", agenda="half_day_210", clone=source["id"]
    )
    workshop = data_of(made)["workshop"]
    assert made.status == 201 and [group["name"] for group in workshop["groups"]] == ["Sève", "Lierre"]
    assert (workshop["agenda"]["id"], workshop["waiting_room"]) == ("short_150", True)
    assert [person["name"] for person in workshop["people"]] == ["Organisation"], "never the people"


def test_a_workshop_of_somebody_else_is_not_started_from(server: Server) -> None:
    source = server.create()
    guest = f"tablee-{source['id']}={server.join(source).token}"
    for cookie in ("tablee-lang=fr", f"tablee-lang=fr; {guest}"):
        assert source["id"] not in said(page(server, "/creer", cookie))
        refused = send(
            server, "/creer", cookie, title="Encore", groups="1", agenda="short_150", clone=source["id"]
        )
        assert refused.status == 422 and "n’organisez pas" in alert(refused)


def test_the_organisers_page_is_read_without_script(server: Server) -> None:
    made = server.create(
        groups=["Sève", "Lierre"],
        draft=True,
        starts_at=MARCH,
        slot_minutes=240,
        content_licence="chatham-house",
    )
    server.join(made, "Nadia")
    for language, words in (
        ("fr", ("brouillon", "Nadia", "Sève", "mars, de ", "Chatham House", made["code"])),
        ("en", ("draft", "Nadia", "March, from ", "Chatham House")),
    ):
        answer = page(server, f"/organisation/{made['id']}?lang={language}", f"tablee={made['token']}")
        assert [word for word in words if word not in said(answer)] == []
        assert_no_inline_code(answer)


def test_the_sheet_to_join_with_has_all_one_needs(server: Server) -> None:
    made = server.create(starts_at=MARCH, slot_minutes=240, commons="Une carte")
    for language in ("fr", "en"):
        text = said(
            page(server, f"/organisation/{made['id']}/feuille?lang={language}", f"tablee={made['token']}")
        )
        assert made["code"] in text and server.base.partition("//")[2] in text and "Une carte" in text
        assert text.count("<li>") == 3 and 'class="qr"' in text


def test_a_calendar_gets_the_workshop_at_its_time(server: Server) -> None:
    made = server.create(starts_at=MARCH, slot_minutes=90, title="Eau, du bassin; et plus")
    answer = page(server, f"/a/{made['code'].lower()}/agenda.ics")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/calendar")
    (entry,) = Calendar.from_ical(answer.body.decode()).events
    start = datetime.fromtimestamp(MARCH / 1000, UTC)
    assert (entry.start, entry.end) == (start, start + timedelta(minutes=90))
    assert entry["SUMMARY"] == "Eau, du bassin; et plus" and entry["URL"].endswith(f"/a/{made['code']}")
    assert page(server, f"/a/{server.create()['code']}/agenda.ics").status == 404
    assert page(server, "/a/2222-2222/agenda.ics").status == 404


# -- the states of the door --------------------------------------------------------------------------


def test_the_door_says_when_a_room_opens_and_that_it_does(server: Server) -> None:
    made = server.create(draft=True, starts_at=MARCH, slot_minutes=240)
    door = f"/a/{made['code']}"
    before = page(server, door, language="fr")
    assert before.headers["tablee-status"] == "draft"
    assert "La salle ouvre mercredi 10 mars à" in said(before) and "bientôt" in said(before)
    assert send(server, door, name="Nadia").status == 303, "a place is taken before it opens"
    assert command(server, made, "workshop.open").status == 200
    after = page(server, door, language="fr")
    assert after.headers["tablee-status"] == "open" and "La salle ouvre" not in said(after)
    head = server.call("HEAD", door)
    assert (head.status, head.headers["tablee-status"], head.body) == (200, "open", b"")


def test_a_room_without_a_date_is_not_open_yet(server: Server) -> None:
    made = server.create(draft=True)
    assert "La salle n’est pas encore ouverte." in said(page(server, f"/a/{made['code']}", language="fr"))


def test_a_closed_workshop_is_said_and_nobody_new_comes_in(server: Server) -> None:
    made = server.create()
    command(server, made, "workshop.close")
    text = said(page(server, f"/a/{made['code']}", language="fr"))
    assert "Cet atelier est clos" in text and "Prendre place" not in text
    assert "Votre code de retour" in text


def test_a_passphrase_is_asked_for_and_a_wrong_one_is_said(server: Server) -> None:
    made = server.create(passphrase="sous les tilleuls")
    door = f"/a/{made['code']}"
    assert 'name="passphrase"' in said(page(server, door))
    wrong = send(
        server, door, "tablee-lang=fr", name="Nadia", stakeholder="Roulibre", passphrase="les hêtres"
    )
    assert wrong.status == 403 and "pas le mot de passe" in alert(wrong)
    kept = said(wrong)
    assert 'value="Nadia"' in kept and 'value="Roulibre"' in kept
    assert re.search(r'<input name="passphrase"[^>]*aria-invalid="true"', kept)
    assert send(server, door, name="Nadia", passphrase="sous les tilleuls").status == 303
    assert 'name="passphrase"' not in said(page(server, f"/a/{server.create()['code']}"))


def test_a_door_with_a_passphrase_does_not_say_who_is_there(server: Server) -> None:
    made = server.create(passphrase="sous les tilleuls", groups=2, people_may_choose_group=True)
    door, phrase = f"/a/{made['code']}", "sous les tilleuls"
    first, _ = made["groups"]
    who = {"stakeholder": "Roulibre", "group": first["id"], "colour": "citron", "passphrase": phrase}
    assert send(server, door, name="Zoé Quentin", **who).status == 303
    mine = seat(server, made, passphrase=phrase)
    strange = (page(server, door), send(server, door, name="", passphrase="les hêtres"))
    for text in map(said, strange):
        assert "Roulibre" not in text and "ZQ" not in text
    told = said(page(server, door, mine))
    assert "Roulibre" in told and "ZQ" in told


def test_the_language_of_a_page_leaves_the_rest_of_its_address(server: Server) -> None:
    made = server.create(draft=True)
    text = said(page(server, f"/a/{made['code']}?apercu&lang=fr"))
    assert f'href="/a/{made["code"]}?lang=en&apercu="' in text


def test_the_sheet_leads_back_to_the_page_of_who_reads_it(server: Server) -> None:
    made = server.create()
    leads = server.join(made, "Bruno", invitation=made["invitations"]["facilitator"])
    sheet = f"/organisation/{made['id']}/feuille"
    assert f'href="/organisation/{made["id"]}"' in said(page(server, sheet, f"tablee={made['token']}"))
    theirs = said(page(server, sheet, f"tablee={leads.token}"))
    assert f'href="/animation/{made["id"]}"' in theirs and f'href="/organisation/{made["id"]}"' not in theirs


def test_the_door_says_what_facilitation_sees_and_what_becomes_of_notes(server: Server) -> None:
    made = server.create(content_licence="cc-by-sa-4.0", waiting_room=True)
    text = said(page(server, f"/a/{made['code']}", language="fr"))
    assert "combien de notes chaque personne écrit" in text and "CC BY-SA 4.0" in text
    assert "l’animation vous donne un groupe" in text
    command(server, made, "workshop.edit", voices=False, waiting_room=False)
    text = said(page(server, f"/a/{made['code']}", language="fr"))
    assert "combien de notes" not in text and "l’animation vous donne un groupe" not in text


def test_what_somebody_is_to_the_commons_is_said_at_the_door(server: Server) -> None:
    made = server.create()
    assert send(server, f"/a/{made['code']}", name="Nadia", profile="user").status == 303
    assert send(server, f"/a/{made['code']}", name="Joris", profile="").status == 303
    people = state(server, made["id"], made["token"])["people"]
    assert [person["profile"] for person in people[1:]] == ["user", None]


def test_the_door_is_looked_at_without_taking_a_place(server: Server) -> None:
    made = server.create(draft=True)
    text = said(page(server, f"/a/{made['code']}?apercu", f"tablee={made['token']}; tablee-lang=fr"))
    assert "Aperçu" in text and "Reprendre ma place" not in text
    button = re.search(r"<button[^>]*>Prendre place", text)
    assert button and "disabled" in button[0]
