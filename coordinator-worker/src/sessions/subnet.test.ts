import { expect, it } from "vitest";
import { subnetOf } from "./subnet.ts";

it.each([
  ["203.0.113.7", "203.0.113.0/24"],
  ["203.0.113.200", "203.0.113.0/24"],
  ["::ffff:203.0.113.7", "203.0.113.0/24"],
  ["2001:db8:1:2::3", "2001:db8:1::/48"],
  ["2001:0DB8:0001:ffff:1:2:3:4", "2001:db8:1::/48"],
  ["2001:db8::1", "2001:db8:0::/48"],
  ["::1:2:3:4:5:6:7", "0:1:2::/48"],
  ["127.0.0.1", null],
  ["::1", null],
  ["", null],
  ["localhost", null],
])("%s is in %s", (address, subnet) => {
  expect(subnetOf(address)).toBe(subnet);
});
