/** What is live: the environment's feed, and hooks that read rows which it keeps current. */

import {
  hashKey,
  keepPreviousData,
  type Query,
  useInfiniteQuery,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { PLURALS, type TypeMap } from "../api/generated";
import {
  ApiError,
  type Collection,
  call,
  collectionPath,
  EVERYWHERE,
  Unreachable,
} from "../api/http";
import { Batch } from "./batch";
import { COUNTS, cacheOf, ROW, ROWS, type RowsKey } from "./cache";
import { type Connection, Feed } from "./feed";
import type { Change, Params, Row } from "./patch";

/** Somebody who is told what the feed tells, at most twice a second. */
export interface Follower {
  /** What was known before may be old. */
  begins(): void;
  changes(changes: readonly Change[]): void;
}

interface Live {
  project: string;
  connection: Connection;
  follow: (follower: Follower) => () => void;
  /** How often is read what no feed keeps current. */
  everyMs: number | false;
}

const RENDER_MS = 500;
const EVERY_MS = 3000;
const GONE = new Set(["removed", "purging", "purged"]);
const MOST = 3000; // rows a page, as the server has it
const Context = createContext<Live | null>(null);

export function LiveProvider({ project, children }: { project: string; children: ReactNode }) {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const followers = useRef(new Set<Follower>());
  useEffect(() => {
    const cache = cacheOf(client, project);
    const take = (changes: Change[]) => {
      cache.apply(changes);
      for (const follower of followers.current) follower.changes(changes);
    };
    const batch = new Batch<Change>(RENDER_MS, take, { keyOf });
    const feed = new Feed(project, {
      begins: () => {
        cache.refresh();
        for (const follower of followers.current) follower.begins();
      },
      changes: (changes) => batch.add(changes),
      connection: setConnection,
    });
    return () => {
      feed.close();
      batch.close();
      cache.close();
    };
  }, [client, project]);
  useEffect(() => {
    if (connection === "live") void client.refetchQueries({ type: "active", predicate: isUnread });
  }, [client, connection]);
  const follow = useCallback((follower: Follower) => {
    followers.current.add(follower);
    return () => void followers.current.delete(follower);
  }, []);
  const live = useMemo<Live>(
    () => ({ project, connection, follow, everyMs: false }),
    [project, connection, follow],
  );
  return <Context.Provider value={live}>{children}</Context.Provider>;
}

/** What has no feed: it is read now and then while it is looked at. */
export function Unfed({ of, children }: { of: string; children: ReactNode }) {
  const live = useMemo<Live>(
    () => ({ project: of, connection: "live", follow: () => () => undefined, everyMs: EVERY_MS }),
    [of],
  );
  return <Context.Provider value={live}>{children}</Context.Provider>;
}

/** What is of no environment: accounts, and environments themselves. */
export function Everywhere({ children }: { children: ReactNode }) {
  return <Unfed of={EVERYWHERE}>{children}</Unfed>;
}

/** What could not be read while the server was away. */
const isUnread = (query: Query): boolean =>
  query.state.status === "error" && query.state.error instanceof Unreachable;
const keyOf = (change: Change): string => `${change.type} ${change.id}`;

export function useLive(): Live {
  const live = useContext(Context);
  if (live === null) throw new Error("only inside an environment");
  return live;
}

/** The environment that is looked at. */
export function useProject(): string {
  return useLive().project;
}

/** A list as the API answers it, page by page; `params` are the API's own words. */
export function useRows<T extends keyof TypeMap>(type: T, params: Params = {}) {
  const { project, connection, everyMs } = useLive();
  const query = useInfiniteQuery({
    queryKey: [ROWS, project, type, params],
    queryFn: ({ pageParam }) => call<Collection<TypeMap[T]>>("GET", pageParam),
    initialPageParam: firstPage(collectionPath(project, PLURALS[type]), params),
    getNextPageParam: (last, pages) => nextPage(last, pages),
    enabled: connection !== "connecting", // the feed begins before what it keeps current
    refetchInterval: everyMs,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  return { ...query, rows };
}

/** Where the next page begins: rows may have come and gone since the pages before were read. */
function nextPage<R>(last: Collection<R>, pages: readonly Collection<R>[]): string | null {
  if (last.pagination.next === null) return null;
  const next = new URL(last.pagination.next, location.origin);
  const read = pages.reduce((sum, page) => sum + page.data.length, 0);
  next.searchParams.set("marker", `m${read}`);
  return next.pathname + next.search;
}

/** How many rows of a list are in each state, all pages together. */
export function useCounts(type: keyof TypeMap, params: Params) {
  const live = useLive();
  return useQuery({ ...countsOf(live, type, params), placeholderData: keepPreviousData });
}

/** How many rows there are in several lists of one type together; undefined: not known yet. */
export function useTotal(type: keyof TypeMap, lists: readonly Params[]): number | undefined {
  const live = useLive();
  return useQueries({
    queries: lists.map((params) => countsOf(live, type, params)),
    combine: (answers) => {
      if (answers.some(({ data }) => data === undefined)) return undefined;
      const counts = answers.flatMap(({ data }) => Object.values(data ?? {}));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  });
}

function countsOf({ project, connection, everyMs }: Live, type: keyof TypeMap, params: Params) {
  const { limit: _, ...filters } = params;
  const asked = { ...filters, limit: "1", counts: "true" };
  return {
    queryKey: [COUNTS, project, type, asked],
    queryFn: async () => {
      const path = firstPage(collectionPath(project, PLURALS[type]), asked);
      const { counts } = await call<{ counts: Record<string, number> | null }>("GET", path);
      return counts ?? {};
    },
    enabled: connection !== "connecting",
    refetchInterval: everyMs,
  };
}

/** How many rows wait to be shown because somebody points at the list; `show` shows them. */
export function useHeld(type: keyof TypeMap, params: Params, isHeld: boolean) {
  const client = useQueryClient();
  const { project } = useLive();
  const cache = cacheOf(client, project);
  const key: RowsKey = [ROWS, project, type, params];
  const hash = hashKey(key);
  const count = useSyncExternalStore(cache.subscribe, () => cache.waiting(hash));
  const show = () => {
    cache.release(hash, key);
    if (isHeld) cache.hold(hash);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash is the key
  useEffect(() => {
    if (!isHeld) return;
    cache.hold(hash);
    return () => cache.release(hash, key);
  }, [cache, hash, isHeld]);
  return { count, show };
}

function firstPage(path: string, params: Params): string {
  const query = new URLSearchParams(params).toString();
  return query ? `${path}?${query}` : path;
}

/** All rows of a type that there are few of, by id: to name what others refer to. */
export function useById<T extends keyof TypeMap>(type: T): ReadonlyMap<string, TypeMap[T]> {
  const { rows, hasNextPage, isFetchingNextPage, fetchNextPage } = useRows(type, ALL);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
}

const ALL: Params = { limit: String(MOST) };

/** One row; null once it is gone. */
export function useRow<T extends keyof TypeMap>(type: T, id: string, isWanted = true) {
  const { project, connection, everyMs } = useLive();
  return useQuery({
    queryKey: [ROW, project, type, id],
    queryFn: () => readRow(project, type, id) as Promise<TypeMap[T] | null>,
    enabled: isWanted && connection !== "connecting",
    refetchInterval: everyMs,
  });
}

/** A row as it is now; null: there is none any more. */
export async function readRow(project: string, type: string, id: string): Promise<Row | null> {
  const plural = PLURALS[type as keyof typeof PLURALS];
  try {
    const row = await call<Row>("GET", `${collectionPath(project, plural)}/${id}`);
    return GONE.has(row.state ?? "") ? null : row;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
