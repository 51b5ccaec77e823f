/** Hosts, stacks, services and containers by a part of their name, or by their id. */

import { useQueries } from "@tanstack/react-query";
import type { Named } from "../act/acts";
import { PLURALS } from "../api/generated";
import { type Collection, call, collectionPath } from "../api/http";
import { readRow, useProject } from "../live/live";
import { OWN_PAGE } from "../parts/own_page";

export const TYPES = ["stack", "service", "container", "host"] as const;
export type Found = (typeof TYPES)[number];
const EACH = "5";

/** The first few of each type; nothing is looked for before something is typed. */
export function useFound(query: string): Named[] {
  const project = useProject();
  const answers = useQueries({
    queries: TYPES.map((type) => ({
      queryKey: ["found", project, type, query],
      queryFn: () => found(project, type, query),
      enabled: query !== "",
      gcTime: 0,
    })),
  });
  return answers.flatMap(({ data }) => data ?? []);
}

async function found(project: string, type: Found, query: string): Promise<Named[]> {
  if (new RegExp(`^${OWN_PAGE[type].letters}\\d+$`).test(query)) {
    const row = await readRow(project, type, query);
    return row === null ? [] : [row as unknown as Named];
  }
  const words = new URLSearchParams({ name_like: `%${query}%`, limit: EACH });
  const path = `${collectionPath(project, PLURALS[type])}?${words}`;
  return (await call<Collection<Named>>("GET", path)).data;
}
