"""Paper in the room: photos of sheets, notes typed from them, and printed codes that lead to a zone."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import FilePayload, expect
from tests.browser.test_access import complaints
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
TYPED = (
    ("rules", ("On décide à trois", "Une voix par structure", "Compte rendu sous huit jours")),
    ("bodies", ("Un comité de pilotage", "Une assemblée par an", "Un groupe technique")),
)


DROP = """(closes) => {
  if (closes) document.querySelector("dialog.photos").close();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["liste"], "liste.txt", { type: "text/plain" }));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  if (document.getElementById("main").dispatchEvent(drop)) throw new Error("the browser would open it");
}"""


def photo(text: str = "photo") -> FilePayload:
    out = io.BytesIO()
    Image.effect_noise((640, 480), 60).save(out, "JPEG")
    return FilePayload(name=f"{text}.jpg", mimeType="image/jpeg", buffer=out.getvalue())


def from_menu(person: Person, name: str) -> None:
    person.page.locator("details.menu > summary").click()
    person.page.locator(".menupanel").get_by_role("button", name=name).click()


def test_a_photo_of_a_sheet_is_seen_by_all_and_can_be_deleted(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia, joris = visitor().join(made, "Nadia"), visitor(phone=True).join(made, "Joris")
    nadia.open("sheet2.verso")
    joris.open("sheet2.verso")

    # by the file chooser
    from_menu(nadia, "Photos du support")
    panel = nadia.page.get_by_role("dialog", name="Photos du support")
    expect(panel).to_contain_text("Aucune photo sur ce support")
    with nadia.page.expect_file_chooser() as chooser:
        panel.get_by_role("button", name="Choisir des fichiers").click()
    chooser.value.set_files([photo()])
    thumb = panel.locator(".photothumb")
    expect(thumb).to_have_count(1)
    assert complaints(nadia.page) == []

    # what is no photo is refused with its reason, and what does not arrive can be sent again
    panel.locator("#photo-files").set_input_files(
        [FilePayload(name="a.heic", mimeType="image/heic", buffer=b"not a photo")]
    )
    sending = panel.locator(".sendings li")
    expect(sending).to_contain_text("Envoyez une image JPEG, PNG ou WebP.")
    expect(sending.get_by_role("button", name="Réessayer")).to_have_count(0)
    sending.get_by_role("button", name="Retirer a.heic").click()
    nadia.page.context.set_offline(True)
    panel.locator("#photo-files").set_input_files([photo("again")])
    expect(sending).to_contain_text("le serveur ne répond pas")
    expect(sending.get_by_role("button", name="Réessayer")).to_be_visible()
    waits = nadia.page.locator(".photocount")
    expect(waits).to_have_attribute("aria-label", "1 photo sur ce support, 1 photo pas encore envoyée")
    # nobody has to think of it when the network is back
    nadia.page.context.set_offline(False)
    expect(thumb).to_have_count(2)
    expect(waits).to_have_attribute("aria-label", "2 photos sur ce support")
    thumb.nth(1).click()
    expect(nadia.page.locator(".photoground")).to_be_visible()
    nadia.page.get_by_role("button", name="Supprimer…").click()
    nadia.page.get_by_role("button", name="Supprimer", exact=True).click()
    expect(thumb).to_have_count(1)

    # looked at, and named
    thumb.click()
    caption = nadia.page.get_by_role("textbox", name="Légende")
    caption.fill("La fiche du groupe Hêtre")
    caption.press("Tab")
    large = nadia.page.get_by_role("dialog", name="La fiche du groupe Hêtre")
    expect(large).to_be_visible()
    nadia.page.get_by_role("button", name="Plus grand").click()
    expect(large.locator("img")).to_have_class("z1")
    assert complaints(nadia.page) == []

    # the others have it, on a phone too, and cannot take it away
    from_menu(joris, "Photos du support (1)")
    theirs = joris.page.get_by_role("dialog", name="Photos du support")
    expect(theirs.get_by_role("button", name="Prendre une photo")).to_be_visible()
    theirs.get_by_role("button", name="La fiche du groupe Hêtre").click()
    shown = joris.page.locator(".photoground img")
    expect(shown).to_be_visible()
    joris.page.wait_for_function("() => document.querySelector('.photoground img').naturalWidth === 640")
    expect(joris.page.get_by_role("button", name="Supprimer…")).to_have_count(0)
    assert complaints(joris.page) == []

    # deleted after a question; whoever looks at it is told
    nadia.page.get_by_role("button", name="Supprimer…").click()
    expect(nadia.page.get_by_role("button", name="Garder la photo")).to_be_focused()
    nadia.page.get_by_role("button", name="Supprimer", exact=True).click()
    expect(nadia.page.get_by_role("dialog", name="Photos du support")).to_contain_text("Aucune photo")
    expect(theirs).to_contain_text("Cette photo a été supprimée.")
    joris.page.keyboard.press("Escape")
    expect(theirs).to_have_count(0)

    # a file that falls on the board does not take its place, not even at the moment when the panel closes
    for closes in (True, False):
        nadia.page.evaluate(DROP, closes)
        expect(nadia.page.get_by_role("dialog")).to_contain_text("Seules des images s’ajoutent ici")
        nadia.page.keyboard.press("Escape")
        expect(nadia.page.locator("dialog.photos")).to_have_count(0)


def test_six_notes_of_two_zones_are_typed_without_leaving_the_keyboard(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    page = nadia.page
    from_menu(nadia, "Transcrire du papier")
    dialog = page.get_by_role("dialog", name="Transcrire du papier")
    field = dialog.get_by_placeholder("Une idée par note…")
    expect(field).to_be_focused()
    zones = [button.inner_text() for button in dialog.locator(".zonepick span").all()]
    for at, (zone, texts) in enumerate(TYPED):
        while dialog.locator(".zonepick .on b").get_attribute("data-count") != zone:
            page.keyboard.press("Control+ArrowDown")
        for text in texts:
            page.keyboard.type(text)
            page.keyboard.press("Enter")
        expect(dialog.locator(f"b[data-count={zone}]")).to_have_text("3")
        expect(dialog.locator(".latest")).to_contain_text(f"{3 * (at + 1)} notes transcrites")
    # one too many: taken back, and its words stay to be mended
    page.keyboard.type("Faux")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("Faux")
    expect(dialog.locator("b[data-count=bodies]")).to_have_text("3")
    # also beside what is being typed, and what is typed outlives the dialog
    page.keyboard.press("Enter")
    page.keyboard.type("à moitié")
    dialog.get_by_role("button", name="Annuler la dernière").click()
    expect(field).to_have_value("Faux\nà moitié")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    from_menu(nadia, "Transcrire du papier")
    expect(field).to_have_value("Faux\nà moitié")
    # facilitation leads the page elsewhere: what is typed goes nowhere by itself
    step = {"type": "step.go", "step": "s1_nous"}
    assert (
        server.call("POST", f"/api/workshops/{made['id']}/commands", step, token=made["token"]).status == 200
    )
    led = dialog.get_by_role("alert")
    expect(led).to_contain_text("L’atelier passe à « Fiche 1, Présentation et mission · Nous »")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Faux\nà moitié")
    led.get_by_role("button", name="Revenir à « Fiche 2, Convergence des actions · Nous »").click()
    expect(led).to_have_count(0)
    expect(dialog.locator("b[data-count=bodies]")).to_have_text("3")
    field.fill("")
    page.keyboard.press("Alt+1")
    expect(dialog.locator(".zonepick .on span")).to_have_text(zones[0])
    assert complaints(page) == []
    page.keyboard.press("Escape")
    nadia.saved()
    for zone, texts in TYPED:
        for text in texts:
            expect(nadia.zone(zone).get_by_text(text)).to_be_visible()
    # on a recto, in somebody's name
    from_menu(nadia, "Transcrire du papier")
    dialog.get_by_label("Support").select_option("sheet1.recto")
    expect(dialog.get_by_label("Au nom de")).to_be_visible()
    expect(field).to_be_focused()
    # what the page below the dialog says is said in it, too
    page.context.set_offline(True)
    expect(dialog).to_contain_text("Hors ligne.")
    page.context.set_offline(False)
    expect(dialog).not_to_contain_text("Hors ligne.")
    server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"])
    expect(dialog.get_by_role("alert")).to_contain_text("Cet atelier a été effacé.")


def test_a_printed_code_leads_through_the_door_to_its_zone(server: Server, visitor: Visitor) -> None:
    made = server.create()
    printed = f"{server.base}/atelier/{made['id']}?board=sheet1.recto&zone=mission"
    phone = visitor(phone=True)
    phone.page.goto(printed)
    phone.page.get_by_label("Votre prénom").fill("Inès")
    phone.page.get_by_role("button", name="Prendre place").click()
    phone.page.wait_for_url("**/atelier/**")
    phone.saved()
    expect(phone.page.locator(".cmp input[name=text]")).to_be_focused()
    mission = phone.page.locator("#zone-mission")
    expect(mission).to_be_visible()
    assert "zone=" not in phone.page.url and "board=sheet1.recto" in phone.page.url

    # on a large screen the zone fills the view; the recto of nobody is one's own
    desk = visitor().join(made, "Nadia")
    desk.page.goto(printed)
    desk.saved()
    expect(desk.zone("mission")).to_be_focused()
    expect(desk.page.locator(".sheet.onezone")).to_have_count(1)

    # what is not there is said
    desk.page.goto(f"{server.base}/atelier/{made['id']}?board=sheet1.recto&zone=nowhere")
    desk.saved()
    expect(desk.page.locator("#notice")).to_contain_text("La zone de cette adresse n’est pas sur ce support")
    desk.page.goto(f"{server.base}/atelier/{made['id']}?board=sheet7.recto")
    expect(desk.page.get_by_role("heading", name="Ce support n’est pas dans cet atelier.")).to_be_visible()
    desk.page.get_by_role("link", name="Aller à mon support").click()
    desk.saved()
