/** What an entry of the audit log is about. Pure. */

import type { AuditLog } from "../api/generated";
import { OWN_PAGE } from "../parts/own_page";

const PAGES: Record<string, { place: string; letters: string }> = OWN_PAGE;

interface About {
  verb: string;
  id: string;
  /** Null: it has no page. */
  place: string | null;
  /** The name that the request gave. */
  name: string | null;
}

export function aboutEntry(entry: AuditLog): About {
  const page = PAGES[entry.resourceType];
  const letters = page?.letters ?? `${entry.resourceType} `;
  return {
    verb: entry.eventType.split(".").at(-1) ?? "",
    id: `${letters}${entry.resourceId ?? ""}`.trim(),
    place: page?.place ?? null,
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
