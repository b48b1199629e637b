"""The pages around the boards, in real browsers: doors, invitations, display settings, pages to read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
TO_READ = ("/", "/creer", "/i", "/gabarits", "/guide", "/credits", "/confidentialite", "/accessibilite")
DARK, LIGHT = "rgb(16, 19, 31)", "rgb(246, 247, 249)"


def ground(person: Person) -> str:
    colour: str = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_fit_the_window_in_both_languages(
    server: Server, visitor: Visitor, phone: bool, language: str
) -> None:
    workshop = server.create(groups=3, people_may_choose_group=True)
    reader = visitor(phone=phone)
    for path in (*TO_READ, f"/a/{workshop['code']}", "/nulle-part"):
        reader.page.goto(f"{server.base}{path}?lang={language}")
        expect(reader.page.locator("html")).to_have_attribute("lang", language)
        expect(reader.page.locator("h1")).to_have_count(1)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1440), path


def test_colours_taken_in_the_chosen_group_show_their_holder(server: Server, visitor: Visitor) -> None:
    workshop = server.create(groups=2, people_may_choose_group=True)
    server.join(workshop, "Yann Le Goff", colour="citron", group="g2")
    nadia = visitor()
    nadia.page.goto(f"{server.base}/a/{workshop['code']}")
    expect(nadia.page.get_by_role("radio", name="Citron")).to_be_enabled()
    nadia.page.get_by_label("Votre groupe").select_option("g2")
    expect(nadia.page.get_by_role("radio", name="Citron, prise par YG")).to_be_disabled()
    expect(nadia.page.get_by_role("radio", name="Abricot")).to_be_checked()
    nadia.page.get_by_label("Votre groupe").select_option("g1")
    expect(nadia.page.get_by_role("radio", name="Citron", exact=True)).to_be_enabled()


def test_a_name_that_is_too_long_is_said_and_everything_else_kept(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor()
    nadia.page.goto(f"{server.base}/a/{workshop['code']}")
    name = nadia.page.get_by_label("Votre prénom")
    name.evaluate("field => field.removeAttribute('maxlength')")
    name.fill("N" * 500)
    nadia.page.get_by_label("Votre structure").fill("CC du Haut-Orme")
    nadia.page.get_by_role("radio", name="Ciel").check(force=True)
    nadia.page.get_by_role("button", name="Prendre place").click()
    expect(nadia.page.get_by_role("alert")).to_contain_text("Ce prénom est trop long")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-describedby", "failure")
    expect(nadia.page.get_by_label("Votre structure")).to_have_value("CC du Haut-Orme")
    expect(nadia.page.get_by_role("radio", name="Ciel")).to_be_checked()


def test_a_return_code_gives_the_same_seat_back_on_another_device(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().by_the_door(workshop, "Nadia", "CC du Haut-Orme").open("sheet2.verso")
    nadia.write("rules", "De ma main")
    nadia.page.goto(f"{server.base}/a/{workshop['code']}")
    code = nadia.page.locator(".codetext").inner_text()

    phone = visitor(phone=True)
    phone.page.goto(f"{server.base}/a/{workshop['code']}")
    phone.page.get_by_text("J’avais déjà une place").click()
    phone.page.get_by_label("Votre code de retour").fill("AAAA-BBBB-CCCC")
    phone.page.get_by_role("button", name="Retrouver ma place").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("Ce code de retour n’est pas connu")
    expect(phone.page.get_by_label("Votre code de retour")).to_be_focused()
    phone.page.get_by_label("Votre code de retour").fill(code.lower())
    phone.page.get_by_role("button", name="Retrouver ma place").click()
    phone.page.wait_for_url("**/atelier/**")
    assert (
        len(server.call("GET", f"/api/workshops/{workshop['id']}", token=workshop["token"]).json["people"])
        == 2
    )


def test_display_settings_are_kept(server: Server, visitor: Visitor) -> None:
    nadia = visitor()
    nadia.page.goto(server.base)
    assert ground(nadia) == LIGHT
    nadia.page.get_by_text("Affichage").click()
    nadia.page.get_by_label("Sombre").check()
    assert ground(nadia) == DARK
    nadia.page.get_by_label("Contraste renforcé").check()
    nadia.page.goto(f"{server.base}/guide")
    assert ground(nadia) == DARK
    expect(nadia.page.locator("html")).to_have_attribute("data-contrast", "more")
    nadia.page.get_by_text("Affichage").click()
    expect(nadia.page.get_by_label("Sombre")).to_be_checked()
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.get_by_label("Sombre")).to_be_hidden()


def test_display_settings_work_without_script(server: Server, visitor: Visitor) -> None:
    nadia = visitor(script=False)
    nadia.page.goto(f"{server.base}/credits")
    nadia.page.get_by_text("Affichage").click()
    nadia.page.get_by_label("Sombre").check()
    nadia.page.get_by_role("button", name="Appliquer").click()
    expect(nadia.page.locator("html")).to_have_attribute("data-theme", "dark")
    nadia.page.goto(server.base)
    expect(nadia.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_invitation_leaves_the_address_bar_and_a_broken_one_is_said(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    bruno = visitor()
    bruno.page.goto(f"{server.base}/i#{workshop['invitations']['observer']}")
    expect(bruno.page).to_have_url(f"{server.base}/i")
    bruno.page.get_by_label("Votre prénom").fill("Bruno")
    bruno.page.get_by_role("button", name="Prendre place").click()
    bruno.page.wait_for_url("**/atelier/**")

    for link, sentence in (
        ("/i", "Ce lien est incomplet"),
        ("/i#perdu", "Ce lien d’invitation n’est plus valable"),
    ):
        lost = visitor()
        lost.page.goto(f"{server.base}{link}")
        lost.page.get_by_label("Votre prénom").fill("Inès")
        lost.page.get_by_role("button", name="Prendre place").click()
        expect(lost.page.get_by_role("alert")).to_contain_text(sentence)


def test_a_workshop_is_erased_only_with_its_title(server: Server, visitor: Visitor) -> None:
    ines = visitor()
    ines.page.goto(f"{server.base}/creer")
    ines.page.get_by_label("Titre de l’atelier").fill("Jardin partagé")
    ines.page.get_by_role("button", name="Créer l’atelier").click()
    door = ines.page.get_by_label("Lien à partager").input_value()
    ines.page.get_by_role("link", name="Droits et conservation").click()
    ines.page.get_by_role("button", name="Effacer maintenant…").click()
    erase = ines.page.get_by_role("dialog").get_by_role("button", name="Effacer", exact=True)
    ines.page.get_by_label("Recopiez le nom de l’atelier").fill("Jardin")
    expect(erase).to_be_disabled()
    ines.page.get_by_label("Recopiez le nom de l’atelier").fill("Jardin partagé")
    erase.click()
    expect(ines.page.get_by_role("heading", name="L’atelier est effacé")).to_be_visible()
    ines.page.goto(door)
    expect(ines.page.get_by_role("alert")).to_contain_text("Ce code ne mène à aucun atelier")
