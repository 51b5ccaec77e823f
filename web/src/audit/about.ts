/** What an entry of the audit log is about. Pure. */

import type { AuditLog } from "../api/generated";

/** Types with a page of their own: where it is, and the letters of its ids. */
const PAGES: Record<string, [place: string, letters: string]> = {
  container: ["containers", "1i"],
  host: ["hosts", "1h"],
  project: ["environments", "1a"],
  service: ["services", "1s"],
  stack: ["stacks", "1st"],
};

interface About {
  verb: string;
  id: string;
  /** Null: it has no page. */
  place: string | null;
  /** The name that the request gave. */
  name: string | null;
}

export function aboutEntry(entry: AuditLog): About {
  const [place = null, letters = `${entry.resourceType} `] = PAGES[entry.resourceType] ?? [];
  return {
    verb: entry.eventType.split(".").at(-1) ?? "",
    id: `${letters}${entry.resourceId ?? ""}`.trim(),
    place,
    name: nameIn(entry.requestObject),
  };
}

function nameIn(sent: string | null): string | null {
  try {
    const { name } = JSON.parse(sent ?? "{}") as { name?: unknown };
    return typeof name === "string" ? name : null;
  } catch {
    return null; // it is kept shortened
  }
}
