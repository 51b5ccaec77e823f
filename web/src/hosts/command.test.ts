import { describe, expect, it } from "vitest";
import { dockerCommand, isAddress, noteOn, scriptCommand } from "./command";

const NONE = { labels: [], address: "" };
const SAID = {
  labels: [["zone", "a"] as const, ["disk", "fast one"] as const],
  address: "192.0.2.7",
};
const DOCKER = "sudo docker run --rm --net host -v /a:/a -v /b:/b image:1 http://s/v1/scripts/T";

describe("the command that joins a machine", () => {
  it("is the server's where nothing is said of it", () => {
    expect(dockerCommand(DOCKER, NONE)).toBe(DOCKER);
    expect(scriptCommand("curl x | sudo sh", NONE)).toBe("curl x | sudo sh");
  });

  it("tells docker what was said", () => {
    expect(dockerCommand(DOCKER, SAID)).toBe(
      "sudo docker run --rm --net host -e CATTLE_AGENT_IP=192.0.2.7 " +
        "-e 'CATTLE_HOST_LABELS=zone=a&disk=fast one' -v /a:/a -v /b:/b image:1 http://s/v1/scripts/T",
    );
  });

  it("tells the script what was said, also where it trusts a CA of ours", () => {
    const told = "CATTLE_AGENT_IP=192.0.2.7 'CATTLE_HOST_LABELS=zone=a&disk=fast one'";
    expect(scriptCommand("curl x | sudo sh", SAID)).toBe(`curl x | sudo env ${told} sh`);
    expect(scriptCommand("curl x | sudo env CURL_CA_BUNDLE=$CA sh", SAID)).toBe(
      `curl x | sudo env CURL_CA_BUNDLE=$CA ${told} sh`,
    );
  });

  it.each([
    ["http://127.0.0.1:8080/v1", "loopback"],
    ["http://[::1]:8080/v1", "loopback"],
    ["http://localhost/v1", "loopback"],
    ["http://10.0.0.1/v1", "private"],
    ["http://172.20.0.1/v1", "private"],
    ["http://172.32.0.1/v1", null],
    ["http://[fd00::1]/v1", "private"],
    ["https://pasture.example.org/v1", null],
  ])("of %s is to be known: %s", (url, expected) => {
    expect(noteOn(url)).toBe(expected);
  });

  it.each([
    ["192.0.2.7", true],
    ["256.1.1.1", false],
    ["1.2.3", false],
    ["host", false],
  ])("%s is an address: %s", (text, expected) => {
    expect(isAddress(text)).toBe(expected);
  });
});
