import { createRoute, z } from "@hono/zod-openapi";
import { OffshoreError, receiptReply, taskDetail, taskPage, taskState } from "@near-offshore/protocol";
import { listTasks, readTask } from "../../history/queries.ts";
import { BOUNDS } from "../../limits.ts";
import { errors } from "../errors.ts";
import { answers, type newApp } from "../types.ts";

const request_id = z.coerce.number().int().nonnegative();

const list = createRoute({
  method: "get",
  path: "/v1/tasks",
  request: {
    query: z.object({
      cursor: request_id.optional(),
      state: taskState.optional(),
      limit: z.coerce.number().int().min(1).max(BOUNDS.page_items_max).default(BOUNDS.page_items_default),
    }),
  },
  responses: { ...answers(taskPage, "Tasks, newest first."), ...errors("invalid_argument", "unavailable") },
});
const one = createRoute({
  method: "get",
  path: "/v1/tasks/{request_id}",
  request: { params: z.object({ request_id }) },
  responses: { ...answers(taskDetail, "A task."), ...errors("invalid_argument", "not_found", "unavailable") },
});
const receipt = createRoute({
  method: "get",
  path: "/v1/receipts/{request_id}",
  request: { params: z.object({ request_id }) },
  responses: {
    ...answers(receiptReply, "A settled request: all it takes to run it again and to check every signature."),
    ...errors("invalid_argument", "not_found", "unavailable"),
  },
});

export function addTaskRoutes(app: ReturnType<typeof newApp>): void {
  app.openapi(list, async (c) => {
    const { cursor, state, limit } = c.req.valid("query");
    const tasks = await listTasks(c.env.DB, { before: cursor ?? null, state: state ?? null, limit });
    const last = tasks.at(-1);
    const next_cursor = tasks.length < limit || last === undefined ? null : String(last.request_id);
    // Strips what only a single task shows (input, output, attestations).
    return c.json(taskPage.parse({ tasks, next_cursor }), 200);
  });

  app.openapi(one, async (c) => {
    const { request_id } = c.req.valid("param");
    const task = await readTask(c.env.DB, request_id);
    if (task === null) throw new OffshoreError("not_found", `no task ${request_id} yet`);
    return c.json(task.detail, 200);
  });

  app.openapi(receipt, async (c) => {
    const { request_id } = c.req.valid("param");
    const task = await readTask(c.env.DB, request_id);
    if (task?.receipt == null) throw new OffshoreError("not_found", `request ${request_id} is not settled`);
    return c.json(task.receipt, 200);
  });
}
