// A field with a link to hand on: choosing it copies it.

export function attachCopy(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-copy]"))
    field.addEventListener("focus", () => {
      field.select();
      void navigator.clipboard?.writeText(field.value).catch(() => undefined);
    });
}
