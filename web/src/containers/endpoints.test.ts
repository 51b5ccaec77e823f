import { describe, expect, it } from "vitest";
import { endpointsOf } from "./endpoints";

const HOST = "192.0.2.7";

describe("published ports", () => {
  it.each([
    [["0.0.0.0:8081:80/tcp", ":::8081:80/tcp"], ["192.0.2.7:8081"], ["http://192.0.2.7:8081"]],
    [["127.0.0.1:80:80/tcp"], ["127.0.0.1:80"], ["http://127.0.0.1:80"]],
    [["0.0.0.0:9443:443/tcp"], ["192.0.2.7:9443"], ["https://192.0.2.7:9443"]],
    [["2001:db8::7:80:80/tcp"], ["[2001:db8::7]:80"], ["http://[2001:db8::7]:80"]],
    [["0.0.0.0:53:53/udp"], ["192.0.2.7:53/udp"], [null]],
    [["80/tcp"], [], []],
  ])("%j answer at %j", (published, texts, urls) => {
    const found = endpointsOf(published, HOST);
    expect(found.map((one) => one.text)).toEqual(texts);
    expect(found.map((one) => one.url)).toEqual(urls);
  });

  it("of a host without address are not known", () => {
    expect(endpointsOf(["0.0.0.0:80:80/tcp"], null)).toEqual([]);
  });
});
