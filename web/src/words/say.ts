/** Words for what the server says in names: states, errors; times and sizes in the language. */

import type { TFunction } from "i18next";
import { ApiError, Unreachable } from "../api/http";

export function stateWord(t: TFunction, state: string): string {
  return t(`state.${state}` as "state.active", { defaultValue: state });
}

/** What is done with a thing; a verb that there is no word for is the server's own. */
export function verbWord(t: TFunction, type: string, verb: string): string {
  if (type === "service" && verb === "activate") return t("act.service.activate");
  if (type === "service" && verb === "deactivate") return t("act.service.deactivate");
  return t(`act.${verb}` as "act.stop", { defaultValue: verb });
}

/** So many of a type. */
export function thingsWord(t: TFunction, type: string, count: number): string {
  const any = t("task.things.thing", { count });
  return t(`task.things.${type}` as "task.things.thing", { count, defaultValue: any });
}

/** What an error means, in the reader's language: by its code. */
export function errorWord(t: TFunction, error: unknown): string {
  if (error instanceof ApiError) {
    return t(`error.code.${error.code}` as "error.code.Conflict", { defaultValue: error.message });
  }
  if (error instanceof Unreachable) return t("error.unreachable");
  if (error instanceof Error && error.name in EARLIER) return t(EARLIER[error.name as "Gone"]);
  return error instanceof Error ? error.message : String(error);
}

const EARLIER = { Broken: "task.broken", Gone: "task.gone" } as const; // of what was accepted

export type Advice = keyof typeof import("./en/task.json")["advice"];

const ADVICE: Readonly<Record<string, Advice>> = {
  ActionNotAvailable: "state",
  Conflict: "again",
  Forbidden: "rights",
  InvalidCSRFToken: "reload",
  InvalidReference: "reference",
  LastAdminAccount: "rights",
  "Method not allowed": "rights",
  "Not Found": "again",
  Unauthorized: "login",
  "Service Unavailable": "server",
};

/** What somebody can do about an error. */
export function adviceOf(error: unknown): Advice | null {
  if (error instanceof ApiError) {
    return ADVICE[error.code] ?? (error.status >= 500 ? "server" : "input");
  }
  if (error instanceof Unreachable) return "network";
  if (!(error instanceof Error)) return null;
  return ({ Broken: "broken", Gone: "again" }[error.name] as Advice | undefined) ?? null;
}

/** What the server itself said of an error, where that says more. */
export function errorDetail(error: unknown): string | null {
  const isServers =
    error instanceof ApiError || (error instanceof Error && error.name === "Broken");
  return isServers ? error.message : null;
}

/** All that helps somebody else to find out about an error. */
export function errorReport(error: unknown, about: string): string {
  const told = error instanceof Error ? error.message : String(error);
  const lines = [about, told, new Date().toISOString(), location.href];
  if (error instanceof ApiError) {
    lines.push(`status ${error.status}, code ${error.code}, request ${error.requestId ?? "-"}`);
  }
  return lines.filter(Boolean).join("\n");
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
