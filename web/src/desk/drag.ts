// Taking something of a list to another place with a pointer: a step in the agenda, a person to a group.
// Everything it does can be done with buttons, too.

const FAR_PX = 4;

export interface Draggable {
  /** What is pressed to begin. */
  handle: string;
  /** What moves: the handle itself, or around it. */
  item: string;
  target: string;
  /** `after`: in the lower half of the target. */
  drop(item: HTMLElement, target: HTMLElement, after: boolean): void;
}

export function attachDrag(host: HTMLElement, draggable: Draggable): void {
  host.addEventListener("pointerdown", (event) => {
    const handle = (event.target as Element).closest<HTMLElement>(draggable.handle);
    const item = handle?.closest<HTMLElement>(draggable.item);
    if (item && event.button === 0 && event.isPrimary) follow(draggable, item, event);
  });
}

function follow({ target, drop }: Draggable, item: HTMLElement, from: PointerEvent): void {
  const ended = new AbortController();
  const { signal } = ended;
  let moving = false;
  let over: HTMLElement | null = null;
  let after = false;

  const show = (next: HTMLElement | null) => {
    if (next !== over) over?.classList.remove("over", "below");
    over = next;
    over?.classList.add("over");
    over?.classList.toggle("below", after);
  };
  const end = () => {
    ended.abort();
    show(null);
    item.classList.remove("dragged");
    item.style.transform = "";
  };
  const move = (event: PointerEvent) => {
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    if (!moving && Math.hypot(x, y) < FAR_PX) return;
    moving = true;
    item.classList.add("dragged");
    item.style.transform = `translate(${x}px, ${y}px)`;
    const there =
      document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(target) ?? null;
    const box = there?.getBoundingClientRect();
    after = box !== undefined && event.clientY > box.top + box.height / 2;
    show(there);
  };
  const release = () => {
    const [there, below] = [over, after];
    end();
    if (!moving) return;
    // the press was a move: the click that may follow at once is none
    const swallow = (event: Event) => event.stopPropagation();
    addEventListener("click", swallow, { capture: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    if (there && there !== item) drop(item, there, below);
  };
  addEventListener("pointermove", move, { signal });
  addEventListener("pointerup", release, { signal });
  addEventListener("pointercancel", end, { signal });
  addEventListener("keydown", (event) => event.key === "Escape" && end(), { signal });
}
