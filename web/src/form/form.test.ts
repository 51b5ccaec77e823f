import { describe, expect, it } from "vitest";
import type { Container, LaunchConfigGiven, Service } from "../api/generated";
import { ApiError } from "../api/http";
import { newPair } from "../parts/pair";
import { asCommand } from "./commandline";
import { emptyForm, type Form, nameFor, newPort, newVolume } from "./fields";
import { problems } from "./problems";
import { formOf, formOfContainer, type KEPT } from "./read";
import { newRule } from "./rules";
import { mends, refusedField, SECTIONS, type Section, sectionsWith, summary } from "./sections";
import { given, givenContainer } from "./send";
import { words } from "./shell";

const form = (more: Partial<Form> = {}): Form => ({
  ...emptyForm("service", "1st1"),
  name: "web",
  image: "nginx:1.27",
  ...more,
});

const NAMES = { stack: "shop", host: "h1", shared: "1i3" };

/** Everything that can be filled in. */
const FULL: Partial<Form> = {
  pullsAlways: true,
  description: "for people",
  ports: [newPort("8081", "80", "tcp", "127.0.0.1"), newPort("", "53", "udp")],
  labels: [newPair("tier", "front")],
  volumes: [newVolume("data", "/data"), newVolume("/srv", "/srv", "ro,z"), newVolume("", "/tmp")],
  volumeDriver: "local",
  command: "run 'a b'",
  entryPoint: "/init -v",
  workingDir: "/app",
  user: "www:www",
  console: "both",
  network: "bridge",
  hostname: "web",
  domainName: "example.org",
  dns: "192.0.2.53 192.0.2.54",
  dnsSearch: "example.org",
  extraHosts: "db:192.0.2.7",
  hostId: "1h1",
  rules: [
    newRule("must", "host_label", "disk=ssd"),
    newRule("must", "host_label", "zone=a"),
    newRule("should_not", "container", "db"),
  ],
  memoryMib: 64,
  swapMib: 128,
  cpus: 1.5,
  cpuShares: 512,
  cpuSet: "0-1",
  reservedMib: 32,
  reservedCpus: 0.25,
  isPrivileged: true,
  isReadOnly: true,
  seesHost: true,
  capAdd: ["NET_ADMIN"],
  capDrop: ["ALL"],
  devices: "/dev/kvm\n/dev/a:/dev/b:r",
  logDriver: "json-file",
  logOptions: [newPair("max-size", "1m")],
  kept: { shmSize: 1024, tmpfs: { "/tmp": "size=1m" } },
};

