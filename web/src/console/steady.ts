// A button that means something else as soon as it was pressed: a press does what its words said when they
// could be read, once. A second press, a key that is held and a change under the pointer do nothing.

export const REST_MS = 800;

export class Steady {
  private meant: string | null = null;
  private restsUntil = 0;
  private acting = false;

  /** `redraw` when a press counts again. */
  constructor(private readonly redraw: () => void) {}

  /** What the button does now; whether a press of it counts. */
  means(what: string): boolean {
    if (this.meant !== null && what !== this.meant) this.rest();
    this.meant = what;
    return this.counts;
  }

  get counts(): boolean {
    return !this.acting && Date.now() >= this.restsUntil;
  }

  async press(act: () => Promise<unknown>): Promise<void> {
    if (!this.counts) return;
    this.acting = true;
    try {
      await act();
    } finally {
      this.acting = false;
      this.rest();
    }
  }

  private rest(): void {
    this.restsUntil = Date.now() + REST_MS;
    setTimeout(this.redraw, REST_MS);
  }
}

/** A key that is held presses a button again and again: once is meant. */
export function pressOnce(host: HTMLElement): void {
  host.addEventListener("keydown", (event) => {
    if (
      event.repeat &&
      (event.key === "Enter" || event.key === " ") &&
      event.target instanceof HTMLButtonElement
    )
      event.preventDefault();
  });
}
