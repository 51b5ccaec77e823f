/** A terminal on the page, and the shell in a container that it talks with. */

import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import type { HostAccess } from "../api/generated";
import { call, Unreachable } from "../api/http";
import { socketAddress } from "../api/stream";
import { commandOf, type ShellName } from "./chosen";
import { letColoursThrough } from "./colours";

const PROTOCOL = "channel.pasture.io"; // binary frames: a byte that says which channel, then data
const INPUT = 0;
const CONTROL = 3;

export interface Ending {
  code?: number | null;
  /** What went wrong; not there: the shell ended by itself. */
  error?: unknown;
}

export interface Wanted {
  /** The address of the container. */
  path: string;
  /** What the terminal is called for those who do not see it. */
  name: string;
  shell: ShellName;
  /** As whom: name, number or either with a group; empty: as the image says. */
  user: string;
  size: number;
}

/** `typed`: the text grows, and the place that was found may still be the one. */
export type Way = "typed" | "next" | "previous";

export interface OpenShell {
  /** Gives the text another size. */
  resize: (size: number) => void;
  /** Selects where a text stands: the next place from here, or the one before; says whether there is one. */
  find: (text: string, way: Way) => boolean;
  focus: () => void;
  close: () => void;
}

/** Opens a terminal in an element. */
export function openShell(
  at: HTMLElement,
  wanted: Wanted,
  ended: (how: Ending) => void,
): OpenShell {
  letColoursThrough();
  const terminal = new Terminal({
    cursorBlink: true,
    fontSize: wanted.size,
    fontFamily: getComputedStyle(document.body).getPropertyValue("--mantine-font-family-monospace"),
    theme: { background: "#10151a", foreground: "#dee2e6" },
    screenReaderMode: false,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const search = new SearchAddon();
  terminal.loadAddon(search);
  terminal.open(at);
  terminal.textarea?.setAttribute("aria-label", wanted.name);
  fit.fit();
  terminal.focus();
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== "Escape" || !event.shiftKey) return true;
    terminal.blur();
    return false;
  });
  const watching = new ResizeObserver(() => fit.fit());
  watching.observe(at);
  const disconnect = connect(terminal, wanted, ended);
  return {
    resize: (size) => {
      terminal.options.fontSize = size;
      fit.fit();
    },
    find: (text, way) =>
      way === "previous"
        ? search.findPrevious(text)
        : search.findNext(text, { incremental: way === "typed" }),
    focus: () => terminal.focus(),
    close: () => {
      disconnect();
      watching.disconnect();
      terminal.dispose();
    },
  };
}

function connect(terminal: Terminal, wanted: Wanted, ended: (how: Ending) => void): () => void {
  let socket: WebSocket | null = null;
  let isOver = false;
  const early: Uint8Array<ArrayBuffer>[] = []; // typed before there was a shell
  let told: Ending = { error: new Unreachable() }; // unless the server says how it ended
  const { cols: width, rows: height } = terminal;
  const request = {
    command: commandOf(wanted.shell),
    user: wanted.user || null,
    environment: ["TERM=xterm-256color"],
    width,
    height,
  };
  call<HostAccess>("POST", `${wanted.path}/?action=execute`, request)
    .then((access) => {
      if (isOver) return;
      const opened = new WebSocket(socketAddress(access), PROTOCOL);
      socket = opened;
      socket.binaryType = "arraybuffer";
      socket.onopen = () => {
        for (const frame of early.splice(0)) opened.send(frame);
      };
      socket.onmessage = (event) => {
        const frame = new Uint8Array(event.data as ArrayBuffer);
        if (frame[0] === CONTROL) told = endingIn(frame.subarray(1));
        else terminal.write(frame.subarray(1));
      };
      socket.onclose = () => {
        if (!isOver) ended(told);
      };
    })
    .catch((error: unknown) => {
      if (!isOver) ended({ error });
    });
  const say = (channel: number, data: string) => {
    const bytes = new TextEncoder().encode(data);
    const frame = new Uint8Array(bytes.length + 1);
    frame[0] = channel;
    frame.set(bytes, 1);
    if (socket === null || socket.readyState === WebSocket.CONNECTING) early.push(frame);
    else if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  };
  terminal.onData((data) => say(INPUT, data));
  terminal.onResize(({ cols, rows }) =>
    say(CONTROL, JSON.stringify({ width: cols, height: rows })),
  );
  return () => {
    isOver = true;
    socket?.close();
  };
}

function endingIn(content: Uint8Array): Ending {
  const { exitCode, error } = JSON.parse(new TextDecoder().decode(content)) as {
    exitCode?: number;
    error?: string;
  };
  return { code: exitCode, error };
}
