import { describe, expect, it } from "vitest";
import type { Resource } from "../api/generated";
import { actsOf } from "./acts";
import { asCurl, quoted } from "./change";

function row(type: string, state: string, actions: string[]): Resource {
  const self = `http://elsewhere:1/v2-beta/projects/1a5/${type}s/1x1`;
  return {
    id: "1x1",
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

const reasons = (of: Resource) =>
  Object.fromEntries(actsOf(of).map((act) => [act.verb, act.reason]));

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

  it("tells what comes before a host is deleted", () => {
    expect(reasons(row("host", "active", ["deactivate"])).delete).toBe("deactivate_first");
    expect(reasons(row("host", "inactive", ["activate", "remove"])).delete).toBeNull();
  });

  it("is asked for where the page is, whatever the server calls itself", () => {
    const [start] = actsOf(row("container", "stopped", ["start"]));
    expect(start?.change.path).toBe("/v2-beta/projects/1a5/containers/1x1/?action=start");
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
