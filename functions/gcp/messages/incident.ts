import * as z from "zod/mini";
import type { AlarmNews } from "../../core/notices/alarm-message";
import { jsonExcess, jsonValue } from "../../core/outside-json";
import type { PubSubMessage } from "./pubsub-event";

/** An incident has some kilobytes, most of them filters and documentation. */
const LIMITS = { values: 20_000, containers: 5_000, depth: 32 };

const optionalText = z.catch(z.optional(z.string()), undefined);
/** Seconds since 1970; some versions write digits in quotes. */
const optionalSeconds = z.catch(z.optional(z.union([z.number(), z.pipe(z.string(), z.coerce.number())])), undefined);
const labelsSchema = z.catch(z.optional(z.object({ labels: z.optional(z.record(z.string(), z.unknown())) })), undefined);

/**
 * What Cloud Monitoring publishes when an incident opens or closes, version 1.2 and those before it; of a test, most is missing.
 * https://cloud.google.com/monitoring/support/notification-options#schema-pubsub
 */
const incidentSchema = z.object({
  incident: z.object({
    incident_id: optionalText,
    /** `open` or `closed`, as far as is known. */
    state: z.pipe(
      z.string().check(z.minLength(1)),
      z.transform((state) => state.toLowerCase()),
    ),
    started_at: optionalSeconds,
    ended_at: optionalSeconds,
    policy_name: optionalText,
    condition_name: optionalText,
    summary: optionalText,
    url: optionalText,
    metric: labelsSchema,
    /** An object since version 1.2; a text before. */
    documentation: z.catch(z.optional(z.union([z.string(), z.object({ content: optionalText })])), undefined),
  }),
});

type Incident = z.infer<typeof incidentSchema>["incident"];

/** The alarm that a message of Cloud Monitoring tells of; undefined for any other message. */
export function readIncident({ body, messageId, publishedAt }: PubSubMessage): AlarmNews | undefined {
  if (!body.trimStart().startsWith("{") || jsonExcess(body, LIMITS) !== undefined) return undefined;
  const parsed = incidentSchema.safeParse(jsonValue(body));
  return parsed.success ? alarmNews(parsed.data.incident, messageId, publishedAt) : undefined;
}

function alarmNews(incident: Incident, messageId: string, publishedAt: number): AlarmNews {
  const { state, policy_name: policy, condition_name: condition, summary: reason, url, metric } = incident;
  const isOver = state === "closed";
  const documentation = incident.documentation;
  const text = typeof documentation === "string" ? documentation : documentation?.content;
  const model = metric?.labels?.model;
  const { summary, runbook } = documented(text ?? "");
  return {
    // An incident opens and closes once; a test has none.
    series: incident.incident_id || `test ${messageId}`,
    id: incident.incident_id ? `${incident.incident_id} ${state}` : `test ${messageId}`,
    name: policy || condition || "an alert policy without a name",
    isOver,
    ...(!isOver && state !== "open" && { state }),
    at: momentOf(isOver ? (incident.ended_at ?? incident.started_at) : incident.started_at, publishedAt),
    summary: summary || condition || "",
    ...(reason !== undefined && { reason }),
    ...(typeof model === "string" && model !== "" && { model }),
    ...(runbook !== undefined && { runbook }),
    ...(url !== undefined && { url }),
  };
}

/**
 * What the text of one of Retrigger's own policies says, and the runbook that it names last, as `alarmText` of
 * operations/configured-alarms.ts writes it; another policy's text is left as it is.
 */
function documented(text: string): { readonly summary: string; readonly runbook?: string } {
  const [, summary, runbook, more = ""] = /^(.*?)\. Runbook: \S{0,500}?([a-z-]{1,60})\.md(?:\s(.*))?$/s.exec(text) ?? [];
  if (summary === undefined || runbook === undefined) return { summary: text };
  return { summary: more === "" ? summary : `${summary}. ${more}`, runbook };
}

/** Epoch milliseconds; of a time that no clock shows, that of the message. */
function momentOf(seconds: number | undefined, publishedAt: number): number {
  const at = (seconds ?? Number.NaN) * 1000;
  return Number.isFinite(at) && at > 0 && at < MAX_TIME ? Math.round(at) : publishedAt;
}

/** The last moment that a Date holds. */
const MAX_TIME = 8.64e15;
