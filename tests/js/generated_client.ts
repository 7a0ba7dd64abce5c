// A life of a booking by a program that knows the contract only: its types are what openapi-typescript wrote, its client
// is openapi-fetch. tests/e2e/test_generated_clients.py compiles it, strictly, beside the generated schema.ts.
// Reads what to ask for from the environment variable ASKED; writes what it reads as it reads it, a line of JSON each
// (["booked", "pending"]), as tests/e2e/generated_client.py does.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Booking = components["schemas"]["Booking"];
type Change = components["schemas"]["Change"];
type Asked = Record<"api_url" | "token" | "therapist_id" | "service_id" | "starts_at" | "moved_to" | "key", string>;

declare const process: { env: Record<string, string | undefined> }; // the little we need of Node.js's types

const END_MS = 60_000;

const asked = JSON.parse(process.env["ASKED"] ?? "{}") as Asked;
const client = createClient<paths>({ baseUrl: asked.api_url, headers: { Authorization: asked.token } });
const named = (key: string) => ({ "Idempotency-Key": key });

const say = (name: string, value: unknown): void => console.log(JSON.stringify([name, value]));

/** The body of an answer that the contract calls a success. */
async function body<Body>(answer: Promise<{ data?: Body; error?: unknown; response: Response }>): Promise<Body> {
  const { data, error, response } = await answer;
  if (data === undefined) throw new Error(`${response.status} ${JSON.stringify(error)}`);
  return data;
}

/** Reads again and again, from at once to at most END_MS from now, until it is decided. */
async function follow<Read>(read: () => Promise<Read>, isDecided: (one: Read) => boolean): Promise<void> {
  const deadline = Date.now() + END_MS;
  while (!isDecided(await read())) {
    if (Date.now() > deadline) throw new Error("it is not decided in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const getBooking = (booking_id: string): Promise<Booking> =>
  body(client.GET("/v1/bookings/{booking_id}", { params: { path: { booking_id } } }));

const getChange = (change_id: string): Promise<Change> =>
  body(client.GET("/v1/changes/{change_id}", { params: { path: { change_id } } }));

/** Says its outcome at each reading; undefined, as a field that is not there reads, is said as a word of its own. */
const followChange = (name: string, change_id: string): Promise<void> =>
  follow(
    () => getChange(change_id),
    ({ outcome }) => {
      say(name, outcome === undefined ? "undefined" : outcome);
      return outcome !== null;
    },
  );

/** Says id and status of each booking that starts then or later, page by page. */
async function listFrom(name: string, from: string): Promise<void> {
  let page: { cursor?: string } = {};
  for (;;) {
    const query = { from, limit: 1, ...page };
    const { bookings, next } = await body(client.GET("/v1/bookings", { params: { query } }));
    for (const { booking_id, status } of bookings) say(name, [booking_id, status]);
    if (next === null) return;
    if (typeof next !== "string") throw new Error("next is not there"); // or it would begin again, for ever
    page = { cursor: next };
  }
}

const { therapist_id, service_id, starts_at, moved_to, key } = asked;
const { booking_id } = await body(
  client.POST("/v1/bookings", { params: { header: named(key) }, body: { therapist_id, service_id, starts_at } }),
);
await follow(
  () => getBooking(booking_id),
  ({ status }) => {
    say("booked", status);
    return status !== "pending";
  },
);

const path = { booking_id };
const move = await body(
  client.POST("/v1/bookings/{booking_id}/rescheduling", {
    params: { path, header: named(`${key}-move`) },
    body: { starts_at: moved_to },
  }),
);
await followChange("moved", move.change_id);
const there = (await getBooking(booking_id)).starts_at;
if (there === null) throw new Error("a confirmed booking has a start");
say("starts_at", Date.parse(there) / 1000);
await listFrom("standing", there);

const cancellation = await body(
  client.POST("/v1/bookings/{booking_id}/cancellation", {
    params: { path, header: named(`${key}-cancel`) },
    body: {},
  }),
);
await followChange("cancelled", cancellation.change_id);
await listFrom("left", there);
