// « À votre attention »: at most six lines, hands first, each with its one action.

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t, tn } from "../ui/i18n";
import { picture } from "../ui/picture";
import { type Item, MOST_LINES } from "./attention";
import { itemAction } from "./cards";
import type { Console } from "./state";
import { feedWords, LOOKS, PICTURES } from "./words";

const keyOf = (item: Item) => `${item.kind} ${item.person ?? item.group ?? ""}`;

export function attachFeed(app: Console): (items: readonly Item[]) => void {
  const host = document.getElementById("feed") as HTMLElement;
  let known: Set<string> | null = null;
  return (items) => {
    // a hand that goes up is said; those that were up when the page came are there to be read
    for (const item of items)
      if (item.kind === "hand" && known !== null && !known.has(keyOf(item)))
        app.announcer.say(
          item.group === null
            ? t("{name} lève la main dans la salle d'attente.", { name: item.name })
            : t("{name} lève la main, groupe {group}.", { name: item.name, group: item.groupName }),
        );
    if (app.joined) known = new Set(items.filter((item) => item.kind === "hand").map(keyOf));
    render(feed(app, items), host);
  };
}

function feed(app: Console, items: readonly Item[]) {
  const more = items.length - MOST_LINES;
  return html`<div class="row fhead"><h2 class="grow" id="feed-title" tabindex="-1">${t("À votre attention")}</h2>${items.length > 0 ? html`<span class="count">${items.length}</span>` : nothing}</div>
    ${
      items.length === 0
        ? html`<p class="soft">${t("Rien pour l'instant.")}</p>`
        : html`<ul aria-labelledby="feed-title">${repeat(items.slice(0, MOST_LINES), keyOf, (item) => line(app, item))}</ul>`
    }${more > 0 ? html`<p class="soft">${tn("et {n} autre", "et {n} autres", more)}</p>` : nothing}`;
}

async function lower(app: Console, { person }: Item): Promise<void> {
  // its line goes with the hand: who works by keyboard goes on from the list
  document.getElementById("feed-title")?.focus({ preventScroll: true });
  await app.run({ type: "hand.lower", person });
}

function line(app: Console, item: Item) {
  const { name, what, where } = feedWords(item, app.now);
  return html`<li><span class="ic ${LOOKS[item.kind]}">${picture(PICTURES[item.kind], 16)}</span>
    <span class="grow">${name ? html`<b>${name}</b> ` : nothing}${what}${where ? html`<br><span class="muted">${where}</span>` : nothing}</span>
    <span class="facts">${itemAction(app, item)}${
      item.kind === "hand"
        ? html`<button class="btn icon xs ghost" type="button" aria-label=${t("Baisser la main de {name}", { name: item.name })} title=${t("Baisser la main")} @click=${() => void lower(app, item)}>${picture("x", 15)}</button>`
        : nothing
    }</span></li>`;
}
