/**
 * The ids of training requests. Whatever asks twice for the same training gives the same id, so that the coordinator decides on it
 * once:
 *
 * - `data/<model>/<generation>`: a published batch
 * - `schedule/<model>/<schedule>-<minute>`: a fire of a schedule
 * - `direct/<model>/<schedule>-<minute>`: a fire of a schedule that starts a pipeline without a decision
 * - `drift/<model>/<end of the window>-<hash>`: a drift report
 * - `event/<model>/<rule>-<hash>`: an event that a rule matched
 * - `quality/<model>/<end of the window>-<hash>`: a signal of a model's quality, and `…/sweep-<step>` when the clock asks
 * - `manual/<model>/<day>/<reason>-<hash>`: a person's reason, and `…/epoch-<n>` when the person asks again
 * - `candidate/<model>/<registry>-<version>`: no request, but a model that was trained: people answer both alike
 *
 * All times are UTC and without colons, which an id may not hold; `trainingRequestSchema` has the characters and the length.
 */

/** The model that an id of a request names; undefined for another text. */
export function modelOfRequest(requestId: string): string | undefined {
  return /^[a-z]+\/([a-z][a-z0-9-]{0,39})\/./.exec(requestId)?.[1];
}

/** The request id of a published batch; equal for every publisher of the same generation. */
export function dataRequestId(model: string, generation: number): string {
  return `data/${model}/${generation}`;
}

/** The request id of a schedule's fire; equal for every delivery of it. `firedAt`: epoch milliseconds of a whole minute. */
export function scheduleRequestId(model: string, schedule: string, firedAt: number): string {
  return `${fireIdStem(model, schedule)}${fireMinute(firedAt)}`;
}

/** What the ids of a schedule's requests begin with; `fireMinute` follows. */
export function fireIdStem(model: string, schedule: string): string {
  return `schedule/${model}/${schedule}-`;
}

/** The minute of a fire as an id holds it, `2026-11-21T02-00`: later ones are greater texts. `firedAt`: epoch milliseconds. */
export function fireMinute(firedAt: number): string {
  return new Date(firedAt).toISOString().slice(0, 16).replace(":", "-");
}

/** The id of a run that a schedule starts without a decision; equal for every delivery of one fire. */
export function directRequestId(model: string, schedule: string, firedAt: number): string {
  return `direct/${model}/${schedule}-${fireMinute(firedAt)}`;
}

/** A drift report, as far as it names its request. */
export interface ReportOfDrift {
  readonly model: string;
  readonly monitor: string;
  /** Id of the report. */
  readonly id: string;
  /** Its end in epoch milliseconds. */
  readonly window: { readonly end: number };
}

/** The request id of a drift report's training; equal for every copy of the report. */
export function driftRequestId({ model, monitor, id, window }: ReportOfDrift): string {
  const end = new Date(window.end).toISOString().slice(0, 19).replaceAll(":", "-");
  return `drift/${model}/${end.replace("+", "")}-${fnv1a(`${monitor} ${id}`)}`;
}

/** The request id of an event that a rule matched; equal for all events of the same identity. */
export function eventRequestId(model: string, rule: string, identity: string): string {
  return `event/${model}/${rule}-${fnv1a(identity)}`;
}

/** A signal of quality, as far as it names its request. */
export interface SignalOfQuality {
  readonly model: string;
  readonly monitor: string;
  readonly metric: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly error: number;
  readonly rows?: number;
  readonly run?: string;
}

/** The request id of a quality signal's training; equal for every delivery of it. */
export function qualityRequestId({ model, monitor, metric, from, to, error, rows, run }: SignalOfQuality): string {
  return `quality/${model}/${secondText(to)}-${fnv1a(JSON.stringify([monitor, metric, from, to, error, rows, run]))}`;
}

/** The id of the request by which the clock asks in a step, which begins at `from`, epoch milliseconds. */
export function sweepRequestId(model: string, from: number): string {
  return `quality/${model}/sweep-${secondText(from)}`;
}

/** `2026-11-21T02-00-00`. A year beyond 9999 has a sign, which an id may not hold. */
function secondText(at: number): string {
  return new Date(at)
    .toISOString()
    .replace(/^[+]/, "")
    .replace(/\.\d+Z$/, "")
    .replaceAll(":", "-");
}

/**
 * The request id of a person's trigger: the same reason on the same day is the same request.
 * @param at epoch milliseconds
 * @param hash of the reason in hexadecimal digits, as far as reasons of equal words are to be told apart
 */
export function manualRequestId(model: string, why: string, at: number, hash: string): string {
  const words = why.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const slug = words.slice(0, 60).replace(/^-|-$/g, "");
  return `manual/${model}/${new Date(at).toISOString().slice(0, 10)}/${slug === "" ? "" : `${slug}-`}${hash}`;
}

/** The id under which a request is made again on purpose, for the nth time, from 1. */
export function epochRequestId(id: string, epoch: number): string {
  return `${id}/epoch-${epoch}`;
}

const CANDIDATE = "candidate/";

/**
 * The id of a version of a registry; equal for every event about it.
 * @param registry name of a model package group, or id of a Vertex AI model
 */
export function candidateId(model: string, registry: string, version: string): string {
  return `${CANDIDATE}${model}/${registry}-${version}`;
}

/** True for the id of a candidate rather than of a request. */
export function isCandidateId(id: string): boolean {
  return id.startsWith(CANDIDATE);
}

/** FNV-1a of 64 bits: https://www.rfc-editor.org/rfc/rfc9923.html */
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** 16 hex digits that name a text. It is not cryptographic: whoever looks for two texts with one hash finds them. */
export function fnv1a(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const hash = bytes.reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME), OFFSET_BASIS);
  return hash.toString(16).padStart(16, "0");
}
