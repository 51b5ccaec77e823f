import { describe, expect, it } from "vitest";
import type { Service } from "../api/generated";
import { newPair } from "../parts/pair";
import {
  asCommand,
  emptyForm,
  formOf,
  given,
  newPort,
  problems,
  type ServiceForm,
  words,
} from "./form";

const form = (more: Partial<ServiceForm> = {}): ServiceForm => ({
  ...emptyForm("1st1"),
  name: "web",
  image: "nginx:1.27",
  ...more,
});

describe("a service form", () => {
  it.each<[string, Partial<ServiceForm>, Record<string, string>]>([
    ["good", {}, {}],
    ["no name", { name: "" }, { name: "needed" }],
    ["dash at the end", { name: "web-" }, { name: "bad_characters" }],
    ["two dashes", { name: "a--b" }, { name: "bad_characters" }],
    ["long name", { name: "a".repeat(64) }, { name: "too_long" }],
    ["no image", { image: " " }, { image: "needed" }],
    ["new stack without name", { stackId: "", newStack: "" }, { newStack: "needed" }],
    ["half a unit", { scale: 1.5 }, { scale: "bad_number" }],
    ["an empty row of ports", { ports: [newPort()] }, {}],
    ["port 0", { ports: [newPort("0", "80")] }, { "ports.0.host": "bad_port" }],
    ["no inner port", { ports: [newPort("80", "")] }, { "ports.0.inside": "bad_port" }],
    ["address and port", { ports: [newPort("127.0.0.1:80", "80")] }, {}],
    [
      "port twice",
      { ports: [newPort("80", "80"), newPort("80", "81")] },
      { "ports.1.host": "twice" },
    ],
    ["tcp and udp", { ports: [newPort("53", "53"), newPort("53", "53", "udp")] }, {}],
    ["a volume", { volumes: "data:/data\n/srv:/srv:ro\n/anonymous" }, {}],
    ["no volume", { volumes: "data" }, { volumes: "bad_volume" }],
    ["variable without name", { environment: [newPair("", "x")] }, { environment: "bad_key" }],
  ])("%s", (_, more, expected) => {
    expect(problems(form(more))).toEqual(expected);
  });

  it("sends what the API takes", () => {
    const filled = form({
      scale: 2,
      ports: [newPort("8081", "80"), newPort("", "53", "udp"), newPort()],
      environment: [newPair("MODE", "a=b"), newPair()],
      volumes: " data:/data ",
      command: "sh -c 'echo hi'",
      labels: [newPair("tier", "front")],
    });
    expect(given(filled, "1st1")).toEqual({
      name: "web",
      stackId: "1st1",
      scale: 2,
      startOnCreate: true,
      launchConfig: {
        imageUuid: "docker:nginx:1.27",
        ports: ["8081:80/tcp", "53/udp"],
        environment: { MODE: "a=b" },
        dataVolumes: ["data:/data"],
        labels: { tier: "front" },
        command: ["sh", "-c", "echo hi"],
      },
    });
  });

  it("is the same after a clone", () => {
    const filled = form({
      ports: [newPort("127.0.0.1:8081", "80")],
      command: "sh -c 'it'\"'\"'s'",
      isGlobal: true,
      labels: [newPair("tier", "front")],
    });
    const sent = given(filled, "1st1");
    const cloned = formOf({ ...sent, description: null } as unknown as Service);
    expect(given({ ...cloned, name: "web" }, "1st1")).toEqual(sent);
  });

  it("says the same for the command line", () => {
    const filled = form({
      scale: 2,
      ports: [newPort("8081", "80")],
      environment: [newPair("A", "b c")],
    });
    expect(asCommand(filled, "shop")).toBe(
      "pasture service create --scale 2 -p 8081:80 -e 'A=b c' shop/web nginx:1.27",
    );
  });
});

describe("a command", () => {
  it.each([
    ["", []],
    ["a  b", ["a", "b"]],
    ["'a b' \"c d\"", ["a b", "c d"]],
    ["a\\ b", ["a b"]],
    ['"say \\"hi\\""', ['say "hi"']],
    ["''", [""]],
    ["a'b'c", ["abc"]],
  ])("%s has the words %j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });
});
