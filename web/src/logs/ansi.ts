/** What colours a line of output: the escape sequences of a terminal (ECMA-48 SGR), read and taken away. Pure. */

export interface Style {
  color?: string;
  backgroundColor?: string;
  fontWeight?: number;
  opacity?: number;
  fontStyle?: "italic";
  textDecoration?: string;
}

/** So many characters that look alike. */
export interface Run {
  length: number;
  style: Style | null;
}

export interface Coloured {
  text: string;
  /** Covers the text; empty: nothing in it is coloured. */
  runs: readonly Run[];
}

/** As they are read on the viewer's dark ground: each has a contrast of 4.5 and more on it. */
const COLOURS = [
  ["#8b98a5", "#ff8787", "#69db7c", "#ffd43b", "#74c0fc", "#e599f7", "#66d9e8", "#dee2e6"],
  ["#adb5bd", "#ffa8a8", "#8ce99a", "#ffe066", "#a5d8ff", "#eebefa", "#99e9f2", "#ffffff"],
] as const;
const GROUND = "#10151a";
const PAPER = "#dee2e6";
const CUBE = [0, 95, 135, 175, 215, 255] as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character
const ESCAPES = /\x1b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

interface Pen {
  fore: string | null;
  back: string | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  under: boolean;
  struck: boolean;
  inverse: boolean;
}

const PLAIN: Pen = {
  fore: null,
  back: null,
  bold: false,
  dim: false,
  italic: false,
  under: false,
  struck: false,
  inverse: false,
};

/** The colour of one of several sources of lines. */
export function sourceColour(index: number): string {
  const [, ...colours] = COLOURS[1].slice(0, -1);
  return colours[index % colours.length] ?? PAPER;
}

/** A line without its escape sequences, and how its parts look; of one drawn several times, the last. A colour ends with its line. */
export function coloured(line: string): Coloured {
  const whole = line.replace(/\r+$/, "");
  const last = whole.slice(whole.lastIndexOf("\r") + 1);
  if (!last.includes("\x1b")) return { text: last, runs: [] };
  const runs: Run[] = [];
  let text = "";
  let pen = PLAIN;
  let at = 0;
  const draw = (part: string) => {
    if (part === "") return;
    text += part;
    runs.push({ length: part.length, style: styleOf(pen) });
  };
  for (const match of last.matchAll(ESCAPES)) {
    draw(last.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === "m") pen = turned(pen, match[1] ?? "");
  }
  draw(last.slice(at));
  return { text, runs: runs.some(({ style }) => style !== null) ? runs : [] };
}

/** The pen after an SGR sequence; what it does not know it leaves. */
function turned(pen: Pen, parameters: string): Pen {
  const codes = parameters.split(/[;:]/).map(Number);
  let now = pen;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, taken] = extended(codes.slice(i + 1));
      i += taken;
      now = code === 38 ? { ...now, fore: colour } : { ...now, back: colour };
    } else now = once(now, code);
  }
  return now;
}

function once(pen: Pen, code: number): Pen {
  if (code >= 30 && code <= 37) return { ...pen, fore: COLOURS[0][code - 30] ?? null };
  if (code >= 90 && code <= 97) return { ...pen, fore: COLOURS[1][code - 90] ?? null };
  if (code >= 40 && code <= 47) return { ...pen, back: COLOURS[0][code - 40] ?? null };
  if (code >= 100 && code <= 107) return { ...pen, back: COLOURS[1][code - 100] ?? null };
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...pen, bold: true };
    case 2:
      return { ...pen, dim: true };
    case 3:
      return { ...pen, italic: true };
    case 4:
      return { ...pen, under: true };
    case 7:
      return { ...pen, inverse: true };
    case 9:
      return { ...pen, struck: true };
    case 22:
      return { ...pen, bold: false, dim: false };
    case 23:
      return { ...pen, italic: false };
    case 24:
      return { ...pen, under: false };
    case 27:
      return { ...pen, inverse: false };
    case 29:
      return { ...pen, struck: false };
    case 39:
      return { ...pen, fore: null };
    case 49:
      return { ...pen, back: null };
    default:
      return pen;
  }
}

/** The colour that follows 38 or 48, and how many numbers say it. */
function extended([kind, ...rest]: number[]): [colour: string | null, taken: number] {
  const [a = 0, b = 0, c = 0] = rest;
  if (kind === 2) return [`rgb(${[a, b, c].map((part) => part & 255).join(", ")})`, 4];
  if (kind === 5) return [indexed(a), 2];
  return [null, 1];
}

/** One of the 256: 16 named ones, a cube of 6 x 6 x 6, 24 greys. */
function indexed(index: number): string | null {
  if (index < 16) return COLOURS[index < 8 ? 0 : 1][index % 8] ?? null;
  if (index > 255) return null;
  if (index > 231) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const at = index - 16;
  const parts = [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6];
  return `rgb(${parts.map((part) => CUBE[part]).join(", ")})`;
}

function styleOf(pen: Pen): Style | null {
  const style: Style = {};
  const fore = pen.inverse ? (pen.back ?? GROUND) : pen.fore;
  const back = pen.inverse ? (pen.fore ?? PAPER) : pen.back;
  if (fore !== null) style.color = fore;
  if (back !== null) {
    style.backgroundColor = back;
    style.color = fore ?? GROUND;
  }
  if (pen.bold) style.fontWeight = 700;
  if (pen.dim) style.opacity = 0.75;
  if (pen.italic) style.fontStyle = "italic";
  const lines = [pen.under && "underline", pen.struck && "line-through"].filter(Boolean);
  if (lines.length > 0) style.textDecoration = lines.join(" ");
  return Object.keys(style).length > 0 ? style : null;
}
