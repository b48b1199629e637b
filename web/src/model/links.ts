// Addresses in a plain text, so that they can be followed.

export type Links = readonly { text: string; address?: string }[];

const ADDRESS = /\bhttps?:\/\/[^\s<>"«»]+/giu;
/** What ends a sentence is not part of an address, unless a bracket was opened in it. */
const TRAILING = /[.,;:!?…'’)\]}]+$/u;

export function links(text: string): Links {
  const out: { text: string; address?: string }[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0]);
    if (!URL.canParse(address)) continue;
    if (found.index > at) out.push({ text: text.slice(at, found.index) });
    out.push({ text: address, address });
    at = found.index + address.length;
  }
  if (at < text.length || out.length === 0) out.push({ text: text.slice(at) });
  return out;
}

function trimmed(address: string): string {
  const end = TRAILING.exec(address);
  if (!end) return address;
  const cut = address.slice(0, end.index);
  const opens = cut.split("(").length - cut.split(")").length;
  return opens > 0 && end[0].startsWith(")") ? `${cut})` : cut;
}
