"""Three groups bring their sheets together: two facilitators and a phone, from the report-backs to the close.

Twelve simulated people fill the sheets and take part; what three real people do is done on their pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.plenary import FAST, plenary
from tests.kit.server import Server

Visitor = Callable[..., Person]


def at(one: Person, token: str, page: str) -> Person:
    one.page.context.add_cookies([{"name": "tablee", "value": token, "url": one.server.base}])
    one.page.goto(f"{one.server.base}/{page}")
    return one


def test_three_groups_pool_their_sheets_to_the_end(server: Server, visitor: Visitor) -> None:
    with plenary(server) as one:
        one.write_sheets()
        one.rest()
        bruno = at(visitor(), one.leads.token, f"animation/{one.made['id']}").page
        mona = at(visitor(), one.second.token, f"atelier/{one.made['id']}?board=governance").saved()
        camille = at(visitor(phone=True), one.guest.token, f"atelier/{one.made['id']}?board=governance")
        one.do("step.go", step="report")
        one.do("step.go", step="break")

        # the governance canvas: the console leads there, the phone and the desk carry, one press each
        bruno.get_by_role("button", name="Étape suivante").click()
        expect(bruno.locator("#agenda [aria-current=step]")).to_contain_text("gouvernance")
        count = mona.page.locator(".traycount")
        before = int((count.text_content() or "0").split()[0])
        camille.page.get_by_role("button", name="À reporter", exact=True).tap()
        camille.page.locator("#tray li.trow").get_by_role("button", name="Reporter dans").first.tap()
        expect(count).not_to_contain_text(f"{before} sur")
        mona.page.locator("#tray li.trow").first.focus()
        mona.page.keyboard.press("Enter")
        one.do("rehearsal.start", pace=FAST)
        expect(mona.page.locator("#tray")).to_contain_text("Tout est traité", timeout=60_000)
        expect(camille.page.locator("#tray")).to_contain_text("Tout est traité")
        expect(mona.zone("map")).to_contain_text("Roulibre")
        carried = Counter(
            (origin["group"], origin["note"])
            for note in one.notes(one.made["plenary"], "governance")
            for origin in note.get("origin", ())
        )
        assert carried and set(carried.values()) == {1}

        # the economic canvas: the people of a structure say themselves whether they agree
        bruno.get_by_role("button", name="Étape suivante").click()
        expect(bruno.locator("#agenda [aria-current=step]")).to_contain_text("économique")
        mona.open("economic")
        one.do("verdict.set", token=one.guest.token, verdict="acceptable", value=0)
        expect(mona.zone("viability")).to_contain_text("Acceptable")
        # the tray is put away at first there: the lanes need the room
        expect(mona.page.locator("#tray")).to_contain_text("0 note à traiter", timeout=60_000)
        expect(mona.zone("balance")).to_contain_text("%")

        # the stock-take: every action finds who answers for it, then the workshop can end
        bruno.get_by_role("button", name="Étape suivante").click()

        def closes() -> bool:
            path = f"/api/workshops/{one.made['id']}/commands"
            answer = server.call("POST", path, {"type": "workshop.close"}, token=one.leads.token)
            assert answer.status in (200, 409), answer.body
            return answer.status == 200

        one.until(closes, "actions have an owner and a date")
        expect(bruno.locator("#reopen")).to_be_visible()
        expect(mona.page.locator("body")).to_contain_text("clos")
