import { describe, expect, it } from "vitest";
import type { Container, Service } from "../api/generated";
import { newPair } from "../parts/pair";
import {
  asCommand,
  emptyForm,
  type Form,
  formOf,
  formOfContainer,
  given,
  givenContainer,
  newPort,
  problems,
} from "./form";
import { newRule, PLAIN } from "./launch";
import { words } from "./words";

const form = (more: Partial<Form> = {}): Form => ({
  ...emptyForm("service", "1st1"),
  name: "web",
  image: "nginx:1.27",
  ...more,
});

const NAMES = { stack: "shop", host: "h1" };

/** Everything that can be filled in. */
const FULL: Partial<Form> = {
  ports: [newPort("127.0.0.1:8081", "80")],
  labels: [newPair("tier", "front")],
  kept: { shmSize: 1024, tmpfs: { "/tmp": "size=1m" } },
  launch: {
    ...PLAIN,
    entryPoint: "/init -v",
    workingDir: "/app",
    user: "www:www",
    hasTerminal: true,
    network: "host",
    hostname: "web",
    dns: "192.0.2.53 192.0.2.54",
    hostId: "1h1",
    rules: [
      newRule("must", "host_label", "disk=ssd"),
      newRule("must", "host_label", "zone=a"),
      newRule("should_not", "container", "db"),
    ],
    memoryMib: 64,
    cpus: 1.5,
    reservedMib: 32,
    reservedCpus: 0.25,
    isPrivileged: true,
    isReadOnly: true,
    capAdd: ["NET_ADMIN"],
    capDrop: ["ALL"],
  },
};

describe("a service form", () => {
  it.each<[string, Partial<Form>, Record<string, string>]>([
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
    ["a folder", { launch: { ...PLAIN, workingDir: "app" } }, { workingDir: "bad_path" }],
    ["too little memory", { launch: { ...PLAIN, memoryMib: 3 } }, { memoryMib: "bad_memory" }],
    ["no processors", { launch: { ...PLAIN, cpus: 0 } }, { cpus: "bad_cpus" }],
    ["a name as DNS", { launch: { ...PLAIN, dns: "192.0.2.1 dns" } }, { dns: "bad_address" }],
    ["a good rule", { launch: { ...PLAIN, rules: [newRule("must", "host_label", "a=b")] } }, {}],
    ["an empty rule", { launch: { ...PLAIN, rules: [newRule()] } }, { "rules.0": "bad_pair" }],
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

  it("sends all of how a container runs", () => {
    expect(given(form(FULL), "1st1").launchConfig).toEqual({
      imageUuid: "docker:nginx:1.27",
      ports: ["127.0.0.1:8081:80/tcp"],
      environment: {},
      dataVolumes: [],
      labels: {
        tier: "front",
        "io.rancher.scheduler.affinity:host_label": "disk=ssd,zone=a",
        "io.rancher.scheduler.affinity:container_soft_ne": "db",
      },
      shmSize: 1024,
      tmpfs: { "/tmp": "size=1m" },
      entryPoint: ["/init", "-v"],
      workingDir: "/app",
      user: "www:www",
      tty: true,
      stdinOpen: true,
      networkMode: "host",
      hostname: "web",
      dns: ["192.0.2.53", "192.0.2.54"],
      requestedHostId: "1h1",
      memory: 64 * 1024 * 1024,
      memoryReservation: 32 * 1024 * 1024,
      milliCpuReservation: 250,
      cpuPeriod: 100_000,
      cpuQuota: 150_000,
      privileged: true,
      readOnly: true,
      capAdd: ["NET_ADMIN"],
      capDrop: ["ALL"],
    });
  });

  it("loses nothing in a clone", () => {
    const sent = given(form(FULL), "1st1");
    const cloned = formOf({ ...sent, description: null } as unknown as Service);
    expect(given({ ...cloned, name: "web" }, "1st1")).toEqual(sent);
  });

  it("makes a container that is the same after a clone", () => {
    const filled = form({ ...FULL, kind: "container", name: "one" });
    const sent = givenContainer(filled);
    expect(sent).toMatchObject({ name: "one", restartPolicy: { name: "unless-stopped" } });
    const cloned = formOfContainer({ ...sent, description: null } as unknown as Container);
    expect(givenContainer({ ...cloned, name: "one" })).toEqual(sent);
  });

  it("of a container needs no name", () => {
    expect(problems(form({ kind: "container", name: "", stackId: "" }))).toEqual({});
    expect(givenContainer(form({ kind: "container", name: "" }))).not.toHaveProperty("name");
  });

  it("has no command line where that cannot say all", () => {
    expect(asCommand(form(FULL), NAMES)).toBeNull();
    const said = form({ launch: { ...PLAIN, memoryMib: 64, cpus: 0.5, hostId: "1h1" } });
    expect(asCommand(said, NAMES)).toBe(
      "pasture service create --scale 1 --host h1 -m 64m --cpus 0.5 shop/web nginx:1.27",
    );
    expect(asCommand({ ...said, kind: "container" }, NAMES)).toBe(
      "pasture run --name web --restart unless-stopped --host h1 -m 64m --cpus 0.5 nginx:1.27",
    );
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
    expect(asCommand(filled, NAMES)).toBe(
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
