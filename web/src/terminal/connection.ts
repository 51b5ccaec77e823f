/** A terminal on the page, and the shell in a container that it talks with. */

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import type { HostAccess } from "../api/generated";
import { call } from "../api/http";
import { socketAddress } from "../api/stream";

const PROTOCOL = "channel.pasture.io"; // binary frames: a byte that says which channel, then data
const INPUT = 0;
const CONTROL = 3;
const SHELL = "exec $(command -v bash || command -v ash || command -v sh)";

export interface Ending {
  code?: number | null;
  /** What went wrong; not there: the shell ended by itself. */
  error?: unknown;
}

/** Opens a terminal in an element; returns what ends it. */
export function openShell(
  at: HTMLElement,
  path: string,
  name: string,
  ended: (how: Ending) => void,
): () => void {
  const terminal = new Terminal({
    cursorBlink: true,
    fontSize: 13,
    fontFamily: getComputedStyle(document.body).getPropertyValue("--mantine-font-family-monospace"),
    theme: { background: "#10151a", foreground: "#dee2e6" },
    screenReaderMode: false,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(at);
  terminal.textarea?.setAttribute("aria-label", name);
  fit.fit();
  terminal.focus();
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== "Escape" || !event.shiftKey) return true;
    terminal.blur();
    return false;
  });
  const watching = new ResizeObserver(() => fit.fit());
  watching.observe(at);
  const close = connect(terminal, path, ended);
  return () => {
    close();
    watching.disconnect();
    terminal.dispose();
  };
}

function connect(terminal: Terminal, path: string, ended: (how: Ending) => void): () => void {
  let socket: WebSocket | null = null;
  let isOver = false;
  let told: Ending = {};
  const { cols: width, rows: height } = terminal;
  const request = {
    command: ["/bin/sh", "-c", SHELL],
    environment: ["TERM=xterm-256color"],
    width,
    height,
  };
  call<HostAccess>("POST", `${path}/?action=execute`, request)
    .then((access) => {
      if (isOver) return;
      socket = new WebSocket(socketAddress(access), PROTOCOL);
      socket.binaryType = "arraybuffer";
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
    if (socket?.readyState !== WebSocket.OPEN) return;
    const bytes = new TextEncoder().encode(data);
    const frame = new Uint8Array(bytes.length + 1);
    frame[0] = channel;
    frame.set(bytes, 1);
    socket.send(frame);
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
