// What the pages to read do with a script: adapt a kit, bring one in from a file.

import { t } from "../ui/i18n";
import { ask, Refused } from "./editor";

const MOST_BYTES = 400_000;

export function attachGallery(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-adapt]")) {
    button.hidden = false;
    button.addEventListener("click", () => void make({ from: button.dataset.adapt }, button));
  }
  const bring = document.querySelector<HTMLElement>("[data-import]");
  const input = bring?.querySelector("input");
  if (!bring || !input) return;
  bring.hidden = false;
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    if (file.size > MOST_BYTES) fail(t("Ce fichier est trop grand : 400 ko au plus."));
    else await make(await file.text(), bring);
  });
}

/** Make a kit, and go to it with the link that opens it for changes. */
async function make(body: object | string, busy: HTMLElement): Promise<void> {
  busy.setAttribute("aria-busy", "true");
  try {
    const address = typeof body === "string" ? "/api/kits/import" : "/api/kits";
    const { id, secret } = await ask("POST", address, body);
    location.assign(`/gabarits/${id}#${secret}`);
  } catch (error) {
    fail(
      error instanceof Refused ? error.message : t("Le serveur ne répond pas. Réessayez dans un instant."),
    );
  }
  busy.removeAttribute("aria-busy");
}

export function fail(sentence: string): void {
  const place = document.getElementById("failure");
  if (!place) return;
  place.textContent = sentence;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}
