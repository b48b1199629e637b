// Where the focus of the list is, and where it goes when what had it is gone.

/** Call before drawing; call the answer after. A line that went away leaves the focus to the next one. */
export function holdFocus(host: HTMLElement): () => void {
  const held = document.activeElement;
  if (!(held instanceof HTMLElement) || !host.contains(held)) return () => {};
  const zone = held.closest<HTMLElement>("section.zoneitem");
  const line = held.closest<HTMLElement>("li.ln");
  const lines = zone ? linesOf(zone) : [];
  const at = line ? lines.indexOf(line) : -1;
  const after = at < 0 ? [] : [...lines.slice(at + 1), ...lines.slice(0, at).reverse()];
  return () => {
    if (document.activeElement === held && visible(held)) return;
    const same = line && visible(line) ? line : null;
    const next =
      [visible(held) ? held : null, same, ...after].find((one) => one?.isConnected && visible(one)) ??
      zone?.querySelector<HTMLElement>("h2") ??
      host.querySelector<HTMLElement>("h1");
    next?.focus({ preventScroll: same !== null });
  };
}

export function linesOf(within: ParentNode): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>("li.ln")];
}

export function visible(element: HTMLElement): boolean {
  return element.isConnected && element.getClientRects().length > 0;
}
