// Styles that come later than the page may not change what is there already.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(`web/styles/${name}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
const imports = (name: string): string[] => {
  const there = [...read(name).matchAll(/@import "\.\/([\w-]+\.css)"/g)].map((one) => one[1] as string);
  return [name, ...there.flatMap(imports)];
};
const rules = (name: string) =>
  [...read(name).matchAll(/([^{};]+)\{/g)].map((one) => (one[1] as string).trim());

describe("styles of the canvases", () => {
  it("say where they hold when a class has a style on the page already", () => {
    const page = new Set(
      imports("board.css")
        .flatMap(rules)
        .flatMap((rule) => [...rule.matchAll(/\.([a-z][\w-]*)/gi)].map((one) => one[1])),
    );
    const bare = imports("canvas.css").flatMap((name) =>
      rules(name)
        .flatMap((rule) => rule.replace(/\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, "()").split(","))
        .map((one) => /^\s*\.([\w-]+)(?::[\w-]+)*\s*$/.exec(one)?.[1])
        .filter((one) => one !== undefined && page.has(one))
        .map((one) => `${name}: .${one}`),
    );
    expect(page.size).toBeGreaterThan(100);
    expect(bare).toEqual([]);
  });
});
