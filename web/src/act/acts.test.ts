import { describe, expect, it } from "vitest";
import { actsOf, actsOfAll, commandOf, type Named, reasonOf, verbsOf } from "./acts";
import { asCurl, quoted } from "./change";

function row(type: string, state: string, actions: string[]): Named {
  const self = `http://elsewhere:1/v2-beta/projects/1a5/${type}s/1x1`;
  return {
    id: "1x1",
    name: "one",
    type,
    baseType: type,
    state,
    links: { self },
    actions: Object.fromEntries(actions.map((name) => [name, `${self}/?action=${name}`])),
    transitioning: "no",
    transitioningMessage: null,
    transitioningProgress: null,
  };
}

const reasons = (of: Named) => Object.fromEntries(actsOf(of).map((act) => [act.verb, act.reason]));

describe("what can be done", () => {
  it("is what the resource offers; a container that runs can be deleted too", () => {
    expect(reasons(row("container", "running", ["stop", "restart", "logs"]))).toEqual({
      start: "not_now",
      stop: null,
      restart: null,
      delete: null,
    });
  });

  it("is nothing for who may only look, and nothing with what goes away", () => {
    expect(new Set(Object.values(reasons(row("container", "running", ["logs"]))))).toEqual(
      new Set(["read_only"]),
    );
    expect(reasons(row("service", "removing", [])).delete).toBe("not_now");
  });

  it("is no change of fields either then", () => {
    expect(reasonOf(row("host", "active", ["deactivate", "update"]), "update")).toBeNull();
    expect(reasonOf(row("host", "registering", ["remove"]), "update")).toBe("not_now");
    expect(reasonOf(row("host", "active", []), "update")).toBe("read_only");
  });

  it("tells what comes before a host is deleted", () => {
    expect(reasons(row("host", "active", ["deactivate"])).delete).toBe("deactivate_first");
    expect(reasons(row("host", "inactive", ["activate", "remove"])).delete).toBeNull();
  });

  it("is what the type has at all, in one order", () => {
    expect(verbsOf("stack")).toEqual(["delete"]);
    expect(verbsOf("registry")).toEqual(["activate", "deactivate", "delete"]);
    expect(verbsOf("mount")).toEqual([]);
  });

  it("is asked for where the page is, whatever the server calls itself", () => {
    const [start] = actsOf(row("container", "stopped", ["start"]));
    expect(start?.change.path).toBe("/v2-beta/projects/1a5/containers/1x1/?action=start");
  });
});

describe("what can be done with many", () => {
  const running = row("container", "running", ["stop", "restart"]);
  const stopped = { ...row("container", "stopped", ["start"]), id: "1x2" };
  const many = actsOfAll([running, stopped]);

  it("says how many allow it, and why others do not", () => {
    expect(many.map(({ verb, targets, reason }) => [verb, targets.length, reason])).toEqual([
      ["start", 1, "not_now"],
      ["stop", 1, "not_now"],
      ["restart", 1, "not_now"],
      ["delete", 2, null],
    ]);
    expect(actsOfAll([])).toEqual([]);
  });

  it("is one command", () => {
    expect(commandOf(many[3]?.targets ?? [])).toBe("pasture rm 1x1 1x2");
  });
});

describe("the same by curl", () => {
  it("quotes whatever a shell would take for something else", () => {
    expect(quoted("a-b.c")).toBe("a-b.c");
    expect(quoted("it's $x")).toBe(`'it'"'"'s $x'`);
  });

  it("sends the same request", () => {
    const change = { method: "POST", path: "/v2-beta/x", body: { a: 1 } } as const;
    expect(asCurl(change, "http://h:1")).toBe(
      `curl -X POST -u "$PASTURE_ACCESS_KEY:$PASTURE_SECRET_KEY" \\\n` +
        `  -H 'Content-Type: application/json' \\\n  -d '{"a":1}' \\\n  http://h:1/v2-beta/x`,
    );
  });
});
