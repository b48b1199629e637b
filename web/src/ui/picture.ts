// An icon inside a lit template. Unlike `icon`, it stays the same element when the template is drawn again:
// a press that began on it is still a click when the drawing comes between.

import { html } from "lit";

export function picture(name: string, size = 18) {
  const sprite = document.documentElement.dataset.sprite ?? "";
  return html`<svg class="icon" width=${size} height=${size} aria-hidden="true"><use href=${`${sprite}#${name}`}></use></svg>`;
}
