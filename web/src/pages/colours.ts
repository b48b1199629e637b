// Colours at the door, where people choose their group: those held in it show the holder's initials and
// cannot be taken. Without a choice of group the server has already said so.

type Held = Record<string, Record<string, string>>;

/** The colour to stand on: the wanted one when nobody holds it, else the first free one. */
export function freeColour(wanted: string, colours: readonly string[], held: Record<string, string>): string {
  if (!(wanted in held)) return wanted;
  return colours.find((colour) => !(colour in held)) ?? wanted;
}

export function attachColours(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-taken]");
  const data = document.querySelector("#page-data")?.textContent;
  const group = form?.querySelector<HTMLSelectElement>("select[name=group]");
  if (!form || !data || !group) return;
  const groups = (JSON.parse(data) as { held: Held }).held;
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[name=colour]")];
  const colours = inputs.map((input) => input.value);

  const show = () => {
    const held = groups[group.value] ?? {};
    const everybodyFits = colours.some((colour) => !(colour in held));
    const standing = inputs.find((input) => input.checked)?.value ?? colours[0] ?? "";
    const chosen = freeColour(standing, colours, held);
    for (const input of inputs) {
      const swatch = input.closest<HTMLElement>(".swt");
      const initials = everybodyFits ? (held[input.value] ?? "") : "";
      input.disabled = initials !== "";
      input.checked = input.value === chosen;
      swatch?.classList.toggle("tk", initials !== "");
      const letters = swatch?.querySelector("b");
      if (letters) letters.textContent = initials;
      const holder = swatch?.querySelector("[data-holder]");
      if (holder) holder.textContent = initials && `, ${form.dataset.taken?.replace("{name}", initials)}`;
    }
  };
  group.addEventListener("change", show);
  show();
}
