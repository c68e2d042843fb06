import { expect, it } from "vitest";
import { isCommit, isRef } from "../src/index.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

it.each(["main", "v1.2.0", "HEAD", "refs/heads/fix/42", "pkg@1.0.0", "release-2+build", "a", "0123abc"])(
  "%s can be a branch or tag",
  (text) => {
    expect(isRef(text)).toBe(true);
    expect(isCommit(text)).toBe(false);
  },
);

it.each([
  "",
  "-f",
  "--upload-pack=x",
  "/main",
  "main/",
  "a..b",
  "a//b",
  "a/.b",
  ".a",
  "a.",
  "a.lock",
  "a.lock/b",
  "a b",
  "a~1",
  "a^{}",
  "a:b",
  "a?",
  "a*",
  "a[",
  "@{-1}",
  "é",
  "a\nb",
  "a\\b",
  "'a'",
  COMMIT.toUpperCase(),
])("%j cannot", (text) => {
  expect(isRef(text)).toBe(false);
  expect(isCommit(text)).toBe(false);
});

it("a commit is no branch or tag", () => {
  expect([isCommit(COMMIT), isRef(COMMIT)]).toEqual([true, false]);
});
