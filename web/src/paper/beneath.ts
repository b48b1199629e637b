// What the page says while a dialog covers it: said once more inside, where it is seen and spoken.

import { html, nothing, type TemplateResult } from "lit";
import type { Atelier, Notice } from "../board/atelier";
import { picture } from "../ui/picture";

export class Beneath {
  private before: readonly Notice[] = [];

  constructor(private readonly app: Atelier) {}

  /** The dialog opens: what is said already was seen. */
  opened(): void {
    this.before = this.app.notices;
  }

  view(): TemplateResult | typeof nothing {
    const fresh = this.app.notices.filter((notice) => !notice.good && !this.before.includes(notice));
    if (fresh.length === 0) return nothing;
    return html`<div role="alert">${fresh.map(
      ({ text }) => html`<p class="alert warn">${picture("alert-triangle", 20)}<span>${text}</span></p>`,
    )}</div>`;
  }
}
