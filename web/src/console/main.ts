// The page /animation/{id}: all groups at a glance, and what facilitation does. Takes over what the server drew.

import { html, nothing, render } from "lit";
import { phaseItems } from "../board/phases";
import { initials } from "../model/page";
import { attachDisplay } from "../pages/display";
import { Announcer } from "../ui/announce";
import { reasonOf } from "../ui/close-reason";
import { setLanguage, t } from "../ui/i18n";
import { setSprite } from "../ui/icon";
import { picture } from "../ui/picture";
import { attachActs } from "./acts";
import { attachAgenda } from "./agenda-panel";
import { attention } from "./attention";
import { attachCards } from "./cards";
import { showCode } from "./dialogs";
import { attachFeed } from "./feed";
import { attachKeys } from "./keys";
import { attachDrag } from "./people-move";
import { attachRehearsal } from "./rehearsal";
import { attachReports } from "./reports";
import { Console, type ConsoleData } from "./state";
import { attachTimer } from "./timer";

const PHONE = matchMedia("(max-width: 43.75em)");
/** How often what only time changes is looked at again: silences, lines of the feed, the end. */
const AGES_MS = 10_000;

function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

function start(): void {
  const data = JSON.parse(byId("page-data").textContent ?? "{}") as ConsoleData;
  setLanguage(data.language, data.messages);
  setSprite(document.documentElement.dataset.sprite ?? "");
  attachDisplay();
  const app = new Console(data, new Announcer(byId("polite"), byId("assertive")));

  arrange();
  PHONE.addEventListener("change", arrange);
  byId("status").replaceChildren();
  const cards = attachCards(app);
  const agenda = attachAgenda(app);
  const timer = attachTimer(app);
  const acts = attachActs(app);
  const reports = attachReports(app);
  const feed = attachFeed(app);
  const rehearsal = attachRehearsal(app);
  const draw = () => {
    const facts = app.facts;
    const items = attention(facts);
    render(phaseItems(app.workshop, app.workshop.groups[0]), byId("phases"));
    drawTop(app);
    agenda();
    timer();
    acts();
    reports();
    cards(facts, items);
    feed(items);
    rehearsal(facts);
  };
  app.onChange(draw);
  draw();
  setInterval(() => app.changed(), AGES_MS);
  addEventListener("resize", () => app.changed());
  // colours are drawn into the miniatures
  const looks = new MutationObserver(() => app.changed());
  looks.observe(document.documentElement, { attributeFilter: ["data-theme", "data-contrast"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.changed());
  attachDrag(app, byId("groups"));
  attachKeys(app);
  byId("code").addEventListener("click", () => showCode(app));
}

/** On a phone what is needed at once comes first, also for who goes through the page by keyboard or by ear. */
function arrange(): void {
  const [left, right, next, columns] = [byId("left"), byId("right"), byId("next"), byId("columns")];
  if (PHONE.matches) {
    byId("timer").after(next);
    columns.prepend(right);
    columns.append(left);
  } else {
    left.append(next);
    columns.prepend(left);
    columns.append(right);
  }
}

function drawTop(app: Console): void {
  const status = byId("status");
  const [state, words, name] = app.ended
    ? ["ended", t("Accès terminé"), "cloud-off"]
    : app.online && app.joined
      ? ["saved", t("À jour"), "cloud-check"]
      : app.joined
        ? ["offline", t("Hors ligne. L'affichage date de la coupure."), "cloud-off"]
        : ["joining", t("Connexion…"), "loader"];
  status.dataset.state = state;
  render(html`${picture(name, 18)}<span>${words}</span>`, status);
  const hosts = app.workshop.people.filter((one) => one.role === "organiser" || one.role === "facilitator");
  render(
    hosts.map(
      (one) =>
        html`<li class="av c-${one.colour}" title=${one.name}><span aria-hidden="true">${initials(one.name)}</span><span class="sr">${one.name}</span></li>`,
    ),
    byId("hosts"),
  );
  const names = `${t("Animation")} · ${hosts.map((one) => one.name).join(", ")}`;
  const line = byId("hostnames");
  if (line.title !== names) line.textContent = line.title = names;
  const notice = byId("notice");
  const problem = app.ended === null ? app.problem : reasonOf(app.ended);
  notice.hidden = problem === null;
  render(
    problem === null
      ? nothing
      : html`${picture("alert-triangle", 19)}<p class="grow">${problem}</p>${
          app.ended === null
            ? html`<button class="btn icon xs ghost" type="button" aria-label=${t("Fermer")} @click=${() => {
                app.problem = null;
                app.changed();
                byId("headline").focus({ preventScroll: true });
              }}>${picture("x", 16)}</button>`
            : nothing
        }`,
    notice,
  );
}

start();
