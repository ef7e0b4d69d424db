import * as z from "zod/mini";
import type { GoogleRest } from "../../functions/gcp/adapters/google-rest";
import type { Subscription } from "./pubsub-letter";

const PAGE = 500;

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/list */
const pageSchema = z.object({
  subscriptions: z._default(
    z.array(
      z.object({
        name: z.string(),
        topic: z.string(),
        deadLetterPolicy: z.optional(z.object({ deadLetterTopic: z.optional(z.string()) })),
      }),
    ),
    [],
  ),
  nextPageToken: z.optional(z.string()),
});

/** All subscriptions of a project whose names start with `prefix`. */
export async function pubSubSubscriptions(
  rest: GoogleRest,
  endpoint: string,
  project: string,
  prefix: string,
): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let token: string | undefined = "";
  while (token !== undefined) {
    const query = new URLSearchParams({ pageSize: String(PAGE), ...(token !== "" && { pageToken: token }) });
    const url = `${endpoint}/v1/projects/${project}/subscriptions?${query}`;
    const { body } = await rest({ what: `listing the subscriptions of ${project}`, method: "GET", url });
    const { subscriptions, nextPageToken } = pageSchema.parse(JSON.parse(body.toString("utf8")));
    for (const { name: path, topic, deadLetterPolicy } of subscriptions) {
      const name = path.split("/").at(-1) ?? path;
      const deadLetterTopic = deadLetterPolicy?.deadLetterTopic;
      if (name.startsWith(prefix)) found.push({ path, name, topic, ...(deadLetterTopic !== undefined && { deadLetterTopic }) });
    }
    token = nextPageToken || undefined;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
