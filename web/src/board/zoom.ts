// How large the board is shown: fitted to the window unless somebody zooms, 50 to 400 %.

import { t } from "../ui/i18n";
import type { BoardView } from "./board-view";

const LEAST = 0.5;
const MOST = 4;
const STEP = 1.2;

export class Zoom {
  scale = 1;
  private fitted = true;

  constructor(
    private readonly view: BoardView,
    private readonly label: HTMLElement,
    private readonly margins: () => { x: number; top: number; bottom: number },
  ) {
    new ResizeObserver(() => this.fitted && this.fit()).observe(view.host);
    view.host.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.to(this.scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1), event);
      },
      { passive: false },
    );
  }

  fit(): void {
    this.fitted = true;
    const { host, sheet } = this.view;
    const { x, top, bottom } = this.margins();
    const wide = (host.clientWidth - 2 * x) / sheet.offsetWidth;
    const high = (host.clientHeight - top - bottom) / sheet.offsetHeight;
    this.apply(Math.max(0.3, Math.min(wide, high, 1.6)));
    this.label.textContent = t("Ajusté");
  }

  in(): void {
    this.to(this.scale * STEP);
  }

  out(): void {
    this.to(this.scale / STEP);
  }

  to(scale: number, around?: { clientX: number; clientY: number }): void {
    this.fitted = false;
    const { host, sheet } = this.view;
    const next = Math.min(MOST, Math.max(LEAST, scale));
    const box = sheet.getBoundingClientRect();
    const at = around ?? {
      clientX: host.getBoundingClientRect().left + host.clientWidth / 2,
      clientY: host.getBoundingClientRect().top + host.clientHeight / 2,
    };
    const [x, y] = [(at.clientX - box.left) / this.scale, (at.clientY - box.top) / this.scale];
    this.apply(next);
    const after = sheet.getBoundingClientRect();
    host.scrollLeft += after.left + x * next - at.clientX;
    host.scrollTop += after.top + y * next - at.clientY;
    this.label.textContent = `${Math.round(next * 100)} %`;
  }

  private apply(scale: number): void {
    this.scale = scale;
    const { host, sheet } = this.view;
    const { x, top, bottom } = this.margins();
    sheet.style.transform = `scale(${scale})`;
    const width = sheet.offsetWidth * scale;
    const height = sheet.offsetHeight * scale;
    sheet.style.left = `${Math.max(x, (host.clientWidth - width) / 2)}px`;
    sheet.style.top = `${Math.max(top, top + (host.clientHeight - top - bottom - height) / 2)}px`;
    // a scaled element takes the room of its unscaled size: say what is really needed
    sheet.style.marginRight = `${width - sheet.offsetWidth + x}px`;
    sheet.style.marginBottom = `${height - sheet.offsetHeight + bottom}px`;
  }
}