describe("a service form", () => {
  it.each<[string, Partial<Form>, Record<string, string>]>([
    ["good", {}, {}],
    ["no name", { name: "" }, { name: "needed" }],
    ["dash at the end", { name: "web-" }, { name: "bad_characters" }],
    ["two dashes", { name: "a--b" }, { name: "bad_characters" }],
    ["long name", { name: "a".repeat(64) }, { name: "too_long" }],
    ["no image", { image: " " }, { image: "needed" }],
    ["new stack without name", { stackId: "", newStack: "" }, { stack: "needed" }],
    ["half a unit", { scale: 1.5 }, { scale: "bad_number" }],
    ["an empty row of ports", { ports: [newPort()] }, {}],
    ["port 0", { ports: [newPort("0", "80")] }, { "ports.0.outside": "bad_port" }],
    ["no inner port", { ports: [newPort("80", "")] }, { "ports.0.inside": "bad_port" }],
    ["address and port", { ports: [newPort("80", "80", "tcp", "127.0.0.1")] }, {}],
    ["no address", { ports: [newPort("80", "80", "tcp", "h")] }, { "ports.0.ip": "bad_address" }],
    ["an address, any port", { ports: [newPort("", "80", "tcp", "127.0.0.1")] }, {}],
    [
      "a port without a network of its own",
      { network: "host", ports: [newPort("80", "80")] },
      { "ports.0.inside": "no_own_network" },
    ],
    [
      "port twice",
      { ports: [newPort("80", "80"), newPort("80", "81")] },
      { "ports.1.outside": "twice" },
    ],
    ["tcp and udp", { ports: [newPort("53", "53"), newPort("53", "53", "udp")] }, {}],
    [
      "a port on all addresses and on one",
      { ports: [newPort("80", "80"), newPort("80", "81", "tcp", "127.0.0.1")] },
      { "ports.1.outside": "twice" },
    ],
    [
      "a port on two addresses",
      {
        ports: [newPort("80", "80", "tcp", "127.0.0.2"), newPort("80", "81", "tcp", "127.0.0.1")],
      },
      {},
    ],
    ["volumes", { volumes: [newVolume("data", "/d"), newVolume("/srv", "/s"), newVolume()] }, {}],
    ["a volume to nowhere", { volumes: [newVolume("data")] }, { "volumes.0.path": "bad_volume" }],
    [
      "a volume of a bad name",
      { volumes: [newVolume("$(pwd)", "/app")] },
      { "volumes.0.source": "bad_source" },
    ],
    [
      "two volumes at one place",
      { volumes: [newVolume("a", "/data"), newVolume("b", "/data")] },
      { "volumes.1.path": "twice" },
    ],
    ["a folder", { workingDir: "app" }, { workingDir: "bad_path" }],
    ["too little memory", { memoryMib: 3 }, { memoryMib: "bad_memory" }],
    ["swap without memory", { swapMib: 64 }, { swapMib: "bad_swap" }],
    ["less swap than memory", { memoryMib: 64, swapMib: 32 }, { swapMib: "bad_swap" }],
    ["no processors", { cpus: 0 }, { cpus: "bad_cpus" }],
    ["no cores", { cpuSet: "a" }, { cpuSet: "bad_cores" }],
    ["a name as DNS", { dns: "192.0.2.1 dns" }, { dns: "bad_address" }],
    ["no entry for hosts", { extraHosts: "db" }, { extraHosts: "bad_extra_host" }],
    ["no device", { devices: "kvm" }, { devices: "bad_device" }],
    ["a network of nobody", { network: "container" }, { sharedId: "needed" }],
    ["a good rule", { rules: [newRule("must", "host_label", "a=b")] }, {}],
    ["an empty rule", { rules: [newRule()] }, { "rules.0": "bad_pair" }],
    ["variable without name", { environment: [newPair("", "x")] }, { environment: "bad_key" }],
  ])("%s", (_, more, expected) => {
    expect(problems(form(more))).toEqual(expected);
  });

  it("sends what the API takes", () => {
    const filled = form({
      scale: 2,
      ports: [newPort("8081", "80"), newPort("", "53", "udp"), newPort()],
      environment: [newPair("MODE", "a=b"), newPair()],
      volumes: [newVolume("data", "/data"), newVolume()],
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
      ports: ["127.0.0.1:8081:80/tcp", "53/udp"],
      environment: {},
      dataVolumes: ["data:/data", "/srv:/srv:ro,z", "/tmp"],
      volumeDriver: "local",
      labels: {
        tier: "front",
        "io.rancher.scheduler.affinity:host_label": "disk=ssd,zone=a",
        "io.rancher.scheduler.affinity:container_soft_ne": "db",
        "io.rancher.container.pull_image": "always",
      },
      shmSize: 1024,
      tmpfs: { "/tmp": "size=1m" },
      command: ["run", "a b"],
      entryPoint: ["/init", "-v"],
      workingDir: "/app",
      user: "www:www",
      tty: true,
      stdinOpen: true,
      networkMode: "bridge",
      hostname: "web",
      domainName: "example.org",
      dns: ["192.0.2.53", "192.0.2.54"],
      dnsSearch: ["example.org"],
      extraHosts: ["db:192.0.2.7"],
      requestedHostId: "1h1",
      memory: 64 * 1024 * 1024,
      memorySwap: 128 * 1024 * 1024,
      memoryReservation: 32 * 1024 * 1024,
      milliCpuReservation: 250,
      cpuPeriod: 100_000,
      cpuQuota: 150_000,
      cpuShares: 512,
      cpuSet: "0-1",
      privileged: true,
      readOnly: true,
      pidMode: "host",
      capAdd: ["NET_ADMIN"],
      capDrop: ["ALL"],
      devices: ["/dev/kvm", "/dev/a:/dev/b:r"],
      logConfig: { driver: "json-file", config: { "max-size": "1m" } },
    });
    expect(problems(form(FULL))).toEqual({});
  });

  it("has a test for each field", () => {
    const sent = given(form(FULL), "1st1");
    const untested = Object.keys(form())
      .filter((name) => !NOT_SENT.includes(name as keyof Form) && name !== "kind")
      .filter((name) => {
        const without = { ...form(FULL), [name]: emptyForm("service")[name as keyof Form] };
        return JSON.stringify(given(without, "1st1")) === JSON.stringify(sent);
      });
    expect(untested).toEqual([]);
  });

  it("has a place for all that the API takes", () => {
    const sent = Object.keys(given(form(FULL), "1st1").launchConfig ?? {});
    const missing = Object.keys(TAKEN).filter((name) => !sent.includes(name));
    expect(missing.sort()).toEqual(["networkContainerId", "restartPolicy", "startOnCreate"]);
  });

  it("loses nothing in a clone", () => {
    const sent = given(form(FULL), "1st1");
    const cloned = formOf(sent as unknown as Service);
    expect(given({ ...cloned, name: "web" }, "1st1")).toEqual(sent);
  });

  it("makes a container that is the same after a clone", () => {
    const filled = form({
      ...FULL,
      kind: "container",
      name: "one",
      restart: "on-failure",
      tries: 3,
    });
    const sent = givenContainer(filled);
    const restartPolicy = { name: "on-failure", maximumRetryCount: 3 };
    expect(sent).toMatchObject({ name: "one", restartPolicy });
    const cloned = formOfContainer(sent as unknown as Container);
    expect(givenContainer({ ...cloned, name: "one" })).toEqual(sent);
  });

  it("of a container needs no name", () => {
    expect(problems(form({ kind: "container", name: "", stackId: "" }))).toEqual({});
    expect(givenContainer(form({ kind: "container", name: "" }))).not.toHaveProperty("name");
  });

  it("has no command line where that cannot say all", () => {
    expect(asCommand(form(FULL), NAMES)).toBeNull();
    const said = form({ memoryMib: 64, cpus: 0.5, hostId: "1h1", pullsAlways: true });
    expect(asCommand(said, NAMES)).toBe(
      "pasture service create --scale 1 --host h1 -m 64m --cpus 0.5 --pull shop/web nginx:1.27",
    );
    expect(asCommand({ ...said, kind: "container" }, NAMES)).toBe(
      "pasture run --name web --restart unless-stopped --host h1 -m 64m --cpus 0.5 --pull nginx:1.27",
    );
  });

  it("is the same after a clone", () => {
    const filled = form({
      ports: [newPort("8081", "80", "tcp", "127.0.0.1")],
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

/** What the API takes and is not kept without a field: a new field of the API's does not compile here. */
const TAKEN: Record<Exclude<keyof LaunchConfigGiven, (typeof KEPT)[number]>, true> = {
  capAdd: true,
  capDrop: true,
  command: true,
  cpuPeriod: true,
  cpuQuota: true,
  cpuSet: true,
  cpuShares: true,
  dataVolumes: true,
  devices: true,
  dns: true,
  dnsSearch: true,
  domainName: true,
  entryPoint: true,
  environment: true,
  extraHosts: true,
  hostname: true,
  imageUuid: true,
  labels: true,
  logConfig: true,
  memory: true,
  memoryReservation: true,
  memorySwap: true,
  milliCpuReservation: true,
  networkContainerId: true,
  networkMode: true,
  pidMode: true,
  ports: true,
  privileged: true,
  readOnly: true,
  requestedHostId: true,
  restartPolicy: true,
  startOnCreate: true,
  stdinOpen: true,
  tty: true,
  user: true,
  volumeDriver: true,
  workingDir: true,
};

/** What is not a field of the API's of its own. */
const NOT_SENT: (keyof Form)[] = [
  "stackId",
  "newStack",
  "isGlobal",
  "scale",
  "environment",
  "restart",
  "tries",
  "sharedId",
];

describe("the form's parts", () => {
  const said = (section: Section, more: Partial<Form> = FULL) =>
    summary(form(more), section, {
      field: (name) => name,
      rules: (count) => `${count} rules`,
      host: "h1",
    });

  it("say what they hold, and nothing where all is as it was", () => {
    for (const section of Object.keys(SECTIONS) as Section[])
      expect(said(section, {}), section).toEqual([]);
    expect(said("placement")).toEqual(["h1", "3 rules"]);
    expect(said("limits")).toEqual(["64 MiB", "1.5 CPU", "≥ 32 MiB", "≥ 0.25 CPU", "CPU 0-1"]);
    expect(said("network")).toContain("web.example.org");
    expect(said("security")).toContain("+NET_ADMIN");
    expect(said("about")).toEqual(["for people", "tier"]);
  });

  it("are found by what is wrong in them", () => {
    expect(sectionsWith(["rules.0", "memoryMib", "image", "ports.0.inside"])).toEqual([
      "placement",
      "limits",
    ]);
  });

  it.each([
    ["launchConfig", "launchConfig.memory is 5; accepted: from 4194304", "memoryMib"],
    ["launchConfig", "launchConfig.ports: port 0 is not in 1 to 65535", "ports"],
    ["launchConfig", "launchConfig.imageUuid: 'A b' names no image", "image"],
    ["name", "service 1s1 has the name web in this stack", "name"],
    ["dataVolumes", "'a' names no absolute path", "volumes"],
    [null, "no", null],
  ])("know where the server's %s is: %s", (theirs, message, ours) => {
    expect(refusedField(new ApiError(422, "X", message, theirs, null))).toBe(ours);
  });

  it("know what may mend it", () => {
    expect(mends(["memoryMib"], "memoryMib")).toBe(true);
    expect(mends(["newStack"], "stack")).toBe(true);
    expect(mends(["ports"], "ports.0.inside")).toBe(true);
    expect(mends(["name"], "image")).toBe(false);
  });
});

describe("a service's name", () => {
  it.each([
    ["nginx", "nginx"],
    ["reg.example:5000/team/my_web:1.2", "my-web"],
    ["web@sha256:abc", "web"],
    [":", ""],
    ["", ""],
  ])("of %s is %s", (image, name) => {
    expect(nameFor(image)).toBe(name);
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
    ["a \\\n  b \\\r\nc", ["a", "b", "c"]],
  ])("%s has the words %j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });
});
