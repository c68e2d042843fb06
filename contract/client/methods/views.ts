import { type Method, none, of_request, page, view } from "./method.ts";

export const views: Record<string, Method> = {
  get_request: view("An open request with its input, or null.", of_request, { request_id: 7 }),
  get_pending_request_ids: view("Requests that wait for a settlement, oldest first.", page, {
    from_index: 0,
    limit: 100,
  }),
  get_pricing: view("Prices.", none, {}),
  get_max_limits: view("Largest limits of a request.", none, {}),
  get_config: view("Who may do what, and the rules.", none, {}),
  get_stats: view("Counters, and every yocto that is somebody's.", none, {}),
  is_paused: view("Whether new requests and registrations are stopped.", none, {}),
};
