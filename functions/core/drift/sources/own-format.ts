import * as z from "zod/mini";
import { type DriftReport, parseDriftReport } from "../drift-report";

const optionalSchema = z.optional(z.unknown());

const ownSchema = z.object({ monitor: optionalSchema, window: optionalSchema, features: optionalSchema });

/** True for what looks like Retrigger's own format, whole or not. */
export function isOwnReport(document: unknown): boolean {
  const { monitor, window, features } = ownSchema.safeParse(document).data ?? {};
  return features !== undefined && (monitor !== undefined || window !== undefined);
}

/**
 * The report that a document in Retrigger's own format is: docs/drift-report.md. It names its model itself.
 * @throws PoisonMessageError that tells every problem with its place, the first ten of very many
 */
export function ownReport(document: unknown): DriftReport {
  return parseDriftReport(document);
}
