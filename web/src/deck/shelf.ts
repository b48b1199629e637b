// The shelf of links, by what they are about. Nothing is asked of the sites they lead to.

import { html } from "lit";
import type { Library } from "../model/library";
import { t, typo } from "../ui/i18n";

export function shelfNames(): Record<Library["links"][number]["about"], string> {
  return {
    testimony: t("Témoignages"),
    catalogue: t("Catalogues où chercher"),
    toolbox: t("Boîtes à outils"),
    licence: t("Licences"),
  };
}

export function links(library: Library) {
  const names = shelfNames();
  const shelves = [...new Set(library.links.map(({ about }) => about))];
  return html`<div class="deckbody shelf" tabindex="0" role="region" aria-label=${t("Ressources")}>
    <p class="soft">${t("Ces liens ouvrent d'autres sites, dans un autre onglet.")}</p>
    ${shelves.map(
      (about) =>
        html`<section><h3>${names[about]}</h3><ul>${library.links
          .filter((one) => one.about === about)
          .map(
            (one) =>
              html`<li><a href=${one.url} target="_blank" rel="noopener noreferrer">${typo(one.title)}</a> <span class="soft">${typo(one.text)}</span></li>`,
          )}</ul></section>`,
    )}</div>`;
}
