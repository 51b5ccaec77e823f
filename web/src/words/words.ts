/** The page's languages: one file of words each, read when it is chosen. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "./en";

export const LANGUAGES = { en: "English", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;
const KEPT = "pasture.language"; // before-paint.js reads it too

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

export const isLanguage = (text: string): text is Language => text in LANGUAGES;

/** The language that was chosen, or the first of the browser's that there are words for. */
export function preferred(kept: string | null, spoken: readonly string[]): Language {
  if (kept !== null && isLanguage(kept)) return kept;
  for (const tag of spoken) {
    if (tag.toLowerCase().startsWith("zh")) return "zh-CN";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

async function wordsOf(language: Language): Promise<object> {
  const words = language === "zh-CN" ? import("./zh-CN") : import("./en");
  return (await words).default;
}

export async function begin(): Promise<void> {
  const language = preferred(localStorage.getItem(KEPT), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await wordsOf(language) } },
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export async function speak(language: Language): Promise<void> {
  i18next.addResourceBundle(language, "translation", await wordsOf(language));
  await i18next.changeLanguage(language);
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
}
