// Keys on the lines of the list: from line to line, choosing several, up and down in reading order.

import { reorderNote } from "../board/actions";
import { linesOf, visible } from "./focus";
import type { ListView } from "./list-view";

export function listKeys(list: ListView, event: KeyboardEvent): void {
  const line = event.target as HTMLElement;
  const id = line.dataset?.id;
  if (!line.matches("li.ln") || id === undefined || event.isComposing || event.altKey) return;
  const command = event.ctrlKey || event.metaKey;
  const done = () => {
    event.preventDefault();
    event.stopPropagation();
  };
  const down = event.key === "ArrowDown" || event.key === "ArrowRight";
  const section = line.closest<HTMLElement>("section.zoneitem");
  if (down || event.key === "ArrowUp" || event.key === "ArrowLeft") {
    done();
    if (command) {
      reorderNote(list.app, id, down ? 1 : -1);
      return;
    }
    const lines = linesOf(list.host).filter(visible);
    const next = lines[lines.indexOf(line) + (down ? 1 : -1)];
    const nextId = next?.dataset.id;
    if (!next || nextId === undefined) return;
    if (event.shiftKey) list.extend(nextId, id);
    next.focus();
    return;
  }
  if (command && event.key.toLowerCase() === "a" && section) {
    done();
    list.pickOnly(linesOf(section).map((one) => one.dataset.id ?? ""));
    return;
  }
  if (command) return;
  switch (event.key) {
    case "Home":
    case "End": {
      done();
      const lines = section ? linesOf(section) : [];
      (event.key === "Home" ? lines[0] : lines.at(-1))?.focus();
      return;
    }
    case " ":
      done();
      list.pick(id);
      return;
    case "Escape":
      done();
      if (list.picked.size > 0) list.pickOnly([]);
      else section?.querySelector<HTMLElement>("h2")?.focus();
      return;
    case "F10":
    case "ContextMenu":
      if (event.key === "F10" && !event.shiftKey) return;
      done();
      list.menu(id);
  }
}
