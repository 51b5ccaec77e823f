/** Where browsers and machines reach this server: it stands in the commands that join hosts. */

import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { noteOn } from "../hosts/command";
import { Icon } from "../parts/icons";
import { Trouble } from "../parts/trouble";
import { ADDRESS, isPublicAddress, useSet } from "./settings";

interface Props {
  /** What is set; empty: nothing. */
  value: string;
  /** What else can be done in its place. */
  children?: React.ReactNode;
  onSet?: () => void;
}

export function AddressForm({ value, children, onSet }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value || location.origin);
  const setting = useSet();
  const isGood = isPublicAddress(text);
  const note = isGood ? noteOn(text) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isGood) setting.mutate({ name: ADDRESS, value: text }, { onSuccess: onSet });
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={560}>
        <TextInput
          label={t("settings.address")}
          description={t("settings.address_hint")}
          value={text}
          error={!isGood && t("settings.address_bad")}
          onChange={(event) => setText(event.currentTarget.value.trim())}
        />
        {note && (
          <Alert color="orange" variant="light" icon={<Icon sign="warning" />}>
            {t(`settings.note_${note}`)}
          </Alert>
        )}
        {setting.isError && <Trouble error={setting.error} />}
        <Group>
          <Button type="submit" loading={setting.isPending} disabled={!isGood || text === value}>
            {t("edit.save")}
          </Button>
          {children}
        </Group>
      </Stack>
    </form>
  );
}
