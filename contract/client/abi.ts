// `node contract/client/abi.ts`: writes contract/abi.json (NEAR ABI 0.4.0) and the calls in docs/contract.md.
import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { METHODS, type Method } from "./methods.ts";

const ABI = new URL("../abi.json", import.meta.url);
const DOCS = new URL("../../docs/contract.md", import.meta.url);
const BEGIN = "<!-- calls: made by contract/client/abi.ts -->";
const END = "<!-- end of calls -->";

/** The ABI's text. */
export function abiText(): string {
  const functions = Object.entries(METHODS).map(([name, method]) => ({
    name,
    doc: method.about,
    kind: method.kind,
    ...modifiers(name, method),
    params: { serialization_type: "json", args: parameters(method.args) },
  }));
  const abi = {
    schema_version: "0.4.0",
    metadata: { name: "near-offshore" },
    body: { functions, root_schema: { $schema: "https://json-schema.org/draft/2020-12/schema" } },
  };
  return `${JSON.stringify(abi, null, 2)}\n`;
}

/** The documentation with its calls made anew. */
export function docsText(): string {
  const text = readFileSync(DOCS, "utf8");
  const [before] = text.split(BEGIN);
  const [, after] = text.split(END);
  return `${before}${BEGIN}\n${Object.entries(METHODS).map(describeMethod).join("")}\n${END}${after}`;
}

/** Whether both files are what would be written now (but for the formatter's line breaks in the ABI). */
export function isCurrent(): boolean {
  const same_abi = isDeepStrictEqual(JSON.parse(readFileSync(ABI, "utf8")), JSON.parse(abiText()));
  return same_abi && readFileSync(DOCS, "utf8") === docsText();
}

function modifiers(name: string, { caller, deposit }: Method): { modifiers?: string[] } {
  const list = [
    ...(name === "new" ? ["init"] : []),
    ...(caller === "the contract" ? ["private"] : []),
    ...(deposit === undefined ? [] : ["payable"]),
  ];
  return list.length > 0 ? { modifiers: list } : {};
}

function parameters(args: z.ZodObject): object[] {
  const { properties = {}, required = [] } = z.toJSONSchema(args, {
    io: "input",
    // Keys, signatures and statuses are text with checks that JSON Schema has no words for.
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "custom") jsonSchema.type = "string";
    },
  });
  return Object.entries(properties).map(([name, type_schema]) => ({
    name,
    ...(required.includes(name) ? {} : { optional: true }),
    type_schema,
  }));
}

function describeMethod([name, method]: [string, Method]): string {
  const { kind, caller, deposit, about, example, deposit_near } = method;
  const json = JSON.stringify(example);
  const who = kind === "view" ? "view" : `${caller}${deposit === undefined ? "" : `; deposit: ${deposit}`}`;
  const yocto = deposit_near === undefined ? "" : `, deposit: parseNearAmount("${deposit_near}")`;
  const javascript =
    kind === "view"
      ? `await account.provider.callFunction({ contractId, method: "${name}", args: ${json} });`
      : `await account.callFunction({ contractId, methodName: "${name}", args: ${json}${yocto}, gas: 300000000000000n });`;
  const quoted = `'${json.replaceAll("'", "'\\''")}'`;
  const cli =
    kind === "view"
      ? `near contract call-function as-read-only "$CONTRACT" ${name} json-args ${quoted} network-config testnet now`
      : `near contract call-function as-transaction "$CONTRACT" ${name} json-args ${quoted} prepaid-gas '300.0 Tgas' attached-deposit '${deposit_near ?? "0"} NEAR' sign-as "$ACCOUNT" network-config testnet sign-with-keychain send`;
  return `\n### ${name}\n\n${about} (${who})\n\n\`\`\`js\n${javascript}\n\`\`\`\n\`\`\`sh\n${cli}\n\`\`\`\n`;
}

if (import.meta.main) {
  writeFileSync(ABI, abiText());
  writeFileSync(DOCS, docsText());
}
