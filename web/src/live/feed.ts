/** The server's feed of an environment: one socket, opened again from where it was. */

import { ROOT } from "../api/http";
import type { Change } from "./patch";

export type Connection = "connecting" | "live" | "lost";

export interface Listener {
  /** The feed begins here: what was read before may be old. */
  begins(): void;
  changes(changes: Change[]): void;
  connection(now: Connection): void;
}

interface Frame {
  revision: number;
  changes: Change[];
}

const GAP = 4410; // what follows our revision is not kept: list anew
const SILENT_MS = 15_000; // the server says something every five seconds
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export class Feed {
  private socket: WebSocket | null = null;
  private after: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private isClosed = false;

  constructor(
    private readonly project: string,
    private readonly listener: Listener,
    private readonly open: (url: string) => WebSocket = (url) => new WebSocket(url),
    private readonly chance: () => number = Math.random,
  ) {
    this.connect();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const from = this.after === null ? "" : `?after=${this.after}`;
    const url = `${scheme}://${location.host}${ROOT}/projects/${this.project}/feed${from}`;
    const socket = this.open(url);
    this.socket = socket;
    socket.onmessage = (event) => this.hear(JSON.parse(String(event.data)) as Frame);
    socket.onclose = (event) => this.lost(event.code);
    this.expect();
  }

  private hear(frame: Frame): void {
    const isFirst = this.after === null;
    this.after = frame.revision;
    this.tries = 0;
    this.expect();
    this.listener.connection("live");
    if (isFirst) this.listener.begins();
    if (frame.changes.length > 0) this.listener.changes(frame.changes);
  }

  private lost(code: number): void {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    if (code === GAP) this.after = null;
    else this.listener.connection("lost");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries++);
    this.timer = setTimeout(() => this.connect(), longest * (0.5 + this.chance() / 2));
  }

  /** A socket that is silent for too long is dead, though nobody closed it. */
  private expect(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.timer = setTimeout(() => {
      if (socket) socket.onclose = null;
      socket?.close();
      this.lost(0);
    }, SILENT_MS);
  }
}
