// The card « Imprimer »: sheets and canvases blank, with their explanations, or as they were filled; the booklet of
// who facilitates, and the slides to show them with.

import { html, nothing, type TemplateResult } from "lit";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import type { Desk } from "./desk";
import type { Names } from "./exports";

type Layout = "blank" | "annotated" | "filled";
type Whole = "guide" | "slide";

/** `names`: how people are named on what is filled. */
export function prints(desk: Desk, layouts: readonly Layout[], names: Names = "none"): TemplateResult {
  const online = navigator.onLine;
  const { id, modules = [] } = desk.workshop;
  const sheets = modules.some((module) => module.startsWith("sheet"));
  const canvases = modules.some((module) => !module.startsWith("sheet"));
  const words: Record<Layout, string> = {
    blank: t("Vierges"),
    annotated: t("Annotés"),
    filled: t("Remplis"),
  };
  const link = (query: Record<string, string>, name: string, label: string, icon = "printer") => {
    const look = html`${picture(icon, 16)}${name}`;
    if (!online)
      return html`<button class="btn sm" type="button" aria-disabled="true" aria-label=${label}>${look}</button>`;
    return html`<a class="btn sm" download href=${`/api/workshops/${id}/export.pdf?${new URLSearchParams({ ...query, language: desk.data.language })}`}
      aria-label=${label}>${look}</a>`;
  };
  const some = (layout: Layout, set: "sheets" | "canvases", name: string) =>
    link({ layout, set, names }, name, `${name}, ${words[layout].toLocaleLowerCase()} (PDF)`);
  const whole = (layout: Whole, name: string, icon: string) => link({ layout }, name, `${name} (PDF)`, icon);
  return html`<section class="card prints" aria-labelledby="prints-title"><h2 id="prints-title">${t("Imprimer")}</h2>
    <dl>${layouts.map(
      (layout) => html`<div class="choice"><dt>${words[layout]}</dt>
        <dd>${sheets ? some(layout, "sheets", t("Fiches, A4")) : nothing} ${canvases ? some(layout, "canvases", t("Canevas, A3")) : nothing}</dd></div>`,
    )}<div class="choice"><dt>${t("Pour animer")}</dt>
        <dd>${whole("guide", t("Livret"), "book-open")} ${whole("slide", t("Diapositives"), "presentation")}</dd></div></dl>
    ${online ? nothing : html`<p class="alert warn">${picture("cloud-off", 20)}<span>${t("Hors ligne. Le téléchargement attend le retour du réseau.")}</span></p>`}
    <p class="fine">${t("À taille réelle, sans mise à l'échelle. Chaque page porte un code QR vers sa zone.")} <a href=${`/organisation/${id}/feuille`}>${t("Feuille à imprimer")}</a></p></section>`;
}
