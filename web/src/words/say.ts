/** Words for what the server says in names: states, errors; times and sizes in the language. */

import type { TFunction } from "i18next";
import { ApiError, Unreachable } from "../api/http";

export function stateWord(t: TFunction, state: string): string {
  return t(`state.${state}` as "state.active", { defaultValue: state });
}

/** What an error means, in the reader's language: by its code. */
export function errorWord(t: TFunction, error: unknown): string {
  if (error instanceof ApiError) {
    return t(`error.code.${error.code}` as "error.code.Conflict", { defaultValue: error.message });
  }
  if (error instanceof Unreachable) return t("error.unreachable");
  return error instanceof Error ? error.message : String(error);
}

/** What the server itself said of an error, where that says more. */
export function errorDetail(error: unknown): string | null {
  return error instanceof ApiError ? error.message : null;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

export function ago(language: string, thenMs: number, nowMs: number): string {
  const seconds = Math.round((thenMs - nowMs) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(Math.min(0, seconds), "second");
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(language: string, size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)} ${UNITS[unit]}`;
}

export function percent(language: string, value: number): string {
  const digits = { maximumFractionDigits: value < 10 ? 1 : 0 };
  return `${new Intl.NumberFormat(language, digits).format(value)} %`;
}

/** An image as people write it. */
export function imageName(uuid: string | null): string {
  return (uuid ?? "").replace(/^(docker|sim):/, "");
}
