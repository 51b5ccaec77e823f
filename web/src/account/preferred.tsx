/** What a person chooses for the pages. */

import { Card, type MantineColorScheme, Select, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProjects } from "../shell/outside";
import { LANGUAGES, type Language } from "../words/words";
import { THEMES, useLook } from "./look";
import { chosen, usePrefer, usePreferences } from "./preferences";

export function PreferenceCard() {
  const { t } = useTranslation();
  const look = useLook();
  const projects = useProjects();
  const preferences = usePreferences();
  const prefer = usePrefer();
  const start = chosen(preferences.data).defaultProjectId ?? "";
  return (
    <Card withBorder component="section" maw={480}>
      <Stack>
        <Title order={2} size="h4">
          {t("prefer.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("prefer.hint")}
        </Text>
        <Select
          label={t("nav.theme")}
          allowDeselect={false}
          value={look.theme}
          data={THEMES.map((value) => ({ value, label: t(`nav.theme_${value}`) }))}
          onChange={(value) => look.setTheme(value as MantineColorScheme)}
        />
        <Select
          label={t("nav.language")}
          allowDeselect={false}
          value={look.language}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          onChange={(value) => look.setLanguage(value as Language)}
        />
        <Select
          label={t("prefer.start")}
          allowDeselect={false}
          value={start}
          data={[
            { value: "", label: t("prefer.last") },
            ...(projects.data ?? []).map((one) => ({ value: one.id, label: one.name ?? one.id })),
          ]}
          onChange={(value) => prefer.mutate({ defaultProjectId: value ?? "" })}
        />
      </Stack>
    </Card>
  );
}
