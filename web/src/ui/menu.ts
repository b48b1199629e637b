// A small menu at a button or a point: arrows and letters move in it, Escape and a press outside close it.

import { icon, make } from "./icon";

export interface MenuItem {
  label: string;
  icon: string;
  /** The key that does the same without the menu. */
  key?: string;
  done: () => void;
}

let close: (() => void) | null = null;

/** Open a menu; another one that is open goes. The focus comes back to where it was. */
export function openMenu(
  at: HTMLElement | { x: number; y: number },
  label: string,
  items: readonly MenuItem[],
): void {
  close?.();
  const opener = document.activeElement;
  const buttons = items.map((item) => {
    const button = make(
      "button",
      { type: "button", role: "menuitem", tabindex: -1 },
      icon(item.icon, 17),
      make("span", {}, item.label),
    );
    if (item.key) button.append(make("kbd", { class: "kbd" }, item.key));
    button.addEventListener("click", () => {
      leave(true);
      item.done();
    });
    return button;
  });
  const menu = make("div", { class: "popmenu", role: "menu", "aria-label": label }, ...buttons);
  // within the main landmark, where screen readers look for it
  (document.getElementById("main") ?? document.body).append(menu);
  const from = at instanceof HTMLElement ? at.getBoundingClientRect() : null;
  const [x, low, high] = from
    ? [from.left, from.bottom + 6, from.top - 6]
    : [pointX(at), pointY(at), pointY(at)];
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  const below = low + height + 8 <= innerHeight;
  menu.style.top = `${below ? low : Math.max(8, high - height)}px`;

  const outside = (event: Event) => {
    if (!menu.contains(event.target as Node)) leave(false);
  };
  const leave = (back: boolean) => {
    close = null;
    menu.remove();
    removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", away);
    if (back && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  };
  const away = () => leave(false);
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const go = (to: number) => buttons[(to + buttons.length) % buttons.length]?.focus();
    if (event.key === "Escape" || event.key === "Tab") leave(true);
    else if (event.key === "ArrowDown") go(here + 1);
    else if (event.key === "ArrowUp") go(here - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(-1);
    else if ([...event.key].length === 1 && event.key !== " ") {
      const order = [...buttons.slice(here + 1), ...buttons.slice(0, here + 1)];
      const letter = event.key.toLocaleLowerCase();
      order.find((button) => button.textContent?.trim().toLocaleLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
  });
  addEventListener("pointerdown", outside, true);
  addEventListener("resize", away);
  close = away;
  buttons[0]?.focus();
}

const pointX = (at: HTMLElement | { x: number; y: number }) => ("x" in at ? at.x : 0);
const pointY = (at: HTMLElement | { x: number; y: number }) => ("y" in at ? at.y : 0);
