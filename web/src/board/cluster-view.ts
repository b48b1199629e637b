// Clusters on the board: a frame around the notes that belong together, with their title on its edge.

import { noteHeight, toPixels, type ZoneLayout } from "../model/layout";
import type { Cluster, Note } from "../model/page";
import { t, tn } from "../ui/i18n";
import { make } from "../ui/icon";
import type { Atelier } from "./atelier";
import { askTitle } from "./cluster-dialog";

const EDGE = 6;
const TITLE = 12;

/** Draw the frames of a zone's clusters into `host`; elements that stay are kept, with their focus. */
export function drawClusters(
  app: Atelier,
  host: HTMLElement,
  notes: readonly Note[],
  layout: ZoneLayout,
): void {
  const groups = new Map<string, { cluster: Cluster; notes: Note[] }>();
  for (const note of notes) {
    const cluster = app.document?.contents.clusterOf(note);
    if (!cluster) continue;
    const group = groups.get(cluster.id) ?? { cluster, notes: [] };
    group.notes.push(note);
    groups.set(cluster.id, group);
  }
  for (const frame of host.querySelectorAll<HTMLElement>(".cluster"))
    if (!groups.has(frame.dataset.cluster ?? "")) frame.remove();
  for (const { cluster, notes: members } of groups.values()) {
    let frame = host.querySelector<HTMLElement>(`[data-cluster="${CSS.escape(cluster.id)}"]`);
    if (!frame) {
      frame = newFrame(app, cluster.id);
      host.append(frame);
    }
    const boxes = members.map((note) => ({
      ...toPixels(note.place, layout.body, layout.size),
      height: noteHeight(layout, note.text),
    }));
    const lowest = layout.body.top + layout.body.height;
    const left = Math.min(...boxes.map((box) => box.left)) - EDGE;
    const top = Math.min(...boxes.map((box) => Math.min(box.top, lowest - box.height))) - EDGE - TITLE;
    const right = Math.max(...boxes.map((box) => box.left + layout.size.width)) + EDGE;
    const bottom = Math.max(...boxes.map((box) => Math.min(box.top + box.height, lowest))) + EDGE;
    frame.style.left = `${left}px`;
    frame.style.top = `${top}px`;
    frame.style.width = `${right - left}px`;
    frame.style.height = `${bottom - top}px`;
    const title = frame.querySelector("button") as HTMLButtonElement;
    title.textContent = cluster.title || t("Sans titre");
    title.setAttribute(
      "aria-label",
      tn("Groupe {title}, {n} note. Renommer", "Groupe {title}, {n} notes. Renommer", members.length, {
        title: cluster.title || t("Sans titre"),
      }),
    );
  }
}

function newFrame(app: Atelier, id: string): HTMLElement {
  const title = make("button", { type: "button", class: "ctitle", tabindex: -1 });
  title.addEventListener("click", () => {
    const members = [...(app.document?.contents.membersOf(id) ?? [])];
    const all = app.targets();
    // a first press takes the whole group, a second one renames it
    if (members.length > 1 && !members.every((one) => all.includes(one))) app.choose(members);
    else askTitle(app, id);
  });
  return make("div", { class: "cluster", "data-cluster": id }, title);
}
