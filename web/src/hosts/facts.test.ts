import { expect, it } from "vitest";
import { ownLabels, withOwn } from "./facts";

it("labels of ours are not shown, and stay when somebody changes theirs", () => {
  const labels = { "io.pasture.host.simulated": "true", zone: "a" };
  expect(ownLabels(labels)).toEqual([["zone", "a"]]);
  const more = withOwn(labels, { disk: "ssd", "io.pasture.host.simulated": "false" });
  expect(more).toEqual({ "io.pasture.host.simulated": "true", disk: "ssd" });
  expect(ownLabels(null)).toEqual([]);
});
