/** Sockets that carry what a host sends: opened with a token, and again when they break. */

import type { HostAccess } from "./generated";
import { ApiError, pathOf } from "./http";

export type Following = "connecting" | "live" | "ended" | "lost";

const AGAIN_MS = 2000;
const NORMAL = 1000;
const NO_SERVER = 503;

export interface Listener {
  /** Asks for the stream; called anew for each connection. */
  access(): Promise<HostAccess>;
  opened?(): void;
  message(data: string): void;
  following(now: Following): void;
  failed(error: unknown): void;
}

/** Follows a stream of texts until it ends by itself; returns what ends it before. */
export function follow(listener: Listener): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const again = () => {
    if (isOver) return;
    listener.following("lost");
    timer = setTimeout(() => void open(), AGAIN_MS);
  };

  const open = async () => {
    try {
      const access = await listener.access();
      if (!isOver) listen(new WebSocket(socketAddress(access)));
    } catch (error) {
      if (isOver) return;
      if (error instanceof ApiError && error.status !== NO_SERVER) {
        listener.failed(error);
        listener.following("ended");
      } else again();
    }
  };

  const listen = (opened: WebSocket) => {
    socket = opened;
    opened.onopen = () => {
      listener.following("live");
      listener.opened?.();
    };
    opened.onmessage = (event) => listener.message(String(event.data));
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

/** All that a stream brings, read once to its end. */
export async function whole(access: HostAccess): Promise<string[]> {
  const parts: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(socketAddress(access));
    socket.onmessage = (event) => parts.push(String(event.data));
    socket.onclose = (event) =>
      event.code === NORMAL ? resolve() : reject(new Error(event.reason || "connection lost"));
  });
  return parts;
}

/** Where a stream is, seen from here. */
export function socketAddress({ url, token }: HostAccess): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}${pathOf(url)}?token=${encodeURIComponent(token)}`;
}
