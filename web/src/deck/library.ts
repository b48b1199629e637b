// Fetches what may be read beside the boards once, and keeps it: in memory for this page, in the browser for
// one that is opened without a network.

import type { Library } from "../model/library";
import { language } from "../ui/i18n";

let library: Library | null = null;
let asked: Promise<Library | null> | null = null;

/** What is there already; null until it was fetched. */
export function libraryNow(): Library | null {
  return library;
}

export function fetchLibrary(base: string): Promise<Library | null> {
  asked ??= read(base).then((found) => {
    library = found;
    if (found?.aids === undefined) asked = null; // asked for again the next time: an old one lacks some
    return found;
  });
  return asked;
}

async function read(base: string): Promise<Library | null> {
  try {
    const answer = await fetch(`${base}/api/library?lang=${language()}`);
    if (!answer.ok) return kept();
    const text = await answer.text();
    const found = JSON.parse(text) as Library;
    try {
      localStorage.setItem(`tablee-library-${language()}`, text);
    } catch {
      // a browser that keeps nothing: it is in memory
    }
    return found;
  } catch {
    return kept();
  }
}

function kept(): Library | null {
  try {
    const found = JSON.parse(
      localStorage.getItem(`tablee-library-${language()}`) ?? "null",
    ) as Library | null;
    return found !== null && Array.isArray(found.cards) && Array.isArray(found.steps) ? found : null;
  } catch {
    return null;
  }
}
