/** The same by other means: a change as a curl command, and as words for `pasture`. Pure. */

export interface Change {
  method: "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
}

/** A word as a shell takes it, whatever is in it. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

export function asCurl({ method, path, body }: Change, origin: string): string {
  const lines = [`curl -X ${method} -u "$PASTURE_ACCESS_KEY:$PASTURE_SECRET_KEY"`];
  if (body !== undefined) {
    lines.push(`  -H 'Content-Type: application/json'`, `  -d ${quoted(JSON.stringify(body))}`);
  }
  lines.push(`  ${quoted(origin + path)}`);
  return lines.join(" \\\n");
}
