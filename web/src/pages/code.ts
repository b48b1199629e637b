// The code field writes what is typed as XXXX-XXXX.

export function shapeCode(typed: string): string {
  const kept = typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .slice(0, 8);
  return kept.length > 4 ? `${kept.slice(0, 4)}-${kept.slice(4)}` : kept;
}

export function attachCode(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-code]"))
    field.addEventListener("input", () => {
      // only at the end of the field: a caret in the middle must not jump
      if (field.selectionStart === field.value.length) field.value = shapeCode(field.value);
    });
}
