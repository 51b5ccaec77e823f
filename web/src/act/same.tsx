/** The part of each dialog that says how to do the same without the page. */

import { Accordion, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Command } from "../parts/copy";
import { asCurl, type Change } from "./change";

interface Props {
  /** Several are sent one after the other. */
  change: Change | readonly Change[];
  command: string | null;
}

export function Same({ change, command }: Props) {
  const { t } = useTranslation();
  const changes = [change].flat();
  return (
    <Accordion variant="contained" mt="md">
      <Accordion.Item value="same">
        <Accordion.Control>{t("act.same_by")}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            {command !== null && <Command text={command} />}
            {changes.map((one) => (
              <Command key={one.path} text={asCurl(one, location.origin)} />
            ))}
            <Text size="xs" c="dimmed">
              {t("act.curl_keys")}
            </Text>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
