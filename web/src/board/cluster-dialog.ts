// The title of a cluster: asked when notes are grouped, and when it is renamed.

import { openForm } from "../ui/form-dialog";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import { groupNotes, renameCluster, ungroupNotes } from "./actions";
import type { Atelier } from "./atelier";

const MOST_TITLE = 200;

function field(value: string): HTMLInputElement {
  const input = make("input", {
    class: "input",
    id: "cluster-title",
    maxlength: MOST_TITLE,
    autocomplete: "off",
  });
  input.value = value;
  return input;
}

/** Group these notes under a title that the person gives. */
export function askGroup(app: Atelier, ids: readonly string[]): void {
  if (ids.length === 0 || !app.mayWrite) return;
  const title = field("");
  openForm({
    title: tn("Regrouper {n} note", "Regrouper {n} notes", ids.length),
    body: [make("label", { class: "field", for: title.id }, make("span", {}, t("Titre du groupe")), title)],
    stay: t("Annuler"),
    act: t("Regrouper"),
    focus: title,
    done: () => groupNotes(app, ids, title.value),
  });
}

/** Rename a cluster, or take it apart. */
export function askTitle(app: Atelier, id: string): void {
  const cluster = app.document?.contents.cluster(id);
  if (!cluster || !app.mayWrite) return;
  const title = field(cluster.title);
  openForm({
    title: t("Renommer le groupe"),
    body: [make("label", { class: "field", for: title.id }, make("span", {}, t("Titre du groupe")), title)],
    stay: t("Annuler"),
    act: t("Renommer"),
    focus: title,
    done: () => renameCluster(app, id, title.value),
    other: {
      label: t("Dégrouper"),
      done: () => ungroupNotes(app, [...(app.document?.contents.membersOf(id) ?? [])]),
    },
  });
}
