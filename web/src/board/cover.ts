// Pages that cover the boards (cards, the stock-take, a canvas that still loads): what lies under them takes no
// keys and no presses until the last of them is gone.

const covering = new Set<string>();

export function isCovered(): boolean {
  return covering.size > 0;
}

export function cover(what: string, covers: boolean): void {
  if (covers) covering.add(what);
  else covering.delete(what);
  for (const board of document.querySelectorAll<HTMLElement>("#board, #list"))
    board.inert = covering.size > 0;
}
