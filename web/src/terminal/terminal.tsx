/** A shell in a container, in a chunk of its own: the terminal is large. */

import "@xterm/xterm/css/xterm.css";
import { Alert, Button, Group, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Container } from "../api/generated";
import { selfOf } from "../api/http";
import { errorWord } from "../words/say";
import { type Ending, openShell } from "./connection";

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
              : t("shell.failed", { error: errorWord(t as TFunction, ending.error) })}
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
}
