// Publishing: what was changed, in each language, and by whom. The licence is only read.

import { openForm } from "../ui/form-dialog";
import { t, typo } from "../ui/i18n";
import { make } from "../ui/icon";
import { type Editor, isOvertaken, Refused, type There } from "./editor";
import { languageName, titled } from "./words";

const CHANGES_CHARS = 600;

export function openPublish(editor: Editor, done: (said: string) => void): void {
  const { kit, checked } = editor;
  const areas = kit.lang.map((code) => {
    const area = make("textarea", {
      class: "input",
      lang: code,
      maxlength: CHANGES_CHARS,
      rows: 3,
      "data-changes": code,
    });
    area.value = kit.changes[code] || checked.suggested[code] || "";
    return [code, area] as const;
  });
  const authors = make("input", { maxlength: 200, autocomplete: "off", "data-authors": true });
  authors.value = kit.authors.join(", ");
  const field = (words: string, input: HTMLElement, wrapped: boolean) =>
    make(
      "label",
      { class: "field" },
      make("span", {}, words),
      wrapped ? make("span", { class: "input" }, input) : input,
    );
  const mail = make("a", { class: "btn sm ghost", href: mailto(editor) }, t("Prévenir inno³ par courriel"));
  openForm({
    title: t("Publier ce jeu"),
    wide: true,
    body: [
      make(
        "p",
        { class: "soft" },
        typo(
          t("Tout le monde pourra le lire, s'en servir et l'adapter. Vous pourrez le retirer de la galerie."),
        ),
      ),
      ...areas.map(([code, area]) =>
        field(
          t("Ce que vous avez changé, {language}", { language: languageName(code).toLowerCase() }),
          area,
          false,
        ),
      ),
      field(t("Vos noms, séparés par des virgules (facultatif)"), authors, true),
      make(
        "p",
        { class: "soft" },
        typo(t("Licence : CC BY-SA 4.0. Version {version}.", { version: checked.version })),
      ),
      make("p", {}, mail),
    ],
    stay: t("Ne rien changer"),
    act: t("Publier"),
    ready: () => areas.every(([, area]) => area.value.trim().length > 2),
    ...(areas[0] ? { focus: areas[0][1] } : {}),
    done: () => {
      const changes = Object.fromEntries(areas.map(([code, area]) => [code, area.value.trim()]));
      const names = authors.value
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean);
      void publish(editor, changes, names).then(done);
    },
  });
}

async function publish(editor: Editor, changes: Record<string, string>, authors: string[]): Promise<string> {
  const away = t("Le serveur ne répond pas. Réessayez dans un instant.");
  try {
    if (!(await editor.save())) return editor.notice ?? away;
    const { revision } = editor;
    editor.follow(await editor.ask<There>("POST", "/publish", { revision, changes, authors }));
    editor.kit = { ...editor.kit, changes, authors };
    editor.notice = null;
    return t("Ce jeu est dans la galerie, en version {version}.", { version: editor.checked.version });
  } catch (error) {
    if (isOvertaken(error)) return await reread(editor).catch(() => away);
    editor.notice = error instanceof Refused ? error.message : away;
    return editor.notice;
  }
}

/** What would be published is not what was read: nothing is, and what others made of it is shown. */
async function reread(editor: Editor): Promise<string> {
  await editor.rejoin();
  return t("Ce jeu vient d'être changé ailleurs : relisez-le, puis publiez-le.");
}

/** A mail that the authors of the kit ask for. */
function mailto(editor: Editor): string {
  const { kit, checked, data } = editor;
  const subject = t("Une adaptation de votre kit");
  const body = [titled(kit.titles), titled(checked.suggested), `${location.origin}/gabarits/${data.id}`].join(
    "\n\n",
  );
  return `mailto:${data.mail}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
