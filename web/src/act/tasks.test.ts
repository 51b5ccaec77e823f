import { describe, expect, it } from "vitest";
import type { Row } from "../live/patch";
import { aboutOf, asCurlEach, type Change } from "./change";
import { Broken, doneOf, isRunning, type Task } from "./task";
import { AT_ONCE, MOST_TASKS, Tasks } from "./tasks";

const stop = (id: string): Change => ({
  method: "POST",
  path: `/v2-beta/projects/1a5/containers/${id}/?action=stop`,
  body: {},
  about: { verb: "stop", type: "container", id, name: `web-${id}` },
});
const row = (id: string, state: string, transitioning = "no", why: string | null = null) =>
  ({ id, type: "container", state, transitioning, transitioningMessage: why }) as Row;
const phases = (task: Task | undefined) => task?.items.map((item) => item.phase);

/** Requests that are answered when the test says so. */
function world() {
  const asked: { change: Change; answer: (row?: Row) => void; refuse: (error: Error) => void }[] =
    [];
  const clock = { ms: 1000 };
  const tasks = new Tasks(
    (change) =>
      new Promise((answer, refuse) => {
        asked.push({ change, answer, refuse });
      }),
    () => clock.ms,
  );
  const task = () => tasks.snapshot()[0];
  return { tasks, task, asked, clock };
}
const nothing = () => undefined;
const settled = () => new Promise((done) => setTimeout(done));

describe("a task", () => {
  it("sends a few at a time, and has a result for each", async () => {
    const { tasks, task, asked } = world();
    const ids = ["1i1", "1i2", "1i3", "1i4", "1i5", "1i6"];
    const sent = tasks.start("1a5", ids.map(stop), nothing);
    expect(asked.length).toBe(AT_ONCE);
    asked[0]?.answer(row("1i1", "stopped"));
    asked[1]?.refuse(new Error("no"));
    await settled();
    expect(asked.length).toBe(6);
    for (const one of asked.slice(2)) one.answer(row("1i9", "stopping", "yes"));
    await sent;
    expect(phases(task())).toEqual(["done", "failed", "moving", "moving", "moving", "moving"]);
    expect(doneOf(task() as Task)).toBe(2);
  });

  it("goes on until its row is at rest, whatever is between", async () => {
    const { tasks, task, asked } = world();
    const sent = tasks.start("1a5", [stop("1i1")], nothing);
    asked[0]?.answer(row("1i1", "stopping", "yes"));
    await sent;
    tasks.see("1a5", [{ type: "container", id: "1i2", resource: row("1i2", "stopped") }]);
    tasks.see("1a7", [{ type: "container", id: "1i1", resource: row("1i1", "stopped") }]);
    expect(phases(task())).toEqual(["moving"]);
    const waits = row("1i1", "stopping", "yes", "waits");
    tasks.see("1a5", [{ type: "container", id: "1i1", resource: waits }]);
    tasks.see("1a5", [{ type: "container", id: "1i1", resource: row("1i1", "stopped") }]);
    expect(phases(task())).toEqual(["done"]);
    expect(task()?.items[0]?.steps.map(({ state, why }) => [state, why])).toEqual([
      ["stopping", null],
      ["stopping", "waits"],
      ["stopped", null],
    ]);
  });

  it("failed where the server says so later, and where its row went away", async () => {
    const { tasks, task, asked } = world();
    const sent = tasks.start("1a5", [stop("1i1"), stop("1i2")], nothing);
    for (const [at, one] of asked.entries()) one.answer(row(`1i${at + 1}`, "stopping", "yes"));
    await sent;
    const failed = row("1i1", "error", "error", "no such image");
    tasks.see("1a5", [{ type: "container", id: "1i1", resource: failed }]);
    tasks.see("1a5", [{ type: "container", id: "1i2", resource: null }]);
    expect(phases(task())).toEqual(["failed", "failed"]);
    expect(task()?.items[0]?.error).toEqual(new Broken("no such image"));
  });

  it("is done with a deletion once nothing is left", async () => {
    const { tasks, task, asked } = world();
    const sent = tasks.start("1a5", [{ method: "DELETE", path: "/v2-beta/x/hosts/1h1" }], nothing);
    asked[0]?.answer({ id: "1h1", type: "host", state: "active" });
    await sent;
    expect(phases(task())).toEqual(["moving"]);
    tasks.see("1a5", [{ type: "host", id: "1h1", resource: null }]);
    expect(phases(task())).toEqual(["done"]);
  });

  it("takes back an end that an older word of the feed told", async () => {
    const { tasks, task, asked, clock } = world();
    const sent = tasks.start("1a5", [stop("1i1")], nothing);
    asked[0]?.answer(row("1i1", "stopping", "yes"));
    await sent;
    const tell = (now: Row) => tasks.see("1a5", [{ type: now.type, id: now.id, resource: now }]);
    tell(row("1i1", "running"));
    tell(row("1i1", "stopping", "yes"));
    expect(phases(task())).toEqual(["moving"]);
    tell(row("1i1", "stopped"));
    clock.ms += 60_000;
    tell(row("1i1", "starting", "yes")); // somebody started it again: no matter of this task
    expect(phases(task())).toEqual(["done"]);
  });

  it("believes what the feed tells before the answer comes", async () => {
    const { tasks, task, asked } = world();
    const answers: [string | undefined, boolean][] = [];
    const sent = tasks.start("1a5", [stop("1i1")], (now, isOld) =>
      answers.push([now?.state, isOld]),
    );
    tasks.see("1a5", [{ type: "container", id: "1i1", resource: row("1i1", "stopped") }]);
    expect(phases(task())).toEqual(["sending"]);
    asked[0]?.answer(row("1i1", "stopping", "yes"));
    await sent;
    expect(phases(task())).toEqual(["done"]);
    expect(answers).toEqual([["stopping", true]]);
  });

  it("sends only what failed again", async () => {
    const { tasks, task, asked } = world();
    const sent = tasks.start("1a5", [stop("1i1"), stop("1i2")], nothing);
    asked[0]?.answer(row("1i1", "stopped"));
    asked[1]?.refuse(new Error("no"));
    await sent;
    const again = tasks.retry(task()?.id ?? 0);
    expect(asked.slice(2).map(({ change }) => change)).toEqual([stop("1i2")]);
    asked[2]?.answer(row("1i2", "stopped"));
    await again;
    expect(phases(task())).toEqual(["done", "done"]);
  });

  it("can be stopped as far as it was not sent", async () => {
    const { tasks, task, asked } = world();
    const ids = ["1i1", "1i2", "1i3", "1i4", "1i5", "1i6"];
    const sent = tasks.start("1a5", ids.map(stop), nothing);
    tasks.stop(task()?.id ?? 0);
    for (const one of asked) one.answer(row("1i1", "stopped"));
    await sent;
    expect(asked.length).toBe(AT_ONCE);
    expect(phases(task())?.slice(AT_ONCE)).toEqual(["stopped", "stopped"]);
  });
});

