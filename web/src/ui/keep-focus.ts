// A page that is drawn anew takes the button that was pressed away: the focus goes to what stands in its place.

const NEXT = 'button:not([disabled]), a[href], input, select, textarea, [tabindex="-1"]';

export function keepingFocus(draw: () => void): void {
  const had = document.activeElement;
  const around: Element[] = [];
  for (let one = had?.parentElement ?? null; one !== null && one !== document.body; one = one.parentElement)
    around.push(one);
  draw();
  if (had === null || had.isConnected) return;
  for (const one of around) {
    const next = one.isConnected ? one.querySelector<HTMLElement>(NEXT) : null;
    if (next === null) continue;
    next.focus({ preventScroll: true });
    return;
  }
}
