// A link to hand on: its button copies it and says so; choosing the field selects all of it.

export function attachCopy(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-copy]")) {
    field.addEventListener("focus", () => field.select());
    const button = field.closest(".handed")?.querySelector<HTMLButtonElement>("[data-copy-button]");
    const words = button?.querySelector("span");
    if (!button || !words || !navigator.clipboard) continue;
    const before = words.textContent;
    words.setAttribute("role", "status");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.focus(); // the browser will not let us: the text is selected, ready for Ctrl+C
        return;
      }
      words.textContent = button.dataset.done ?? "";
      setTimeout(() => {
        words.textContent = before;
      }, 4000);
    });
  }
}
