// What a pasted text says as notes: one per line, list marks left out, lines too long for a note cut at words.

const LINE_MARK = /^\s*(?:[-*•–—·▪◦‣]|\(?\d{1,3}[.)]|\[[ xX]?\])\s+/u;
const LONGEST = 1000;

export function noteTexts(pasted: string, most: number): { texts: string[]; cut: number } {
  const all = pasted
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) => line.replace(LINE_MARK, "").trim())
    .filter((line) => line !== "")
    .flatMap(pieces);
  return { texts: all.slice(0, most), cut: Math.max(0, all.length - most) };
}

/** A line longer than a note in pieces, each ending with a sentence or a word. */
export function pieces(line: string): string[] {
  const out: string[] = [];
  let rest = [...line];
  while (rest.length > LONGEST) {
    const head = rest.slice(0, LONGEST).join("");
    const sentence = Math.max(head.lastIndexOf(". "), head.lastIndexOf("? "), head.lastIndexOf("! "));
    const at = sentence > LONGEST / 2 ? sentence + 1 : head.lastIndexOf(" ");
    const piece = at > 0 ? head.slice(0, at) : head;
    out.push(piece.trim());
    rest = [...rest.join("").slice(piece.length).trimStart()];
  }
  if (rest.length > 0) out.push(rest.join(""));
  return out;
}
