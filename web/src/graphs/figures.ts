/** What a host or a container uses, from the rows that a stream of figures brings. Pure. */

export interface Figures {
  /** Seconds since the epoch. */
  at: number;
  cpuNs: number;
  processors: number;
  memory: number;
  memoryLimit: number | null;
  received: number;
  sent: number;
  read: number;
  written: number;
}

/** Use at a time; what needs two rows is null in the first. */
export interface Point {
  at: number;
  /** Percent: of one processor for a container, of all of them for a host. */
  cpu: number | null;
  memory: number;
  memoryLimit: number | null;
  /** Bytes a second. */
  received: number | null;
  sent: number | null;
  read: number | null;
  written: number | null;
}

export const MOST = 300; // points: five minutes of a row a second
const GAP_S = 5; // without a row this long, the line is broken
const NS = 1e9;

interface Row {
  id: string;
  resourceType: "host" | "container";
  timestamp: string;
  cpu: { usage: { total: number; per_cpu_usage?: number[] } };
  memory: { usage: number; limit?: number };
  network: { rx_bytes: number; tx_bytes: number };
  diskio: { io_service_bytes: { stats: { Read: number; Write: number } }[] };
}

/** The rows of a message that are of the one looked at. */
export function parse(message: string, type: Row["resourceType"]): Figures[] {
  const rows = JSON.parse(message) as Row[];
  return rows.filter((row) => row.resourceType === type).map(figuresOf);
}

function figuresOf(row: Row): Figures {
  const devices = row.diskio.io_service_bytes.map((device) => device.stats);
  return {
    at: Date.parse(row.timestamp) / 1000,
    cpuNs: row.cpu.usage.total,
    processors: row.cpu.usage.per_cpu_usage?.length || 1,
    memory: row.memory.usage,
    memoryLimit: row.memory.limit ?? null,
    received: row.network.rx_bytes,
    sent: row.network.tx_bytes,
    read: devices.reduce((sum, one) => sum + one.Read, 0),
    written: devices.reduce((sum, one) => sum + one.Write, 0),
  };
}

/** Use between two rows; counts that went back began anew, so nothing is known of that time. */
export function use(before: Figures | null, now: Figures, ofAll: boolean): Point {
  const seconds = before === null ? 0 : now.at - before.at;
  const rate = (count: (row: Figures) => number) => {
    if (before === null || seconds <= 0 || seconds > GAP_S) return null;
    const grown = count(now) - count(before);
    return grown < 0 ? null : grown / seconds;
  };
  const share = rate((row) => row.cpuNs / NS);
  return {
    at: now.at,
    cpu: share === null ? null : (100 * share) / (ofAll ? now.processors : 1),
    memory: now.memory,
    memoryLimit: now.memoryLimit,
    received: rate((row) => row.received),
    sent: rate((row) => row.sent),
    read: rate((row) => row.read),
    written: rate((row) => row.written),
  };
}

/** Points with more of them behind, the oldest dropped; what is no newer than the last is left out. */
export function kept(points: readonly Point[], more: readonly Point[]): readonly Point[] {
  const last = points.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const fresh = more.filter((point) => point.at > last);
  return fresh.length === 0 ? points : [...points, ...fresh].slice(-MOST);
}
