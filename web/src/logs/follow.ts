/** Follows a container's output, also over lost connections. */

import { useEffect, useState } from "react";
import type { Container, HostAccess } from "../api/generated";
import { ApiError, call, pathOf, selfOf } from "../api/http";
import { Batch } from "../live/batch";
import { kept, type Line, linesOf } from "./lines";

export type Following = "connecting" | "live" | "ended" | "lost";

const FIRST_LINES = 1000;
const RENDER_MS = 100;
const AGAIN_MS = 2000;
const NORMAL = 1000;

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
    const end = follow(self, {
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

/** Begins to follow; returns what ends it. */
function follow(self: string, listener: Listener): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  let count = 0;
  let last: string | null = null;

  const again = () => {
    if (isOver) return;
    listener.following("lost");
    timer = setTimeout(() => void open(), AGAIN_MS);
  };

  const open = async () => {
    const since = last;
    try {
      const access = await call<HostAccess>("POST", `${self}/?action=logs`, {
        follow: true,
        lines: since === null ? FIRST_LINES : -1,
        since: since ?? "",
        timestamps: true,
      });
      if (isOver) return;
      listen(new WebSocket(socketAddress(access)), since);
    } catch (error) {
      if (error instanceof ApiError && error.status !== 503) {
        listener.failed(error);
        listener.following("ended");
      } else again();
    }
  };

  const listen = (opened: WebSocket, since: string | null) => {
    socket = opened;
    opened.onopen = () => {
      listener.following("live");
      if (since === null) listener.begins();
    };
    opened.onmessage = (event) => {
      const all = linesOf(String(event.data), count);
      const fresh =
        since === null ? all : all.filter((one) => one.time === null || one.time > since);
      count += all.length;
      last = fresh.at(-1)?.time ?? last;
      if (fresh.length > 0) listener.lines(fresh);
    };
    opened.onclose = (event) => {
      if (isOver) return;
      if (event.code === NORMAL) listener.following("ended");
      else again();
    };
  };

  listener.following("connecting");
  listener.failed(null);
  void open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/** Where a stream is, seen from here. */
export function socketAddress({ url, token }: HostAccess): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}${pathOf(url)}?token=${encodeURIComponent(token)}`;
}

/** All output that the host has kept, as a text: read once, to the end. */
export async function wholeOutput(container: Container): Promise<Blob> {
  const access = await call<HostAccess>("POST", `${selfOf(container)}/?action=logs`, {
    follow: false,
    lines: -1,
    timestamps: true,
  });
  const parts: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(socketAddress(access));
    socket.onmessage = (event) => parts.push(String(event.data).slice(2));
    socket.onclose = (event) =>
      event.code === NORMAL ? resolve() : reject(new Error(event.reason || "connection lost"));
  });
  return new Blob(parts, { type: "text/plain" });
}
