// Tags of one or several notes: words between commas, with those of the room proposed.

import { openForm } from "../ui/form-dialog";
import { t } from "../ui/i18n";
import { make } from "../ui/icon";
import { MOST_TAG_CHARS, MOST_TAGS, tagNotes } from "./actions";
import type { Atelier } from "./atelier";

const words = (text: string) =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

export function askTags(app: Atelier, ids: readonly string[]): void {
  const notes = ids.map((id) => app.note(id)).filter((note) => note !== null);
  if (notes.length === 0) return;
  const shared = (notes[0]?.tags ?? []).filter((tag) => notes.every((note) => note.tags?.includes(tag)));
  const field = make("input", { class: "input", id: "tags", autocomplete: "off", spellcheck: "true" });
  field.value = shared.join(", ");
  const known = new Set(app.document?.all().flatMap((note) => note.tags ?? []) ?? []);
  const chips = [...known]
    .sort((a, b) => a.localeCompare(b))
    .map((tag) => {
      const chip = make("button", { type: "button", class: "btn xs" }, tag);
      chip.addEventListener("click", () => {
        const all = words(field.value);
        const at = all.indexOf(tag);
        if (at >= 0) all.splice(at, 1);
        else all.push(tag);
        field.value = all.join(", ");
        field.focus();
      });
      return chip;
    });
  openForm({
    title: t("Étiquettes"),
    body: [
      make(
        "label",
        { class: "field", for: field.id },
        make("span", {}, t("Mots séparés par des virgules")),
        field,
      ),
      ...(chips.length > 0
        ? [
            make(
              "div",
              { class: "row wrap", role: "group", "aria-label": t("Étiquettes de la salle") },
              ...chips,
            ),
          ]
        : []),
      make("p", { class: "soft" }, t("Douze étiquettes par note au plus.")),
    ],
    stay: t("Annuler"),
    act: t("Enregistrer"),
    focus: field,
    ready: () =>
      words(field.value).length <= MOST_TAGS &&
      words(field.value).every((word) => [...word].length <= MOST_TAG_CHARS),
    done: () => {
      const wanted = words(field.value);
      tagNotes(app, ids, (tags) => [
        ...tags.filter((tag) => !shared.includes(tag) || wanted.includes(tag)),
        ...wanted,
      ]);
    },
  });
}
