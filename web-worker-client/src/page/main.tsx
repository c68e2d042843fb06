import { render } from "preact";
import { App } from "./app.tsx";
import { reportPageErrors } from "./errors.tsx";
import { autostart, coordinator_url, cores, cores_max, engineName } from "./settings.ts";
import { open, send } from "./thread.ts";
import "./styles/base.css";
import "./styles/hero.css";
import "./styles/sections.css";

reportPageErrors();
render(<App />, document.getElementById("app") as HTMLElement);

open({
  coordinator_url,
  engine: engineName(navigator.userAgent),
  cores: cores.value,
  cores_max,
});
const tellVisible = () => send({ type: "visible", visible: document.visibilityState === "visible" });
document.addEventListener("visibilitychange", tellVisible);
tellVisible();
if (autostart) send({ type: "start" });
