"""One run of a browser with a profile on disk, as a program of its own.

With a text (profile, door, text) it joins, writes without a network and is killed; without (profile, page) it
opens the page again until what was kept has arrived.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.browser.test_kept import kept
from tests.kit.browser import DESKTOP, FLAGS, browser_path


def main(profile: str, address: str, text: str | None = None) -> None:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=browser_path(),
            args=FLAGS,
            viewport=DESKTOP,
            locale="fr-FR",
        )
        page = context.pages[0]
        page.goto(address)
        if text is None:
            expect(page.locator(".status")).to_contain_text("De retour. Votre note est arrivée")
            return
        page.get_by_label("Votre prénom").fill("Nadia")
        page.get_by_role("button", name="Prendre place").click()
        page.wait_for_url("**/atelier/**")
        there = page.url.split("?")[0] + "?board=sheet2.verso"
        page.goto(there)
        expect(page.locator(".status")).to_have_text("Enregistré")
        context.set_offline(True)
        page.locator("section.zone[data-zone=rules]").focus()
        page.keyboard.press("n")
        page.locator("textarea.notefield").wait_for()
        page.keyboard.type(text)
        kept(page, lambda found: sum(found) > len(text))
        print(there, flush=True)
        for line in subprocess.check_output(["ps", "-eo", "pid,args"], text=True).splitlines():
            if profile in line and "--type=" not in line and "chrom" in line:
                os.kill(int(line.split()[0]), signal.SIGKILL)
        # the driver would wait for the browser that has just been killed
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
