/** Language and theme: chosen before or after logging in. */

import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { THEMES, useLook } from "../account/look";
import { Icon } from "../parts/icons";
import { LANGUAGES, type Language } from "../words/words";

export function LanguageMenu() {
  const { t } = useTranslation();
  const { language, setLanguage } = useLook();
  return (
    <Menu position="bottom-end">
      <Tooltip label={t("nav.language")}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("nav.language")}>
            <Icon sign="language" />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            onClick={() => setLanguage(tag as Language)}
            rightSection={language === tag && <Icon sign="check" size={16} />}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ThemeMenu() {
  const { t } = useTranslation();
  const { theme, setTheme } = useLook();
  return (
    <Menu position="bottom-end">
      <Tooltip label={t("nav.theme")}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("nav.theme")}>
            <Icon sign={theme === "dark" ? "moon" : "sun"} />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        {THEMES.map((one) => (
          <Menu.Item
            key={one}
            onClick={() => setTheme(one)}
            rightSection={theme === one && <Icon sign="check" size={16} />}
          >
            {t(`nav.theme_${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
