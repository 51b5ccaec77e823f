/** How the page looks and speaks: chosen here, kept by the server for who is logged in. */

import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isLanguage, type Language, speak } from "../words/words";
import { chosen, usePrefer, usePreferences } from "./preferences";

export const THEMES = ["auto", "light", "dark"] as const;

/** How the page looks and speaks; whoever is logged in finds it so everywhere. */
export function useLook() {
  const { i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const preferences = usePreferences();
  const prefer = usePrefer();
  const isKept = preferences.isSuccess;
  return {
    theme: colorScheme,
    language: i18n.language,
    setTheme: (theme: MantineColorScheme) => {
      setColorScheme(theme);
      if (isKept) prefer.mutate({ theme });
    },
    setLanguage: (language: Language) => {
      void speak(language);
      if (isKept) prefer.mutate({ language });
    },
  };
}

/** Applies what the server has, once it is known. */
export function Preferred() {
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const { data } = usePreferences();
  const { theme, language } = chosen(data);
  useEffect(() => {
    if (theme) setColorScheme(theme);
  }, [theme, setColorScheme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen here meanwhile counts
  useEffect(() => {
    if (language && isLanguage(language) && language !== i18n.language) void speak(language);
  }, [language]);
  return null;
}
