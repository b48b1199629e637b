// /i: the secret is in the fragment, which never reaches a server by itself. It leaves the address bar at once
// and is posted once, for a session.

interface Answer {
  workshop?: string;
  detail?: string;
  person?: { role: string };
}

export function attachInvitation(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-invitation]");
  const failure = form?.querySelector<HTMLElement>("[data-failure]");
  const name = form?.querySelector<HTMLInputElement>("input[name=name]");
  const button = form?.querySelector<HTMLButtonElement>("button");
  if (!form || !failure || !name || !button) return;

  const say = (sentence: string | undefined) => {
    failure.hidden = false;
    failure.textContent = sentence ?? "";
    name.setAttribute("aria-describedby", failure.id);
    name.focus();
  };

  const invitation = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (!invitation) say(form.dataset.incomplete);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!invitation) return say(form.dataset.incomplete);
    button.disabled = true;
    try {
      const answer = await fetch("/api/join", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ invitation, name: name.value }),
      });
      const body = (await answer.json()) as Answer;
      if (answer.ok) return location.assign(pageOf(body));
      say(body.detail);
    } catch {
      say(form.dataset.away);
    }
    button.disabled = false;
  });
}

/** Where each role begins. */
function pageOf(body: Answer): string {
  const pages: Record<string, string> = { organiser: "organisation", facilitator: "animation" };
  return `/${pages[body.person?.role ?? ""] ?? "atelier"}/${body.workshop}`;
}
