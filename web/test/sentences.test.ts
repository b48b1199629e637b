// No word that people see or hear is written outside the catalogue: the sources are parsed, and every string
// that reaches the page must come from t() or tn().
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases below are source text

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";

type Node = { type: string; [key: string]: unknown };

const SOURCES = join(import.meta.dirname, "..", "src");

/** Names that are the same in every language: the product, languages, licences, keys, an index, a tag. */
const NAMES =
  /^(— Tablée|\(R\)|Licence Ouverte 2\.0|Français|English|Ctrl|Alt|Esc|F\d\d?|[A-Z]|pdf|csv|3P|économique|http\S*)$/u;
const SAID_ATTRIBUTES =
  /^(aria-label|aria-description|aria-roledescription|aria-valuetext|title|alt|placeholder|label|data-writer)$/;
const SAID_PROPERTIES =
  /^(textContent|innerText|title|placeholder|alt|ariaLabel|ariaDescription|ariaRoleDescription|label)$/;
const SAYING_CALLS =
  /^(say|interrupt|notify|append|prepend|replaceChildren|createTextNode|before|after|replaceWith|alert|confirm|prompt)$/;
const TRANSLATED = /^tn?$/;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function children(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return "";
  if (node.type === "Identifier") return node.name as string;
  if (node.type === "Literal") return String(node.value);
  if (node.type === "MemberExpression") return nameOf(node.property);
  return "";
}

function quasis(node: Node): string[] {
  return (node.quasis as { value: { cooked: string } }[]).map((part) => part.value.cooked);
}

/** Literal text an expression can give; what a function gives is the function's business. */
function texts(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [node.value] : [];
    case "TemplateLiteral":
      return [...quasis(node), ...(node.expressions as Node[]).flatMap(texts)];
    case "ConditionalExpression":
      return [...texts(node.consequent), ...texts(node.alternate)];
    case "LogicalExpression":
    case "BinaryExpression":
      return /^([=!]==?|[<>]=?|in|instanceof)$/.test(node.operator as string)
        ? []
        : [...texts(node.left), ...texts(node.right)];
    case "ArrayExpression":
      return (node.elements as Node[]).flatMap(texts);
    case "SpreadElement":
      return texts(node.argument);
    default:
      return [];
  }
}

/** Words between tags and in attributes that are read out; ${…} is a hole. */
function wordsOfHtml(parts: string[]): string[] {
  const whole = parts.join("\u0001").replace(/<!--.*?-->/gs, "");
  const attributes = [...whole.matchAll(/\s([\w-]+)=("[^"]*"|'[^']*'|[^\s"'>]+)/g)]
    .filter(([, name = ""]) => SAID_ATTRIBUTES.test(name))
    .map(([, , value = ""]) => value);
  return [...attributes, ...whole.replace(/<[^>]*>/gs, "\u0001").split("\u0001")];
}

function shown(node: Node): string[] {
  switch (node.type) {
    case "TaggedTemplateExpression":
      return /^(html|svg)$/.test(nameOf(node.tag)) ? wordsOfHtml(quasis(node.quasi as Node)) : [];
    case "AssignmentExpression":
      return SAID_PROPERTIES.test(nameOf(node.left)) ? texts(node.right) : [];
    case "CallExpression": {
      const called = nameOf(node.callee);
      const given = node.arguments as Node[];
      if (called === "make") return given.slice(2).flatMap(texts);
      if (called === "setAttribute" && SAID_ATTRIBUTES.test(texts(given[0])[0] ?? "")) return texts(given[1]);
      // a method of something that speaks or of an element; a function of that name is the module's own
      const method = isNode(node.callee) && node.callee.type === "MemberExpression";
      return method && SAYING_CALLS.test(called) ? given.flatMap(texts) : [];
    }
    case "Property":
      return SAID_ATTRIBUTES.test(nameOf(node.key)) ? texts(node.value) : [];
    // anything that looks like a sentence, wherever it is
    case "Literal":
      return typeof node.value === "string" && looksWritten(node.value) ? [node.value] : [];
    case "TemplateLiteral":
      return quasis(node).filter(looksWritten);
    default:
      return [];
  }
}

function looksWritten(text: string): boolean {
  return /[À-ÿœŒ’«»]/u.test(text) || /^\p{Lu}\p{Ll}+,? \p{L}/u.test(text);
}

function untranslated(source: string): string[] {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === "CallExpression" && TRANSLATED.test(nameOf(node.callee))) {
      // the sentence itself is the catalogue's; what fills it is not
      for (const argument of node.arguments as Node[]) if (!/Literal$/.test(argument.type)) visit(argument);
      return;
    }
    for (const text of shown(node)) {
      const word = text.replace(/^[\s"']+|[\s"']+$/g, "");
      if (/\p{L}/u.test(word) && !NAMES.test(word)) found.add(word);
    }
    for (const child of children(node)) visit(child);
  };
  visit(parseAst(source, { lang: "ts" }) as unknown as Node);
  return [...found];
}

describe("words outside the catalogue", () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );

  it("are in no source", () => {
    const found = files.flatMap((name) =>
      untranslated(readFileSync(join(SOURCES, name), "utf8")).map(
        (word) => `${relative(SOURCES, join(SOURCES, name))}: ${word}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ["html`<b>Note</b>`", "Note"],
    ["html`<button aria-label=\"Fermer\">${icon('x')}</button>`", "Fermer"],
    ["html`<i>${on ? html`<b>Oui</b>` : nothing}</i>`", "Oui"],
    ['button.textContent = on ? "Fermer" : t("Ouvrir");', "Fermer"],
    ['make("p", { class: "x" }, `${n} notes`)', "notes"],
    ['make("p", { "aria-label": "Zone" })', "Zone"],
    ['element.setAttribute("title", "Zone")', "Zone"],
    ['announcer.say("Fait.")', "Fait."],
    ['const words = ["Une note déplacée"];', "Une note déplacée"],
    ['t("{who} écrit", { who: "Une personne" })', "Une personne"],
  ])("are found: %s", (source, word) => {
    expect(untranslated(source)).toEqual([word]);
  });

  it.each([
    'html`<b class="x">${t("Note")}</b>`',
    'make("p", { class: "Note" }, tn("{n} note", "{n} notes", 2))',
    "element.textContent = `${a} · ${b}`;",
    'if (event.key === "Escape") app.say(t("Fait."));',
  ])("are not seen where there are none: %s", (source) => {
    expect(untranslated(source)).toEqual([]);
  });
});
