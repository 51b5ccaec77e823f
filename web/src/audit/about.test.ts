import { describe, expect, it } from "vitest";
import type { AuditLog } from "../api/generated";
import { aboutEntry } from "./about";

const entry = (resourceType: string, resourceId: number | null, requestObject: string | null) =>
  ({
    eventType: `api.${resourceType}.create`,
    resourceType,
    resourceId,
    requestObject,
  }) as AuditLog;

describe("an entry of the audit log", () => {
  it.each([
    ["service", 4, '{"name":"web"}', { id: "1s4", place: "services", name: "web" }],
    ["project", 6, null, { id: "1a6", place: "environments", name: null }],
    ["apiKey", 9, '{"name":7}', { id: "apiKey 9", place: null, name: null }],
    ["setting", null, "{cut", { id: "setting", place: null, name: null }],
  ])("of a %s leads to its page, if there is one", (type, id, sent, expected) => {
    expect(aboutEntry(entry(type, id, sent))).toEqual({ verb: "create", ...expected });
  });
});
