import { describe, expect, it } from "vitest";
import { type Figures, kept, MOST, type Point, parse, use } from "./figures";

const ROW: Figures = {
  at: 100,
  cpuNs: 1e9,
  processors: 4,
  memory: 64,
  memoryLimit: 256,
  received: 1000,
  sent: 10,
  read: 0,
  written: 0,
};
const later = (more: Partial<Figures>): Figures => ({ ...ROW, at: 102, ...more });
const point = (at: number): Point => ({ ...use(null, ROW, false), at });

describe("rows", () => {
  const row = (id: string, resourceType: string) => ({
    id,
    resourceType,
    timestamp: "2026-01-01T00:00:01.500000000Z",
    cpu: { usage: { total: 7, user: 4, system: 3, per_cpu_usage: [3, 4] } },
    memory: { usage: 64, limit: 256 },
    network: { rx_bytes: 1, tx_bytes: 2, interfaces: [] },
    diskio: {
      io_service_bytes: [{ stats: { Read: 3, Write: 4 } }, { stats: { Read: 5, Write: 6 } }],
    },
  });

  it("are read, those of others left out", () => {
    const got = parse(JSON.stringify([row("1h1", "host"), row("1i1", "container")]), "host");
    expect(got).toEqual([
      {
        at: Date.UTC(2026, 0, 1, 0, 0, 1, 500) / 1000,
        cpuNs: 7,
        processors: 2,
        memory: 64,
        memoryLimit: 256,
        received: 1,
        sent: 2,
        read: 8,
        written: 10,
      },
    ]);
  });
});

describe("use", () => {
  it.each([
    ["half a processor", later({ cpuNs: 2e9 }), false, 50],
    ["an eighth of four", later({ cpuNs: 2e9 }), true, 12.5],
    ["nothing known after a restart", later({ cpuNs: 5 }), false, null],
    ["nothing known over a gap", later({ cpuNs: 2e9, at: 110 }), false, null],
    ["nothing known of the same moment", later({ cpuNs: 2e9, at: 100 }), false, null],
  ])("is %s", (_, now, ofAll, cpu) => {
    expect(use(ROW, now, ofAll).cpu).toBe(cpu);
  });

  it("is bytes a second", () => {
    const now = later({ received: 3000, sent: 10, read: 500 });
    expect(use(ROW, now, false)).toMatchObject({ received: 1000, sent: 0, read: 250, written: 0 });
  });

  it("of the first row is what needs no second one", () => {
    expect(use(null, ROW, false)).toMatchObject({ cpu: null, memory: 64, received: null });
  });
});

describe("points", () => {
  it("are the newest, in order, each once", () => {
    const full = Array.from({ length: MOST }, (_, at) => point(at));
    const now = kept(full, [point(MOST - 1), point(MOST)]);
    expect(now).toHaveLength(MOST);
    expect(now[0]?.at).toBe(1);
    expect(now.at(-1)?.at).toBe(MOST);
    expect(kept(now, [point(3)])).toBe(now);
  });
});