describe("all tasks", () => {
  it("are bounded, and none is forgotten that goes on", async () => {
    const { tasks, asked } = world();
    void tasks.start("1a5", [stop("1i1")], nothing);
    for (let i = 0; i < MOST_TASKS + 5; i++) {
      const sent = tasks.start("1a5", [stop("1i2")], nothing);
      asked.at(-1)?.answer(row("1i2", "stopped"));
      await sent;
    }
    expect(tasks.snapshot().length).toBe(MOST_TASKS);
    expect(tasks.snapshot().filter(isRunning).length).toBe(1);
    tasks.forgetOver("1a5");
    expect(tasks.snapshot().length).toBe(1);
  });

  it("are told of only where something changed", async () => {
    const { tasks } = world();
    let told = 0;
    tasks.subscribe(() => {
      told += 1;
    });
    tasks.see("1a5", [{ type: "host", id: "1h1", resource: null }]);
    expect(told).toBe(0);
  });

  it("say whose rows are to be read once the feed begins anew", async () => {
    const { tasks, asked } = world();
    const sent = tasks.start("1a5", [stop("1i1"), stop("1i2")], nothing);
    asked[0]?.answer(row("1i1", "stopping", "yes"));
    asked[1]?.refuse(new Error("no"));
    await sent;
    expect(tasks.followed("1a5")).toEqual([{ type: "container", id: "1i1" }]);
    expect(tasks.followed("1a7")).toEqual([]);
  });

  it("are nobody else's", () => {
    const { tasks } = world();
    tasks.belongTo("1a1");
    void tasks.start("1a5", [stop("1i1")], nothing);
    tasks.belongTo("1a1");
    expect(tasks.snapshot().length).toBe(1);
    tasks.belongTo("1a2");
    expect(tasks.snapshot()).toEqual([]);
  });
});

describe("a change", () => {
  it.each([
    [
      { method: "PUT", path: "/v2-beta/projects/1a5/services/1s1", body: { scale: 2 } },
      { verb: "edit", type: "service", id: "1s1", name: "1s1" },
    ],
    [
      { method: "POST", path: "/v2-beta/projects/1a5/stacks", body: { name: "shop" } },
      { verb: "create", type: "stack", id: null, name: "shop" },
    ],
    [
      { method: "POST", path: "/v2-beta/projects/1a5/hosts/1h1/?action=activate" },
      { verb: "activate", type: "host", id: "1h1", name: "1h1" },
    ],
  ] as const)("%j tells what it is about", (change, about) => {
    expect(aboutOf(change)).toEqual(about);
  });

  it("is a loop where there are several", () => {
    const text = asCurlEach([stop("1i1"), stop("1i2")], "http://h:1");
    expect(text).toMatch(/^for id in 1i1 1i2; do\ncurl -X POST /);
    expect(text).toContain(`"http://h:1/v2-beta/projects/1a5/containers/$id/?action=stop"`);
    expect(text).toMatch(/\ndone$/);
  });
});
