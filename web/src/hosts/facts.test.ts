import { expect, it } from "vitest";
import { ownLabels, withOwn } from "./facts";

it("labels of ours are not shown, and stay when somebody changes theirs", () => {
  const dns = "io.rancher.host.external_dns_ip";
  const labels = { "io.pasture.host.simulated": "true", "io.rancher.host.os": "linux", zone: "a" };
  expect(ownLabels({ ...labels, [dns]: "192.0.2.1" }).map(([name]) => name)).toEqual(["zone", dns]);
  expect(ownLabels(labels)).toEqual([["zone", "a"]]);
  const more = withOwn(labels, { disk: "ssd", "io.pasture.host.simulated": "false" });
  const { zone: _, ...ours } = labels;
  expect(more).toEqual({ ...ours, disk: "ssd" });
  expect(ownLabels(null)).toEqual([]);
});
