/** Follows what containers write, also over lost connections. */

import { useEffect, useState } from "react";
import type { Container, HostAccess } from "../api/generated";
import { call, selfOf } from "../api/http";
import { type Following, follow, whole } from "../api/stream";
import { Batch } from "../live/batch";
import { byTime, isAfter, kept, type Line, linesOf } from "./lines";

const RENDER_MS = 100;

/** Which output, in the words of the action `logs`. */
export interface Asked {
  lines: number;
  since: string;
}

export interface Output {
  lines: readonly Line[];
  following: Following;
  error: unknown;
  clear: () => void;
}

export const sourceOf = (container: Container): string => container.name ?? container.id;

export function useOutput(containers: readonly Container[], { lines: most, since }: Asked): Output {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [states, setStates] = useState<ReadonlyMap<string, Following>>(new Map());
  const [error, setError] = useState<unknown>(null);
  const [outputs, setOutputs] = useState<Outputs | null>(null);
  useEffect(() => {
    const batch = new Batch<Line>(RENDER_MS, (more) => setLines((now) => kept(now, more)));
    const made = new Outputs(
      { lines: most, since },
      {
        begins: (source) => setLines((now) => now.filter((line) => line.source !== source)),
        lines: (more) => batch.add(more),
        following: (source, now) => {
          setStates((before) => new Map(before).set(source, now));
          if (now === "live") setError(null);
        },
        failed: setError,
      },
    );
    setOutputs(made);
    return () => {
      made.follow([]);
      batch.close();
      setLines([]);
      setStates(new Map());
      setError(null);
    };
  }, [most, since]);
  useEffect(() => outputs?.follow(containers), [outputs, containers]);
  const followings = [...states.values()];
  const following =
    (["lost", "connecting", "live"] as const).find((one) => followings.includes(one)) ?? "ended";
  return { lines, following, error, clear: () => setLines([]) };
}

interface Listener {
  /** All of a source's lines come anew. */
  begins(source: string): void;
  lines(lines: Line[]): void;
  following(source: string, now: Following): void;
  failed(error: unknown): void;
}

/** The outputs that are followed at a time. */
class Outputs {
  private readonly ends = new Map<string, () => void>();
  private count = 0;

  constructor(
    private readonly asked: Asked,
    private readonly listener: Listener,
  ) {}

  /** Follows these, and no longer any other; a new start of a container is followed anew. */
  follow(containers: readonly Container[]): void {
    const wanted = new Map(containers.map((one) => [`${selfOf(one)} ${one.startCount}`, one]));
    for (const [key, end] of this.ends) {
      if (wanted.has(key)) continue;
      end();
      this.ends.delete(key);
    }
    for (const [key, container] of wanted) {
      if (!this.ends.has(key)) this.ends.set(key, this.followOne(container));
    }
  }

  /** Begins to follow; after a break it goes on behind the last line. Returns what ends it. */
  private followOne(container: Container): () => void {
    const { asked, listener } = this;
    const source = sourceOf(container);
    let last: string | null = null;
    let from: string | null = null;
    return follow({
      access: () => {
        from = last;
        const since = from ?? asked.since;
        const lines = since === "" ? asked.lines : -1;
        return logsOf(container, { follow: true, lines, since });
      },
      opened: () => {
        if (from === null) listener.begins(source);
      },
      message: (data) => {
        const after = from;
        const all = linesOf(data, this.count, source);
        const fresh =
          after === null ? all : all.filter(({ time }) => time === null || isAfter(time, after));
        this.count += all.length;
        last = fresh.at(-1)?.time ?? last;
        if (fresh.length > 0) listener.lines(fresh);
      },
      following: (now) => listener.following(source, now),
      failed: listener.failed,
    });
  }
}

/** All output that the hosts have kept, as a text; that of several containers names them. */
export async function wholeOutput(containers: readonly Container[]): Promise<Blob> {
  const parts = await Promise.all(
    containers.map(async (one) => whole(await logsOf(one, { follow: false, lines: -1 }))),
  );
  const texts =
    containers.length === 1
      ? parts.flat().map((part) => part.slice(2))
      : parts
          .flatMap((part, at) =>
            part.flatMap((data) => linesOf(data, 0, sourceOf(containers[at] as Container))),
          )
          .sort(byTime)
          .map(({ source, time, text }) => `${source} | ${time ?? ""} ${text}\n`);
  return new Blob(texts, { type: "text/plain" });
}

function logsOf(container: Container, asked: { follow: boolean; lines: number; since?: string }) {
  const request = { timestamps: true, ...asked };
  return call<HostAccess>("POST", `${selfOf(container)}/?action=logs`, request);
}
