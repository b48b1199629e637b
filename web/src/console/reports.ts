// Reports of the groups, one after the other, each with its time; who has had their turn; and the canvases of
// the groups brought together.

import { html, nothing, render } from "lit";
import { pool, poolWords } from "../deck/pool";
import type { Group } from "../model/page";
import { t } from "../ui/i18n";
import { openMenu } from "../ui/menu";
import { picture } from "../ui/picture";
import { stepNow } from "./agenda";
import type { Console } from "./state";
import { pressOnce, Steady } from "./steady";

/** What the kit gives a group. */
const MINUTES = 6;

export function attachReports(app: Console): () => void {
  const host = document.createElement("div");
  document.getElementById("acts")?.after(host);
  pressOnce(host);
  const steady = new Steady(() => app.changed());
  let told = "";
  return () => render(isTime(app) ? card(app, steady, told, (words) => (told = words)) : nothing, host);
}

/** From the first plenary of convergence on, and as long as a group is being listened to. */
function isTime(app: Console): boolean {
  const { workshop } = app;
  if (app.closed || workshop.status === "draft" || workshop.groups.length < 2) return false;
  const phase = stepNow(workshop)?.phase;
  return phase === "convergence" || phase === "synthesis" || Boolean(now(app));
}

function now(app: Console): Group | undefined {
  const id = app.workshop.timer.reporting ?? app.workshop.shown;
  return app.workshop.groups.find((group) => group.id === id);
}

function start(app: Console, group: Group): Promise<boolean> {
  return app.run(
    { type: "timer.start", minutes: MINUTES, reporting: group.id },
    t("{name} restitue : tout le monde lit ses fiches.", { name: group.name }),
  );
}

function card(app: Console, steady: Steady, told: string, tell: (words: string) => void) {
  const { groups, reported = [] } = app.workshop;
  const reporting = now(app);
  const next = groups.find((group) => !reported.includes(group.id));
  const label = next ? t("Restitution : {name}, {n} min", { name: next.name, n: MINUTES }) : "";
  const counts = steady.means(label);
  const apart = Object.values(app.workshop.board_rooms ?? {}).includes("convergence");
  const had = groups.filter(({ id }) => reported.includes(id)).length;
  return html`<section class="card reports" aria-labelledby="reports-title">
    <div class="row"><h3 class="grow" id="reports-title">${t("Restitutions")}</h3>
      <span class="muted tnum">${t("{n} sur {most}", { n: had, most: groups.length })}</span></div>
    <ul>${groups.map((group) => line(app, group, reporting, reported.includes(group.id)))}</ul>
    ${next ? html`<button class="btn full ${reporting ? "" : "primary"}" id="report-next" type="button" aria-disabled=${counts ? nothing : "true"} @click=${() => void steady.press(() => start(app, next))}>${picture("presentation", 17)}<span>${label}</span></button>` : nothing}
    ${
      apart
        ? html`<button class="btn full" id="pool" type="button" aria-describedby="pool-about" @click=${async () => {
            const { words } = await pool(app);
            tell(words);
            app.announcer.say(words);
            app.changed();
          }}>${picture("group", 17)}<span>${t("Mettre en commun les canevas des groupes")}</span></button>
          <p class="muted fine" id="pool-about">${told || poolWords()}</p>`
        : nothing
    }</section>`;
}

function line(app: Console, group: Group, reporting: Group | undefined, had: boolean) {
  const here = reporting?.id === group.id;
  const words = here ? t("restitue") : had ? t("a restitué") : t("à venir");
  const open = (event: Event) =>
    openMenu(event.currentTarget as HTMLElement, t("Restitution de {name}", { name: group.name }), [
      {
        label: here ? t("Reprendre à {n} min", { n: MINUTES }) : t("Restituer, {n} min", { n: MINUTES }),
        icon: "timer",
        done: () => void again(app, group, here),
      },
      app.workshop.shown === group.id
        ? {
            label: t("Ne plus montrer ses fiches"),
            icon: "eye-off",
            done: () =>
              void app.run({ type: "report.show", group: null }, t("Chacun est de retour à sa table.")),
          }
        : {
            label: t("Montrer la fiche du groupe {name}", { name: group.name }),
            icon: "eye",
            done: () =>
              void app.run(
                { type: "report.show", group: group.id },
                t("Tout le monde lit les fiches de {name}.", { name: group.name }),
              ),
          },
      ...(app.workshop.timer.reporting === group.id
        ? [
            {
              label: t("Terminer sa restitution"),
              icon: "square",
              done: () => void app.run({ type: "timer.stop" }, t("Chacun est de retour à sa table.")),
            },
          ]
        : []),
    ]);
  return html`<li class=${here ? "here" : had ? "had" : ""}>${picture(here ? "circle-dot" : had ? "check" : "circle", 15)}
    <span class="grow" title=${`${group.name}, ${words}`}>${group.name}<span class="sr">, ${words}</span></span>
    <button class="btn icon xs ghost" type="button" aria-haspopup="menu" aria-label=${t("Restitution de {name}", { name: group.name })} @click=${open}>${picture("more-horizontal", 16)}</button></li>`;
}

/** Its time from the beginning: a report that runs is ended first. */
async function again(app: Console, group: Group, here: boolean): Promise<void> {
  if (here && app.workshop.timer.reporting === group.id && !(await app.run({ type: "timer.stop" }))) return;
  await start(app, group);
}
