// The kit itself: its name, its languages, which sheets and canvases it has, where it comes from.

import { html, nothing } from "lit";
import { handed } from "../desk/parts";
import { t, tn, typo } from "../ui/i18n";
import type { Editor } from "./editor";
import { act, bothLanguages, check } from "./fields";
import { changed, LANGUAGES, MODULES, moduleOf, withModule } from "./kit";
import { languageName } from "./words";

const TITLE_CHARS = 80;

export function kitPanel(editor: Editor, link: string | null, remove: () => void) {
  const { kit, base } = editor;
  const edit = (key: string, change: (copy: typeof kit) => void) =>
    editor.take(changed(editor.kit, change), key);
  const held = new Set(kit.templates.map((board) => moduleOf(board.id)));
  const offered = new Set(base.templates.map((board) => moduleOf(board.id)));
  const names: Record<string, string> = {
    sheet1: t("Fiche 1"),
    sheet2: t("Fiche 2"),
    sheet3: t("Fiche 3"),
    governance: t("Canevas gouvernance"),
    economic: t("Canevas modèle économique"),
  };
  return html`<div class="kforms"><section class="card kpanel"><h2 tabindex="-1" id="kpanel-title">${t("Le jeu")}</h2>
    ${bothLanguages(t("Nom du jeu"), kit.titles, kit.lang, TITLE_CHARS, "title", (code, text) =>
      edit(`kit.title.${code}`, (copy) => {
        copy.titles[code] = text;
      }),
    )}
    <fieldset><legend>${t("Langues")}</legend><div class="ticks">${LANGUAGES.map((code) =>
      check(
        languageName(code),
        kit.lang.includes(code),
        (on) =>
          edit("", (copy) => {
            copy.lang = LANGUAGES.filter((one) => (one === code ? on : copy.lang.includes(one)));
          }),
        kit.lang.length === 1 && kit.lang.includes(code),
      ),
    )}</div><p class="hint">${typo(t("Une langue décochée est déclarée manquante : l'autre est montrée à sa place."))}</p></fieldset>
    <fieldset><legend>${t("Fiches et canevas")}</legend><div class="ticks">${MODULES.filter((one) =>
      offered.has(one),
    ).map((one) =>
      check(
        names[one] ?? one,
        held.has(one),
        (on) => editor.take(withModule(editor.kit, base, one, on)),
        held.size === 1 && held.has(one),
      ),
    )}</div></fieldset></section>
    <section class="card kpanel"><h2>${t("Provenance et licence")}</h2>
    <p>${typo(t("Licence : CC BY-SA 4.0, comme le jeu dont il vient. Elle ne se change pas."))}</p>
    ${kit.derived_from === null ? nothing : html`<p class="soft">${typo(t("Adapté de {kit}, version {version}. Ses crédits restent, et le vôtre s'y ajoute.", { kit: kit.attribution.at(-1)?.title ?? kit.derived_from.id, version: kit.derived_from.version }))}</p>`}
    ${link === null ? nothing : html`<h3>${t("Votre lien de modification")}</h3><p class="soft">${typo(t("Sans compte ni mot de passe : qui l'a peut changer ce jeu. Gardez-le."))}</p>${handed(t("Lien secret"), link)}`}
    ${editor.published ? nothing : html`<p class="soft">${typo(tn("Tant qu'il n'est pas publié, il s'efface {n} jour après sa dernière ouverture.", "Tant qu'il n'est pas publié, il s'efface {n} jours après sa dernière ouverture.", editor.data.days))}</p>`}
    <div class="row acts">${act(t("Supprimer ce jeu"), "trash", remove, false, "ghost")}</div></section></div>`;
}
