import { parse } from "yaml";
import * as z from "zod";

const reasonSchema = z.strictObject({
  /** Such as `CKV_AWS_115`. */
  check: z.string().regex(/^CKV2?_[A-Z]+_\d+$/),
  /** Type of the resources that it is found on. */
  type: z.string().regex(/^(?:aws|google)_[a-z0-9_]+$/),
  /** Why it is left as it is. */
  reason: z.string().min(20),
});

/** Why a finding of Checkov is left as it is. */
export type FindingReason = z.output<typeof reasonSchema>;

/** Reads the file of reasons. @throws Error for one of another form */
export function readReasons(text: string): FindingReason[] {
  return z.array(reasonSchema).parse(parse(text, { uniqueKeys: true }));
}

const reportSchema = z.object({
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), check_name: z.string(), resource: z.string(), file_path: z.string() })),
  }),
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
});

/** Findings of one check on one type of resources. */
interface Finding {
  readonly check: string;
  readonly type: string;
  readonly name: string;
  readonly count: number;
}

/** What became of the findings of a report. */
export interface SettledFindings {
  readonly passed: number;
  readonly settled: readonly (Finding & { readonly reason: string })[];
  readonly unsettled: readonly Finding[];
  /** Reasons for what was not found. */
  readonly idle: readonly FindingReason[];
}

/** The type of the resource of an id in a file, by the path that Checkov gives it. */
export type TypeOf = (file: string, id: string) => string;

/**
 * Settles the findings of Checkov's report (`--output json`) by the reasons that there are.
 * @throws Error for what is no report, and for one of files that could not be parsed
 */
export function settleFindings(report: string, reasons: readonly FindingReason[], typeOf: TypeOf): SettledFindings {
  const { results, summary } = reportSchema.parse(JSON.parse(report));
  if (summary.parsing_errors > 0) throw new Error(`got ${summary.parsing_errors} files that Checkov cannot parse; expected none`);
  const findings = new Map<string, Finding>();
  for (const { check_id: check, check_name: name, resource, file_path } of results.failed_checks) {
    // `aws_s3_bucket.x`, or `resource.x`, as the check has it.
    const [kind = "", id = ""] = resource.split(".");
    const type = kind === "resource" ? typeOf(file_path, id) : kind;
    const key = keyOf({ check, type });
    findings.set(key, { check, type, name, count: (findings.get(key)?.count ?? 0) + 1 });
  }
  const sorted = [...findings.values()].sort((a, b) => Number(keyOf(a) > keyOf(b)) - Number(keyOf(a) < keyOf(b)));
  const reasonOf = new Map(reasons.map((entry) => [keyOf(entry), entry.reason]));
  return {
    passed: summary.passed,
    settled: sorted.flatMap((finding) => {
      const reason = reasonOf.get(keyOf(finding));
      return reason === undefined ? [] : [{ ...finding, reason }];
    }),
    unsettled: sorted.filter((finding) => !reasonOf.has(keyOf(finding))),
    idle: reasons.filter((entry) => !findings.has(keyOf(entry))),
  };
}

function keyOf({ check, type }: Pick<Finding, "check" | "type">): string {
  return `${check} ${type}`;
}
