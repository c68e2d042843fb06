import { describe, expect, it } from "vitest";
import { isPublicAddress, sourceAddress } from "./address.ts";

const PUBLIC = { allowed_hosts: ["github.com", "localhost", "127.0.0.1"], allow_local: false };
const LOCAL = { allowed_hosts: ["github.com"], allow_local: true };
const github = async () => ["140.82.121.3", "2606:50c0:8000::64"];

describe("sources that may be fetched", () => {
  it.each([
    ["https://github.com/owner/name", "https://github.com/owner/name"],
    ["https://github.com/owner/name.git", "https://github.com/owner/name.git"],
    ["github.com/owner/name", "https://github.com/owner/name"],
    ["https://GitHub.com/owner/name", "https://github.com/owner/name"],
    ["https://github.com:443/owner/name", "https://github.com/owner/name"],
  ])("%s, from the addresses that were checked", async (text, href) => {
    const address = await sourceAddress(text, PUBLIC, github);
    expect(address.url.href).toBe(href);
    expect(address.pinned).toEqual(["140.82.121.3", "2606:50c0:8000::64"]);
  });

  it.each(["file:///srv/repository", "http://127.0.0.1:8080/x.git", "http://localhost:8080/x.git"])(
    "%s, where local sources are allowed",
    async (text) => {
      expect((await sourceAddress(text, LOCAL)).pinned).toBeNull();
      await expect(sourceAddress(text, PUBLIC)).rejects.toMatchObject({ code: "build_failed" });
    },
  );
});

describe("sources that are refused", () => {
  it.each([
    ["", "is not an address"],
    ["owner/name", "is not an address"],
    ["--upload-pack=touch /tmp/x", "is not an address"],
    ["git@github.com:owner/name", "is not an address"],
    ["ssh://git@github.com/owner/name", "has the scheme ssh:"],
    ["git://github.com/owner/name", "has the scheme git:"],
    ["ext::sh -c id", "has the scheme ext:"],
    ["http://github.com/owner/name", "has the scheme http:"],
    ["file:///etc", "has the scheme file:"],
    ["https://user:password@github.com/owner/name", "carries credentials"],
    ["https://github.com:8443/owner/name", "names a port"],
    ["https://github.com/owner/name?x=1", "has a query"],
    ["https://example.com/owner/name", "has the host example.com; allowed are github.com"],
    ["https://github.com.example.com/owner/name", "has the host github.com.example.com"],
    ["https://github.com./owner/name", "has the host github.com."],
    ["https://10.0.0.1/owner/name", "has the host 10.0.0.1"],
    ["https://2130706433/owner/name", "resolves to 127.0.0.1"], // WHATWG URL: this is 127.0.0.1
    ["https://[::1]/owner/name", "has the host [::1]"],
    ["https://localhost/owner/name", "which is not a public address"],
  ])("%s", async (text, why) => {
    await expect(sourceAddress(text, PUBLIC)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining(why),
    });
  });

  it("names that have a private address among public ones", async () => {
    const resolve = async () => ["140.82.121.3", "10.1.2.3"];
    await expect(sourceAddress("github.com/owner/name", PUBLIC, resolve)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("resolves to 10.1.2.3"),
    });
  });

  it("names that do not resolve, to be tried again", async () => {
    const resolve = () => Promise.reject(new Error("ENOTFOUND"));
    await expect(sourceAddress("github.com/owner/name", PUBLIC, resolve)).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
    });
  });
});

describe("public addresses (RFC 6890)", () => {
  it.each(["1.1.1.1", "140.82.121.3", "172.32.0.1", "192.169.0.1", "2606:50c0:8000::64"])(
    "%s is",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    "0.0.0.0",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.31.255.255",
    "192.168.1.1",
    "198.19.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:1.1.1.1",
    "64:ff9b::a00:1",
    "2001:db8::1",
    "2001::1",
    "2002:a00:1::",
    "fc00::1",
    "fe80::1",
    "ff02::1",
    "not an address",
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});
