/** The first thing asked of an installation: where it is reached. Asked until it is set or put off. */

import { Button, Card, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { chosen, usePrefer, usePreferences } from "../account/preferences";
import { useSession } from "../api/session";
import { AddressForm } from "../settings/address";
import { ADDRESS, useSettings } from "../settings/settings";

export function FirstRun() {
  const { t } = useTranslation();
  const session = useSession();
  const isAdmin = session.data?.userType === "admin";
  const settings = useSettings(isAdmin);
  const preferences = usePreferences();
  const prefer = usePrefer();
  if (!settings.isSuccess || !preferences.isSuccess) return null;
  const isSet = settings.data.some(({ name, activeValue }) => name === ADDRESS && activeValue);
  if (isSet || chosen(preferences.data).addressAsked) return null;
  return (
    <Card withBorder component="section" mb="lg" aria-label={t("settings.first")}>
      <Title order={2} size="h4">
        {t("settings.first")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("settings.first_hint")}
      </Text>
      <AddressForm value="">
        <Button
          variant="default"
          loading={prefer.isPending}
          onClick={() => prefer.mutate({ addressAsked: true })}
        >
          {t("settings.later")}
        </Button>
      </AddressForm>
    </Card>
  );
}
