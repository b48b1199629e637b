// The waiting room, and a room that has not opened: the page asks every few seconds and goes in by itself.

const EVERY_MS = 2_500;

export function attachWaiting(): void {
  const host = document.querySelector<HTMLElement>("[data-waiting]");
  if (!host) return;
  const away = host.querySelector<HTMLElement>("[data-away]");
  const look = async () => {
    const opened = await hasRoom(host.dataset.waiting ?? "");
    if (opened === true) {
      location.reload();
      return;
    }
    if (away) away.hidden = opened !== null;
    wait();
  };
  // not all in the same second, and nothing while nobody looks
  const wait = () =>
    setTimeout(
      () => {
        if (document.visibilityState === "visible") void look();
        else document.addEventListener("visibilitychange", () => void look(), { once: true });
      },
      EVERY_MS * (0.5 + Math.random()),
    );
  wait();
}

/** Whether there is somewhere to go, also to the door, for who has no place any more; null when nobody answers. */
async function hasRoom(workshop: string): Promise<boolean | null> {
  try {
    const answer = await fetch(`/api/me?workshop=${encodeURIComponent(workshop)}`, { cache: "no-store" });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) return true;
    if (!answer.ok) return null;
    const { room } = (await answer.json()) as { room?: string | null };
    return typeof room === "string";
  } catch {
    return null;
  }
}
