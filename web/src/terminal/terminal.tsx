/** A shell in a container, in a chunk of its own: the terminal is large. */

import "@xterm/xterm/css/xterm.css";
import { Alert, Button, Group, Text } from "@mantine/core";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container, HostAccess } from "../api/generated";
import { call, selfOf } from "../api/http";
import { socketAddress } from "../logs/follow";
import { errorWord } from "../words/say";

const PROTOCOL = "channel.pasture.io"; // binary frames: a byte that says which channel, then data
const INPUT = 0;
const CONTROL = 3;
const SHELL = "exec $(command -v bash || command -v ash || command -v sh)";

interface Ending {
  code?: number | null;
  error?: string;
}

export default function Shell({ container }: { container: Container }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [round, setRound] = useState(0);
  const [ending, setEnding] = useState<Ending | null>(null);
  const self = selfOf(container);
  const label = t("shell.label", { name: container.name ?? container.id });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new shell
  useEffect(() => {
    const at = place.current;
    if (at === null) return;
    setEnding(null);
    return openShell(at, self, label, setEnding);
  }, [self, round, label]);
  return (
    <div
      style={{
        display: "flex",
        flexDirection: "column",
        height: "max(320px, calc(100vh - 250px))",
      }}
    >
      <Text size="xs" c="dimmed" mb={4}>
        {t("shell.leave")}
      </Text>
      {ending && (
        <Alert color={ending.error ? "red" : "gray"} variant="light" p="xs" mb="xs" role="status">
          <Group justify="space-between">
            {ending.error === undefined
              ? t("shell.ended", { code: ending.code ?? "" })
              : t("shell.failed", { error: ending.error })}
            <Button size="xs" variant="default" onClick={() => setRound(round + 1)}>
              {t("shell.again")}
            </Button>
          </Group>
        </Alert>
      )}
      <div className="terminal" style={{ flex: 1, minHeight: 0 }}>
        <div ref={place} style={{ height: "100%" }} data-testid="terminal" />
      </div>
    </div>
  );

  function openShell(
    at: HTMLElement,
    path: string,
    name: string,
    ended: (how: Ending) => void,
  ): () => void {
    const terminal = new Terminal({
      cursorBlink: true,
      fontSize: 13,
      fontFamily: getComputedStyle(document.body).getPropertyValue(
        "--mantine-font-family-monospace",
      ),
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
        if (!isOver) ended({ error: errorWord(t as never, error) });
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
}

function endingIn(content: Uint8Array): Ending {
  const { exitCode, error } = JSON.parse(new TextDecoder().decode(content)) as {
    exitCode?: number;
    error?: string;
  };
  return { code: exitCode, error };
}
