/** Names and values in rows, for labels and variables; pasted lines of name=value fill many. */

import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import type { ClipboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";
import { newPair, type Pair, pairProblem, pastedPairs } from "./pair";

interface Props {
  legend: string;
  /** What the button says that adds one. */
  add: string;
  hint?: string;
  /** A character that cannot be in them. */
  without?: string;
  pairs: readonly Pair[];
  /** What is wrong with them as a whole; a row says for itself what is wrong with it. */
  error?: string;
  onChange: (pairs: Pair[]) => void;
}

export function Pairs({ legend, add, hint, without = "", pairs, error, onChange }: Props) {
  const { t } = useTranslation();
  const put = (at: number, more: Partial<Pair>) =>
    onChange(pairs.map((pair, i) => (i === at ? { ...pair, ...more } : pair)));
  const paste = (event: ClipboardEvent, at: number) => {
    const pasted = pastedPairs(event.clipboardData.getData("text"));
    if (pasted.length === 0) return;
    event.preventDefault();
    const rest = pairs.filter((pair, i) => i !== at || pair.value !== "");
    onChange([...rest, ...pasted]);
  };
  return (
    <Fieldset legend={legend} p="sm">
      <Stack gap="xs">
        {pairs.map((pair, at) => {
          const problem = pairProblem(pairs, at, without);
          return (
            <Group key={pair.key} gap="xs" wrap="nowrap" align="flex-start">
              <TextInput
                aria-label={`${t("form.key")} ${at + 1}`}
                placeholder={t("form.key")}
                value={pair.name}
                error={problem && t(`form.${problem}`, { character: without })}
                onChange={(event) => put(at, { name: event.currentTarget.value })}
                onPaste={(event) => paste(event, at)}
                style={{ flex: 1 }}
              />
              <TextInput
                aria-label={`${t("form.value")} ${at + 1}`}
                placeholder={t("form.value")}
                value={pair.value}
                onChange={(event) => put(at, { value: event.currentTarget.value })}
                style={{ flex: 1 }}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t("form.remove", { number: at + 1 })}
                onClick={() => onChange(pairs.filter((_, i) => i !== at))}
              >
                <Icon sign="close" size={16} />
              </ActionIcon>
            </Group>
          );
        })}
        {error && (
          <Text size="sm" c="var(--state-red)" role="alert">
            {error}
          </Text>
        )}
        <Group justify="space-between" gap="xs">
          <Button
            variant="subtle"
            size="xs"
            leftSection={<Icon sign="plus" size={14} />}
            onClick={() => onChange([...pairs, newPair()])}
          >
            {add}
          </Button>
          <Text size="xs" c="dimmed">
            {hint ?? t("form.paste_hint")}
          </Text>
        </Group>
      </Stack>
    </Fieldset>
  );
}
