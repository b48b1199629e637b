// In front of a room that is not open yet: the page looks now and then, and opens alone.

const EVERY_MS = 20_000;

export function attachOpening(): void {
  const door = document.querySelector<HTMLElement>("[data-status=draft]");
  if (!door) return;
  const look = async () => {
    if (await opened()) return door.dataset.atelier ? location.assign(door.dataset.atelier) : enter(door);
    wait();
  };
  // not all at the same second
  const wait = () => setTimeout(look, EVERY_MS * (0.75 + Math.random() / 2));
  wait();
}

async function opened(): Promise<boolean> {
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    const status = answer.headers.get("tablee-status");
    return status !== null && status !== "draft";
  } catch {
    return false; // away for a moment: the next look will tell
  }
}

/** The page is read again, unless somebody has begun to fill it in: then they enter by sending it. */
function enter(door: HTMLElement): void {
  const fields = [...door.querySelectorAll<HTMLInputElement>("input:not([readonly])")];
  if (!fields.some((field) => field.type !== "radio" && field.value !== field.defaultValue))
    location.reload();
}
