/** Follows the figures of a host or a container while somebody looks. */

import { useEffect, useState } from "react";
import type { Container, Host, HostAccess } from "../api/generated";
import { call, pathOf } from "../api/http";
import { type Following, follow } from "../api/stream";
import { type Figures, kept, type Point, parse, use } from "./figures";

export interface Followed {
  points: readonly Point[];
  following: Following;
  error: unknown;
}

/** Where the figures of something are; null: the server offers none. */
export function figuresLink(row: Host | Container): string | null {
  const links = row.links as Record<string, string>;
  return links[row.type === "host" ? "hostStats" : "containerStats"] ?? null;
}

/** The last minutes of use; `path` is where the figures are. */
export function useFigures(path: string, type: "host" | "container"): Followed {
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [following, setFollowing] = useState<Following>("connecting");
  const [error, setError] = useState<unknown>(null);
  const isSeen = useSeen();
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another thing nothing is known yet
  useEffect(() => setPoints([]), [path]);
  useEffect(() => {
    if (!isSeen) return;
    let before: Figures | null = null;
    return follow({
      access: () => call<HostAccess>("GET", pathOf(path)),
      message: (data) => {
        const more: Point[] = [];
        for (const now of parse(data, type)) {
          more.push(use(before, now, type === "host"));
          before = now;
        }
        setPoints((known) => kept(known, more));
      },
      following: setFollowing,
      failed: setError,
    });
  }, [path, type, isSeen]);
  return { points, following, error };
}

/** Whether the window is seen: nothing is drawn for nobody. */
function useSeen(): boolean {
  const [isSeen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setSeen(!document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isSeen;
}
