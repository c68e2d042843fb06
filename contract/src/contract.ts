import * as near from "near-sdk-js/lib/api";
export function hello() {
  near.valueReturn(JSON.stringify({ hello: near.input() }));
}
function init() {
  near.storageWrite("STATE", "x");
}

export { init as new };
