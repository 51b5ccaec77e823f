import { describe, expect, it } from "vitest";
import { pastedRun } from "./docker";
import type { Form, Kind } from "./fields";
import { problems } from "./problems";
import { given, givenContainer, volumesOf } from "./send";

const launched = (text: string) => {
  const pasted = pastedRun(text, "service");
  if (pasted === null) throw new Error(`not taken: ${text}`);
  const { imageUuid, ports, environment, dataVolumes, labels, ...rest } =
    given(pasted.form, "1st1").launchConfig ?? {};
  return { ...rest, left: pasted.left };
};
const form = (text: string, kind: Kind = "service"): Form =>
  pastedRun(text, kind)?.form ?? ({} as Form);

describe("a pasted docker run", () => {
  it.each([
    "nginx",
    "run nginx",
    "docker ps",
    "docker run",
    "docker run -d -p 80:80",
    "dockerrun nginx",
  ])("%s is none", (text) => {
    expect(pastedRun(text, "service")).toBeNull();
  });

  it.each([
    ["docker run nginx", "nginx", []],
    [
      "  $ sudo docker container run -d --rm nginx:1.27 sh -c 'a b'",
      "nginx:1.27",
      ["sh", "-c", "a b"],
    ],
    ["podman create -it reg:5000/team/app@sha256:ab", "reg:5000/team/app@sha256:ab", []],
    ["docker run -d \\\n  -p 80:80 \\\r\n  nginx -g 'daemon off;'", "nginx", ["-g", "daemon off;"]],
    ["docker run -- nginx -v", "nginx", ["-v"]],
  ])("%s", (text, image, command) => {
    const filled = form(text);
    const sent = given(filled, "1st1").launchConfig;
    expect(sent?.imageUuid).toBe(`docker:${image}`);
    expect(sent?.command ?? []).toEqual(command);
    expect(problems(filled)).toEqual({});
  });

  it.each<[string, string[]]>([
    ["-p 8080:80", ["8080:80/tcp"]],
    ["-p8080:80/udp -p 443", ["8080:80/udp", "443/tcp"]],
    ["--publish=127.0.0.1:8080:80", ["127.0.0.1:8080:80/tcp"]],
    ["-p 127.0.0.1::80", ["127.0.0.1::80/tcp"]],
    ["-p 8000-8002:9000-9002", ["8000:9000/tcp", "8001:9001/tcp", "8002:9002/tcp"]],
  ])("publishes %s", (flags, expected) => {
    expect(given(form(`docker run ${flags} nginx`), "1st1").launchConfig?.ports).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ["-v data:/data -v /srv:/srv:ro,z -v /scratch", ["data:/data", "/srv:/srv:ro,z", "/scratch"]],
    ["--mount type=bind,source=/srv,target=/srv,readonly", ["/srv:/srv:ro"]],
    ["--mount src=data,dst=/data", ["data:/data"]],
  ])("mounts %s", (flags, expected) => {
    expect(volumesOf(form(`docker run ${flags} nginx`))).toEqual(expected);
  });

  it.each<[string, object]>([
    ["-e A=b=c --env=D='e f' -e FROM_HERE", { environment: { A: "b=c", D: "e f", FROM_HERE: "" } }],
    ["-l a=b --label c", { labels: { a: "b", c: "" } }],
    [
      "-l io.rancher.scheduler.affinity:host_label=disk=ssd",
      { labels: { "io.rancher.scheduler.affinity:host_label": "disk=ssd" } },
    ],
    ["--pull always", { labels: { "io.rancher.container.pull_image": "always" } }],
    [
      "-w /app -u 1:2 -h web -it",
      { workingDir: "/app", user: "1:2", hostname: "web", tty: true, stdinOpen: true },
    ],
    ["--entrypoint '/bin/a b'", { entryPoint: ["/bin/a b"] }],
    [
      "-m 512m --memory-swap=1g --memory-reservation 64MB",
      { memory: 2 ** 29, memorySwap: 2 ** 30, memoryReservation: 2 ** 26 },
    ],
    ["--memory-swap -1 -m 64m", { memory: 2 ** 26, memorySwap: -1 }],
    [
      "--cpus=1.5 -c 512 --cpuset-cpus 0-1",
      { cpuPeriod: 100_000, cpuQuota: 150_000, cpuShares: 512, cpuSet: "0-1" },
    ],
    ["--cpu-quota 50000 --cpu-period 200000", { cpuPeriod: 100_000, cpuQuota: 25_000 }],
    ["--network=host", { networkMode: "host" }],
    [
      "--net none --dns 192.0.2.1 --dns 192.0.2.2 --dns-search a.example",
      { networkMode: "none", dns: ["192.0.2.1", "192.0.2.2"], dnsSearch: ["a.example"] },
    ],
    ["--add-host db:192.0.2.7", { extraHosts: ["db:192.0.2.7"] }],
    [
      "--privileged --read-only --pid host --device /dev/kvm:/dev/kvm:rw",
      { privileged: true, readOnly: true, pidMode: "host", devices: ["/dev/kvm:/dev/kvm:rw"] },
    ],
    ["--cap-add net_admin --cap-drop CAP_CHOWN", { capAdd: ["NET_ADMIN"], capDrop: ["CHOWN"] }],
    [
      "--log-driver json-file --log-opt max-size=1m",
      { logConfig: { driver: "json-file", config: { "max-size": "1m" } } },
    ],
    ["-P --uts host --net-alias db", { publishAllPorts: true, uts: "host", netAlias: ["db"] }],
    [
      "--blkio-weight 100 --oom-kill-disable --storage-opt size=1g --dns-opt ndots:2",
      {
        blkioWeight: 100,
        oomKillDisable: true,
        storageOpt: { size: "1g" },
        dnsOpt: ["ndots:2"],
      },
    ],
    [
      "--init --shm-size 64m --tmpfs /tmp:size=1m --ulimit nofile=10:20 --sysctl a.b=1 --stop-timeout 0",
      {
        runInit: true,
        shmSize: 2 ** 26,
        tmpfs: { "/tmp": "size=1m" },
        ulimits: [{ name: "nofile", soft: 10, hard: 20 }],
        sysctls: { "a.b": "1" },
        stopTimeout: 0,
      },
    ],
  ])("takes %s", (flags, expected) => {
    const sent = given(form(`docker run ${flags} nginx`), "1st1").launchConfig;
    expect(sent).toMatchObject(expected);
    expect(pastedRun(`docker run ${flags} nginx`, "service")?.left).toEqual([]);
  });

  it("says what it leaves out", () => {
    expect(
      launched(
        "docker run --gpus all --link db --network back -p [::1]:80:80 --health-cmd 'a b' nginx",
      ),
    ).toEqual({
      left: ["--gpus all", "--link db", "--health-cmd a b", "--network back", "-p [::1]:80:80"],
    });
  });

  it("takes a switch that is turned off as such", () => {
    expect(form("docker run --privileged=false --read-only nginx")).toMatchObject({
      isPrivileged: false,
      isReadOnly: true,
    });
  });

  it("names a service after its image, a container as it is named", () => {
    expect(form("docker run team/my_app:2").name).toBe("my-app");
    expect(form("docker run --name my_db.1 postgres").name).toBe("my-db-1");
    expect(form("docker run --name my_db.1 postgres", "container").name).toBe("my_db.1");
    expect(form("docker run postgres", "container").name).toBe("");
  });

  it("keeps the policy of a container, which is Docker's own where none is said", () => {
    const policy = (flags: string) =>
      givenContainer(form(`docker run ${flags} nginx`, "container")).restartPolicy;
    expect(policy("")).toEqual({ name: "no" });
    expect(policy("--restart=always")).toEqual({ name: "always" });
    expect(policy("--restart on-failure:3")).toEqual({ name: "on-failure", maximumRetryCount: 3 });
  });
});
