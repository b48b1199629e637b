// « Affichage »: theme, contrast, motion. Kept in a cookie, so that the server writes them into the next page
// before it is painted. The form is set to what is in force.

const YEAR_S = 31_536_000;
const NAMES = ["theme", "contrast", "motion"] as const;

export function attachDisplay(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-display]");
  const menu = form?.closest("details");
  if (!form || !menu) return;
  const root = document.documentElement;
  for (const name of NAMES)
    for (const input of form.querySelectorAll<HTMLInputElement>(`input[name=${name}]`))
      input.checked = input.value === (root.dataset[name] ?? "");
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
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target as Node)) menu.open = false;
  });
}
