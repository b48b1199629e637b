import { describe, expect, it } from "vitest";
import { freeColour } from "../src/pages/colours";

const COLOURS = ["citron", "abricot", "pivoine"];

describe("the colour to stand on at the door", () => {
  it("is the wanted one when nobody holds it", () => {
    expect(freeColour("pivoine", COLOURS, { citron: "NB" })).toBe("pivoine");
  });
  it("is the first free one when somebody does", () => {
    expect(freeColour("citron", COLOURS, { citron: "NB", abricot: "YL" })).toBe("pivoine");
  });
  it("stays when everybody holds one: the server shares it out", () => {
    expect(freeColour("citron", COLOURS, { citron: "NB", abricot: "YL", pivoine: "JA" })).toBe("citron");
  });
});
