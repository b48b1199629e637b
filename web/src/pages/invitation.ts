// /i: the secret is in the fragment, which never reaches a server by itself. It is posted once, for a session.

export function attachInvitation(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-invitation]");
  const failure = form?.querySelector<HTMLElement>("[data-failure]");
  if (!form || !failure) return;
  const invitation = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = String(new FormData(form).get("name") ?? "");
    const answer = await fetch("/api/join", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ invitation, name }),
    });
    const body = (await answer.json()) as { workshop?: string; detail?: string; person?: { role: string } };
    if (answer.ok) {
      const page =
        body.person?.role === "organiser"
          ? "organisation"
          : body.person?.role === "facilitator"
            ? "animation"
            : "atelier";
      location.assign(`/${page}/${body.workshop}`);
      return;
    }
    failure.hidden = false;
    failure.textContent = body.detail ?? "";
  });
}
