"""What was written without a connection is kept in the browser, across pages, until it is saved."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]

KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("tablee");
  opening.onsuccess = () => {
    const db = opening.result;
    const all = db.transaction("outbox").objectStore("outbox").getAll();
    all.onsuccess = () => { db.close(); resolve(all.result.map((updates) => updates.length)); };
  };
})"""


def kept(page: Page, enough: Callable[[list[int]], bool]) -> None:
    """Wait until the numbers of changes kept, by document, are enough.

    Asked from here, one reading after the other: wait_for_function takes the promise itself for a yes.
    """
    found: list[int] = []
    for _ in range(300):
        found = page.evaluate(KEPT)
        if enough(found):
            return
        page.wait_for_timeout(50)  # how often it is asked, not how long it takes
    raise AssertionError(f"the browser keeps {found}")


def close(page: Page) -> None:
    """Close as a person does, who leaves a page that has had its last word.

    A page that Playwright closes is not told; who closes a tab has it written what would be in a moment.
    """
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.evaluate(KEPT)  # after what that wrote: one transaction at a time on these texts
    page.close(run_before_unload=False)


def until(page: Page, documents: int) -> None:
    """Wait until this browser keeps unsaved changes of so many documents."""
    kept(page, lambda found: len(found) == documents)


def until_all_is_kept(page: Page, least: int) -> None:
    """Wait until at least so many changes are kept."""
    kept(page, lambda found: sum(found) >= least)


def test_what_was_written_offline_survives_the_page_and_arrives_later(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    nadia.write("rules", "Avant la coupure")
    nadia.saved()
    until(nadia.page, 0)
    context, address = nadia.page.context, nadia.page.url
    context.set_offline(True)
    nadia.write("costs", "Dans le train")
    nadia.note("Avant la coupure").dblclick()
    nadia.page.keyboard.press("End")
    nadia.page.keyboard.type(" et après")
    nadia.page.keyboard.press("Escape")
    # a note, and every letter of both texts
    until_all_is_kept(nadia.page, 1 + len("Dans le train") + len(" et après"))
    close(nadia.page)
    expect(joris.note("Dans le train")).to_have_count(0)

    context.set_offline(False)
    nadia.page = context.new_page()
    nadia.page.goto(address)
    nadia.saved()
    expect(joris.note("Dans le train")).to_be_visible()
    expect(joris.note("Avant la coupure et après")).to_be_visible()
    expect(nadia.note("Dans le train")).to_have_count(1)
    until(nadia.page, 0)


def test_another_person_in_the_same_browser_does_not_send_it(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    context = nadia.page.context
    context.set_offline(True)
    nadia.write("rules", "À moi seule")
    until(nadia.page, 1)
    close(nadia.page)
    context.set_offline(False)
    context.clear_cookies()
    nadia.page = context.new_page()
    paul = nadia.join(made, "Paul", board="sheet2.verso")
    paul.write("rules", "Paul est là")
    paul.saved()
    expect(paul.note("À moi seule")).to_have_count(0)
    until(paul.page, 1)  # it waits for Nadia


def test_nothing_of_an_erased_workshop_stays(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    context = nadia.page.context
    context.set_offline(True)
    nadia.write("rules", "Ne doit pas rester")
    until(nadia.page, 1)
    assert server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
    context.set_offline(False)
    until(nadia.page, 0)
