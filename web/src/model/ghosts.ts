// Where the ghosts of « Je » notes lie in a zone of « Nous »: in the room that notes leave free, never over one.

import { type Box, GAP, type Size } from "./layout";

/** A place for each ghost in order, or null when there is no room for it any more. */
export function ghostPlaces(body: Box, size: Size, notes: readonly Box[], count: number): (Box | null)[] {
  const taken = [...notes];
  const columns = Math.max(1, Math.floor((body.width + GAP) / (size.width + GAP)));
  const lefts = Array.from({ length: columns }, (_, column) => body.left + column * (size.width + GAP));
  let full = false; // all are of one size: what one did not find, none will
  const place = (): Box | null => {
    if (full) return null;
    const tops = [body.top, ...taken.map((one) => one.top + one.height + GAP)].sort((a, b) => a - b);
    for (const top of tops)
      for (const left of lefts) {
        const spot = { left, top, ...size };
        const inside = top >= body.top && top + size.height <= body.top + body.height;
        if (inside && !taken.some((other) => overlap(spot, other))) return spot;
      }
    full = true;
    return null;
  };
  return Array.from({ length: count }, () => {
    const spot = place();
    if (spot !== null) taken.push(spot);
    return spot;
  });
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
