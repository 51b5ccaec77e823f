/** The same by other means: a change as a curl command, and as words for `pasture`. Pure. */

import { PLURALS } from "../api/generated";

export interface Change {
  method: "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  /** What is done to what, for people; without it the address tells. */
  about?: About;
}

/** What a change does, and to what. */
export interface About {
  /** A key of the words `act`: stop, delete, create, edit, or a server's action. */
  verb: string;
  type: string;
  /** Null while it is being made. */
  id: string | null;
  name: string;
}

const SINGULAR = new Map(Object.entries(PLURALS).map(([type, plural]) => [plural as string, type]));
const IN_PATH = /\/([a-z]+)(?:\/([^/]+))?\/?$/;

/** What a change is about, from its address where it does not say so itself. */
export function aboutOf(change: Change): About {
  if (change.about) return change.about;
  const { pathname, searchParams } = new URL(change.path, "http://here");
  const [, plural = "", id = null] = IN_PATH.exec(pathname) ?? [];
  const given = change.body as { name?: unknown } | undefined;
  const name = typeof given?.name === "string" ? given.name : (id ?? "");
  const verb = searchParams.get("action") ?? verbOf(change.method);
  return { verb, type: SINGULAR.get(plural) ?? plural, id, name };
}

function verbOf(method: Change["method"]): string {
  return { POST: "create", PUT: "edit", DELETE: "delete" }[method];
}

/** A word as a shell takes it, whatever is in it. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

export function asCurl({ method, path, body }: Change, origin: string): string {
  return curl(method, quoted(origin + path), body);
}

/** Several changes that differ in their address only, as one loop over the ids. */
export function asCurlEach(changes: readonly Change[], origin: string): string {
  const [first] = changes;
  if (!first) return "";
  if (changes.length === 1) return asCurl(first, origin);
  const ids = changes.map((change) => aboutOf(change).id ?? "");
  const address = `"${origin + first.path.replace(`/${ids[0]}`, `/$id`)}"`;
  return `for id in ${ids.map(quoted).join(" ")}; do\n${curl(first.method, address, first.body)}\ndone`;
}

function curl(method: string, address: string, body: unknown): string {
  const lines = [`curl -X ${method} -u "$PASTURE_ACCESS_KEY:$PASTURE_SECRET_KEY"`];
  if (body !== undefined) {
    lines.push(`  -H 'Content-Type: application/json'`, `  -d ${quoted(JSON.stringify(body))}`);
  }
  lines.push(`  ${address}`);
  return lines.join(" \\\n");
}
