import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { openForm } from "../src/ui/form-dialog";
import { setLanguage } from "../src/ui/i18n";
import { make } from "../src/ui/icon";

beforeAll(() => setLanguage("fr", {}));
afterEach(() => document.body.replaceChildren());

const form = { title: "Effacer ?", body: [], stay: "Garder", act: "Effacer", done: () => undefined };

describe("a question", () => {
  it("begins on what leaves everything as it is", () => {
    openForm(form);
    expect(document.activeElement?.textContent).toBe("Garder");
  });

  it("begins where one types, when it says so", () => {
    const focus = make("input", {});
    openForm({ ...form, body: [focus], focus });
    expect(document.activeElement).toBe(focus);
  });
});
