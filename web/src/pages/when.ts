// When a workshop is: the server wrote it in its own time zone, the browser says it in the reader's.

import { dayOf, inTown, sameDay, timeOf, timeZone, townOf } from "../model/when";

export function attachWhen(): void {
  for (const element of document.querySelectorAll<HTMLElement>("time[data-start]")) say(element);
}

function say(element: HTMLElement): void {
  const { start, end, words = "", city = "", today, late } = element.dataset;
  const from = Number(start);
  const language = document.documentElement.lang;
  const now = Date.now();
  const sentence = late && from < now ? late : today && sameDay(from, now) ? today : words;
  const values: Record<string, string> = {
    day: dayOf(from, language),
    from: timeOf(from, language),
    to: end ? timeOf(Number(end), language) : "",
    zone: inTown(city, townOf(timeZone())),
  };
  const said = sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  element.textContent = said.charAt(0).toLocaleUpperCase() + said.slice(1);
}
