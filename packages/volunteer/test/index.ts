// `@near-offshore/volunteer/testing`: a coordinator that a test plays, for the page's tests too.
export {
  type FakeCoordinator,
  type FakeCoordinatorOptions,
  startFakeCoordinator,
} from "./fake-coordinator.ts";
export { assignFrame, revealMatches } from "./fixtures.ts";
export { spinModule } from "./spin-module.ts";
