// The conduct of the workshop as people at a table see it: bands above the board, calls beside it, the timer.

import { html, render } from "lit";
import type { Atelier } from "../board/atelier";
import { keepFocus } from "../board/notice";
import { t } from "../ui/i18n";
import { picture } from "../ui/picture";
import { Calls } from "./calls";
import { attachChime, chime } from "./chime";
import { attachHand, Ready } from "./hands";
import { Journey } from "./journey";
import { Leading } from "./leading";
import { openMessage } from "./message-dialog";
import { attachMoved, sayMoved } from "./moved";
import { attachSettings, wantsSound } from "./settings";
import { Steps } from "./steps";
import { attachTimer, timeNow } from "./timer";
import { Words } from "./words";

export function attachConduct(app: Atelier, leaveWriting: () => string | null): void {
  const host = (id: string) => document.getElementById(id) as HTMLElement;
  const [bands, calls] = [host("bands"), host("calls")];
  for (const one of [bands, calls]) keepFocus(one);
  let frame = 0;
  const soon = () => {
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
  };
  const journey = new Journey(app, leaveWriting);
  const leading = new Leading(app, soon);
  const words = new Words(app, soon);
  const steps = new Steps(app, journey, soon);
  const called = new Calls(app, journey, soon);
  const ready = new Ready(app, soon);
  const draw = () => {
    const over = timeNow(app)?.state === "over";
    render(
      html`${leading.draw()}${words.drawAnnouncement()}${over ? ended() : ""}${ready.drawCount()}${called.drawSpotlight()}${steps.draw()}`,
      bands,
    );
    render(html`${called.drawCall()}${ready.draw()}${words.drawWords()}`, calls);
  };
  // the board and the list begin under the bands
  const main = host("main");
  new ResizeObserver(() => main.style.setProperty("--bands", `${bands.offsetHeight}px`)).observe(bands);
  for (const what of ["workshop", "board", "time", "library"]) app.on(what, soon);
  attachSettings(app);
  attachChime(() => wantsSound(app));
  attachTimer(app, host("timer"), () => {
    if (!wantsSound(app)) return;
    try {
      chime();
    } catch (error) {
      console.warn(error); // this machine has no sound: the sign is there
    }
  });
  attachHand(app, host("hand") as HTMLButtonElement);
  document.getElementById("write-word")?.addEventListener("click", () => openMessage(app));
  document.getElementById("open-step")?.addEventListener("click", () => steps.toggle(true));
  attachMoved(app, leaveWriting);
  sayMoved(app);
  draw();
}

const ended = () =>
  html`<p class="band timeover">${picture("bell", 20)}<b>${t("Le temps est écoulé. Finissez votre phrase.")}</b></p>`;
