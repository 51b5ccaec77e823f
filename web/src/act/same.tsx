/** The part of each dialog that says how to do the same without the page. */

import { Accordion, Anchor, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Command } from "../parts/copy";
import { Icon } from "../parts/icons";
import { asCurl, asCurlEach, type Change } from "./change";

interface Props {
  /** Several are sent one after the other. */
  change: Change | readonly Change[];
  command: string | null;
  /** Where it is in the API. */
  api?: string;
}

export function Same({ change, command, api }: Props) {
  const { t } = useTranslation();
  const changes = [change].flat();
  const isOneVerb = changes.length > 1 && changes.every((one) => one.about);
  const requests = isOneVerb
    ? [asCurlEach(changes, location.origin)]
    : changes.map((one) => asCurl(one, location.origin));
  return (
    <Accordion variant="contained" mt="md">
      <Accordion.Item value="same">
        <Accordion.Control>{t("act.same_by")}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            {command !== null && <Command text={command} />}
            {requests.map((text) => (
              <Command key={text} text={text} />
            ))}
            <Text size="xs" c="dimmed">
              {t("act.curl_keys")}
            </Text>
            {api && (
              <Anchor href={api} target="_blank" size="sm">
                <Group gap={6}>
                  <Icon sign="api" size={16} />
                  {t("act.view_api")}
                </Group>
              </Anchor>
            )}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
