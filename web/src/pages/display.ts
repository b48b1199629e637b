// « Affichage »: theme, contrast, motion. Kept in a cookie, so that the server writes them into the next page.

const YEAR_S = 31_536_000;
const NAMES = ["theme", "contrast", "motion"] as const;

export function attachDisplay(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-display]");
  if (!form) return;
  const root = document.documentElement;
  for (const name of NAMES) {
    const now = root.dataset[name] ?? "";
    for (const input of form.querySelectorAll<HTMLInputElement>(`input[name=${name}]`))
      input.checked = input.value === now;
  }
  form.addEventListener("change", () => {
    const chosen = new FormData(form);
    const parts: string[] = [];
    for (const name of NAMES) {
      const value = String(chosen.get(name) ?? "");
      if (value) root.dataset[name] = value;
      else delete root.dataset[name];
      if (value) parts.push(`${name}:${value}`);
    }
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie store interface is not in every browser
    document.cookie = `tablee-display=${parts.join(".")}; path=/; max-age=${YEAR_S}; samesite=lax`;
  });
}
