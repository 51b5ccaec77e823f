/** Where somebody types what to search for in an output. */

import { TextInput } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";

interface Props {
  value: string;
  onChange: (text: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

export function OutputSearch({ value, onChange, onKeyDown }: Props) {
  const { t } = useTranslation();
  return (
    <TextInput
      type="search"
      size="xs"
      aria-label={t("log.search")}
      placeholder={t("log.search")}
      leftSection={<Icon sign="search" size={14} />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
