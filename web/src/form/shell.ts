/** Commands as people type them. Pure. */

import { quoted } from "../act/change";

/** The words of a command as a shell takes them: quotes and backslashes, nothing else. */
export function words(typed: string): string[] {
  const text = typed.replaceAll("\r\n", "\n");
  const found: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (quote) {
      if (char === quote) quote = "";
      else if (char === "\\" && quote === '"' && /["\\$`]/.test(text[i + 1] ?? ""))
        word += text[++i] ?? "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && i + 1 < text.length) {
      const next = text[++i] ?? "";
      if (next !== "\n") word = (word ?? "") + next; // else the line goes on
    } else if (/\s/.test(char)) {
      if (word !== null) found.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (word !== null) found.push(word);
  return found;
}

/** Words as one line that a shell would take for them; nothing where there are none. */
export function asText(parts: readonly string[] | null | undefined): string[] {
  return parts && parts.length > 0 ? [parts.map(quoted).join(" ")] : [];
}
