/** The part of each dialog that says how to do the same without the page. */

import { Accordion, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Command } from "../parts/copy";
import { asCurl, type Change } from "./change";

export function Same({ change, command }: { change: Change; command: string | null }) {
  const { t } = useTranslation();
  return (
    <Accordion variant="contained" mt="md">
      <Accordion.Item value="same">
        <Accordion.Control>{t("act.same_by")}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            {command !== null && <Command text={command} />}
            <Command text={asCurl(change, location.origin)} />
            <Text size="xs" c="dimmed">
              {t("act.curl_keys")}
            </Text>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
