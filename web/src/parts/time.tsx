/** A time as how long ago, with the exact one on demand; all of them tick together. */

import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ago } from "../words/say";

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function Ago({ at }: { at: string | null }) {
  const { i18n } = useTranslation();
  const seen = useSyncExternalStore(subscribe, () => now);
  if (at === null) return null;
  const then = Date.parse(at);
  const exact = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "medium",
  });
  return (
    <time dateTime={at} title={exact.format(then)}>
      {ago(i18n.language, then, Math.max(seen, then))}
    </time>
  );
}
