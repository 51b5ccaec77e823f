import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Connection, Feed } from "./feed";
import type { Change } from "./patch";

class Socket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  isClosed = false;
  constructor(readonly url: string) {}
  close() {
    this.isClosed = true;
  }
  say(revision: number, changes: Change[] = []) {
    this.onmessage?.({ data: JSON.stringify({ revision, changes }) });
  }
  end(code = 1006) {
    this.onclose?.({ code });
  }
}

function world() {
  const sockets: Socket[] = [];
  const seen: { begins: number; changes: Change[]; connection: Connection[] } = {
    begins: 0,
    changes: [],
    connection: [],
  };
  const listener = {
    begins: () => {
      seen.begins += 1;
    },
    changes: (changes: Change[]) => seen.changes.push(...changes),
    connection: (now: Connection) => seen.connection.push(now),
  };
  const open = (url: string) => {
    const socket = new Socket(url);
    sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  const feed = new Feed("1a5", listener, open, () => 1);
  return { feed, sockets, seen };
}

const CHANGE: Change = { type: "host", id: "1h1", resource: null };

describe("the feed", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("begins where the server is", () => {
    const { sockets, seen } = world();
    expect(sockets[0]?.url).toMatch(/\/v2-beta\/projects\/1a5\/feed$/);
    sockets[0]?.say(7);
    expect(seen).toEqual({ begins: 1, changes: [], connection: ["live"] });
  });

  it("goes on after a lost connection from where it was", () => {
    const { sockets, seen } = world();
    sockets[0]?.say(7);
    sockets[0]?.say(9, [CHANGE]);
    sockets[0]?.end();
    expect(seen.connection.at(-1)).toBe("lost");
    vi.advanceTimersByTime(500);
    expect(sockets[1]?.url).toMatch(/feed\?after=9$/);
    sockets[1]?.say(10);
    expect(seen.begins).toBe(1);
    expect(seen.connection.at(-1)).toBe("live");
  });

  it("begins anew where what it missed is not kept", () => {
    const { sockets, seen } = world();
    sockets[0]?.say(7);
    sockets[0]?.end(4410);
    vi.advanceTimersByTime(500);
    expect(sockets[1]?.url).toMatch(/feed$/);
    sockets[1]?.say(900);
    expect(seen.begins).toBe(2);
  });

  it("waits longer after each try that fails", () => {
    const { sockets } = world();
    for (const wait of [500, 1000, 2000]) {
      sockets.at(-1)?.end();
      const before = sockets.length;
      vi.advanceTimersByTime(wait - 1);
      expect(sockets.length).toBe(before);
      vi.advanceTimersByTime(1);
      expect(sockets.length).toBe(before + 1);
    }
  });

  it("takes a silent socket for a dead one", () => {
    const { sockets, seen } = world();
    sockets[0]?.say(7);
    vi.advanceTimersByTime(15_000);
    expect(sockets[0]?.isClosed).toBe(true);
    expect(seen.connection.at(-1)).toBe("lost");
  });

  it("is not opened again once it was closed", () => {
    const { feed, sockets } = world();
    feed.close();
    sockets[0]?.end();
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(1);
  });
});
