/** Follows a container's output, also over lost connections. */

import { useEffect, useState } from "react";
import type { Container, HostAccess } from "../api/generated";
import { call, selfOf } from "../api/http";
import { type Following, follow, whole } from "../api/stream";
import { Batch } from "../live/batch";
import { kept, type Line, linesOf } from "./lines";

const FIRST_LINES = 1000;
const RENDER_MS = 100;

export interface Output {
  lines: readonly Line[];
  following: Following;
  error: unknown;
  clear: () => void;
}

export function useOutput(container: Container): Output {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [following, setFollowing] = useState<Following>("connecting");
  const [error, setError] = useState<unknown>(null);
  const self = selfOf(container);
  const runs = container.startCount; // a new start has new output
  // biome-ignore lint/correctness/useExhaustiveDependencies: each start is followed anew
  useEffect(() => {
    const batch = new Batch<Line>(RENDER_MS, (more) => setLines((now) => kept(now, more)));
    const end = followOutput(self, {
      begins: () => setLines([]),
      lines: (more) => batch.add(more),
      following: setFollowing,
      failed: setError,
    });
    return () => {
      end();
      batch.close();
    };
  }, [self, runs]);
  return { lines, following, error, clear: () => setLines([]) };
}

interface Listener {
  begins(): void;
  lines(lines: Line[]): void;
  following(now: Following): void;
  failed(error: unknown): void;
}

/** Begins to follow; after a break it goes on behind the last line. Returns what ends it. */
function followOutput(self: string, listener: Listener): () => void {
  let count = 0;
  let last: string | null = null;
  let since: string | null = null;
  return follow({
    access: () => {
      since = last;
      return call<HostAccess>("POST", `${self}/?action=logs`, {
        follow: true,
        lines: since === null ? FIRST_LINES : -1,
        since: since ?? "",
        timestamps: true,
      });
    },
    opened: () => {
      if (since === null) listener.begins();
    },
    message: (data) => {
      const from = since;
      const all = linesOf(data, count);
      const fresh = from === null ? all : all.filter((one) => one.time === null || one.time > from);
      count += all.length;
      last = fresh.at(-1)?.time ?? last;
      if (fresh.length > 0) listener.lines(fresh);
    },
    following: listener.following,
    failed: listener.failed,
  });
}

/** All output that the host has kept, as a text. */
export async function wholeOutput(container: Container): Promise<Blob> {
  const access = await call<HostAccess>("POST", `${selfOf(container)}/?action=logs`, {
    follow: false,
    lines: -1,
    timestamps: true,
  });
  const parts = await whole(access);
  return new Blob(
    parts.map((part) => part.slice(2)),
    { type: "text/plain" },
  );
}
