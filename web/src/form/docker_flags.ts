/** The flags of `docker run`: which take a value, which are known by a letter. Pure. */

/** Flags that have a field here, or that the server takes. */
const TAKEN = new Set(
  (
    "add-host blkio-weight cap-add cap-drop cgroup-parent cpu-period cpu-quota cpu-shares " +
    "cpus cpuset-cpus cpuset-mems device dns dns-option dns-search domainname entrypoint " +
    "env expose group-add hostname init interactive ipc kernel-memory label log-driver " +
    "log-opt memory memory-reservation memory-swap memory-swappiness mount name network " +
    "network-alias oom-kill-disable oom-score-adj pid pids-limit privileged publish " +
    "publish-all pull read-only restart security-opt shm-size stop-signal stop-timeout " +
    "storage-opt sysctl tmpfs tty ulimit user userns uts volume volume-driver workdir"
  ).split(" "),
);
/** Flags that say how the command itself is run, not the container. */
const MEANINGLESS = new Set("detach help quiet rm sig-proxy disable-content-trust".split(" "));
const SWITCHES = new Set([
  ...MEANINGLESS,
  ..."init interactive no-healthcheck oom-kill-disable privileged publish-all read-only tty".split(
    " ",
  ),
]);
const LETTERS: Record<string, string> = {
  a: "attach",
  c: "cpu-shares",
  d: "detach",
  e: "env",
  h: "hostname",
  i: "interactive",
  l: "label",
  m: "memory",
  p: "publish",
  P: "publish-all",
  q: "quiet",
  t: "tty",
  u: "user",
  v: "volume",
  w: "workdir",
};
const SAME: Record<string, string> = {
  net: "network",
  "dns-opt": "dns-option",
  "net-alias": "network-alias",
};

export interface Flags {
  /** The last value of a flag; null: it is not there. */
  one: (name: string) => string | null;
  all: (name: string) => string[];
  has: (name: string) => boolean;
  unknown: string[];
  /** The image, and the command in it. */
  rest: string[];
}

export function flagsOf(given: readonly string[]): Flags {
  const said = new Map<string, string[]>();
  const unknown: string[] = [];
  let at = 0;
  const put = (name: string, value: string, written: string) => {
    if (TAKEN.has(name)) said.set(name, [...(said.get(name) ?? []), value]);
    else if (!MEANINGLESS.has(name)) unknown.push(written);
  };
  for (; at < given.length; at++) {
    const word = given[at] ?? "";
    if (word === "--") {
      at += 1;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    for (const [name, value] of word.startsWith("--") ? long(word) : short(word)) {
      if (value !== null || !takesValue(name)) {
        put(name, value ?? "true", word);
        continue;
      }
      at += 1;
      put(name, given[at] ?? "", `${word} ${given[at] ?? ""}`);
    }
  }
  const all = (name: string) => said.get(name) ?? [];
  return {
    one: (name) => all(name).at(-1) ?? null,
    all,
    has: (name) => (all(name).at(-1) ?? "false") !== "false",
    unknown,
    rest: given.slice(at),
  };
}

type Said = [name: string, value: string | null];

function long(word: string): Said[] {
  const at = word.indexOf("=");
  const name = word.slice(2, at < 0 ? undefined : at);
  return [[SAME[name] ?? name, at < 0 ? null : word.slice(at + 1)]];
}

/** -dit is three flags, -p8080:80 one with its value. */
function short(word: string): Said[] {
  const found: Said[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? "";
    const name = LETTERS[letter] ?? letter;
    if (!takesValue(name)) {
      found.push([name, null]);
      continue;
    }
    const value = word.slice(at + 1).replace(/^=/, "");
    found.push([name, value || null]);
    break;
  }
  return found;
}

/** All long flags but the switches have a value; an unknown letter has none. */
function takesValue(name: string): boolean {
  return name.length > 1 && !SWITCHES.has(name);
}
