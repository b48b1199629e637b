// How a zone's notes stand in the list: in reading order, those of one cluster together under its title.

import type { Cluster, Note } from "../model/page";

export interface Run {
  /** Cluster id, or the zone with a number for notes between clusters. */
  key: string;
  cluster: Cluster | null;
  notes: Note[];
  /** Loose notes after a cluster get a title of their own: they do not belong under the one above. */
  after: boolean;
}

/** A cluster stands where its first note does. */
export function runsOf(
  zone: string,
  notes: readonly Note[],
  clusterOf: (note: Note) => Cluster | null,
): Run[] {
  const out: Run[] = [];
  const clusters = new Map<string, Run>();
  for (const note of notes) {
    const cluster = clusterOf(note);
    const known = cluster && clusters.get(cluster.id);
    if (known) {
      known.notes.push(note);
      continue;
    }
    const last = out.at(-1);
    if (cluster === null && last && last.cluster === null) {
      last.notes.push(note);
      continue;
    }
    const key = cluster ? cluster.id : `${zone} ${out.length}`;
    const run: Run = { key, cluster, notes: [note], after: out.length > 0 };
    if (cluster) clusters.set(cluster.id, run);
    out.push(run);
  }
  return out;
}
