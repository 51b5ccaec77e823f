/** Text to take along: copied by a button, also where the browser offers no clipboard (plain HTTP). */

import { ActionIcon, Code, Group, Tooltip } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";

const SHOWN_MS = 1500;

export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const from = document.activeElement;
  (from?.parentElement ?? document.body).append(area); // inside a dialog, which keeps the focus
  area.select();
  document.execCommand("copy");
  area.remove();
  if (from instanceof HTMLElement) from.focus();
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const words = isCopied ? t("copy.copied") : (label ?? t("copy.copy"));
  return (
    <Tooltip label={words}>
      <ActionIcon variant="subtle" color="gray" aria-label={words} onClick={() => void copy()}>
        <Icon sign={isCopied ? "check" : "copy"} size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

/** A command to paste into a terminal. */
export function Command({ text, label }: { text: string; label?: string }) {
  return (
    <Group align="flex-start" gap={6} wrap="nowrap">
      <Code block style={{ flex: 1, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Code>
      <CopyButton text={text} label={label} />
    </Group>
  );
}
