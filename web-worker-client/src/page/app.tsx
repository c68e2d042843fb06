import { stateText } from "../view/state-text.ts";
import { ErrorLine, Guard } from "./errors.tsx";
import { Figures } from "./figures.tsx";
import { Header } from "./header.tsx";
import { Hero } from "./hero.tsx";
import { KeyBox } from "./key-box.tsx";
import { NetworkBox } from "./network-box.tsx";
import { now_ms } from "./now.ts";
import { Results } from "./results.tsx";
import { Running } from "./running.tsx";
import { threadState } from "./thread.ts";

/** The Contribute view: start, stop, and everything that is done in the visitor's name. */
export function App() {
  const state = threadState.value;
  const text = stateText(state, now_ms.value);
  const { volunteer, network } = state;
  return (
    <>
      <Header network={network} />
      <ErrorLine />
      <main data-state={text.situation}>
        <Guard>
          <Hero text={text} volunteer={volunteer} />
        </Guard>
        <p class="honest">
          <strong>What this does to your machine:</strong> it runs other people's small programs at full speed
          on the cores you choose, so it will draw power and warm up; they run as WebAssembly with no network
          and see none of your files, and everything stops the moment you press Stop or close this tab.
        </p>
        {volunteer && (
          <>
            <Guard>
              <Figures volunteer={volunteer} />
            </Guard>
            <div class="columns">
              <div>
                <Guard>
                  <Running volunteer={volunteer} />
                </Guard>
                <Guard>
                  <Results verdicts={volunteer.ledger.recent} network_id={network?.network_id ?? "local"} />
                </Guard>
              </div>
              <div>
                <Guard>
                  <NetworkBox network={network} />
                </Guard>
                <Guard>
                  <KeyBox public_key={volunteer.public_key} account_id={volunteer.account_id} />
                </Guard>
              </div>
            </div>
          </>
        )}
      </main>
    </>
  );
}
