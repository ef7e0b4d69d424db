// What a doctor's checks say, and how they look: one refusal ends one look, and what was not looked at is never in order.
import { messageOf } from "../../functions/core/log/log";
import { harmlessLine } from "../../functions/core/plain-text";

/**
 * What is known of a thing. `problem`: it keeps the deployment from working. `not-looked-at`: nothing is known of it.
 * `warning`: it works, and may not be meant. `not-deployed`: it comes with the first deployment. `in-order`: it was looked at.
 */
export const LEVELS = ["problem", "not-looked-at", "warning", "not-deployed", "in-order"] as const;
export type Level = (typeof LEVELS)[number];

/** What a check found of one thing. */
export interface Finding {
  readonly level: Level;
  /** Key of the check in its record. */
  readonly check: string;
  /** What was looked at, such as `bucket acme-flights`. */
  readonly about: string;
  /** What was got, and what is expected. */
  readonly message: string;
  /** The command that cures it, or what to do where none does. */
  readonly cure?: string;
}

/** Where a look puts what it finds. Texts from the account may be passed as they are. */
export interface Report {
  problem(about: string, message: string, cure: string): void;
  warning(about: string, message: string, cure: string): void;
  /** @param cure @default - the first deployment */
  notDeployed(about: string, message?: string): void;
  notLookedAt(about: string, why: string, cure: string): void;
  inOrder(about: string, message: string): void;
  /**
   * Looks at one thing, some of them at once; what it rejects with is told as `not-looked-at`, with the permission that it takes.
   * A look must not wait for another one.
   */
  look(about: string, permission: string, look: () => Promise<void>): Promise<void>;
}

/** One thing that a doctor looks at. A new one is an entry of `AWS_CHECKS` or `GCP_CHECKS`, and a row of docs/doctor.md. */
export interface Check<Account> {
  /** What it asks, as docs/doctor.md has it. */
  readonly asks: string;
  /** Permissions that it takes, as IAM names them. */
  readonly permissions: readonly string[];
  /** Whether it has something to look at only after the first deployment. @default false */
  readonly isOfDeployment?: boolean;
  look(account: Account, report: Report): Promise<void>;
}

/** A refusal in the words of its cloud. */
export interface Refusal {
  readonly why: string;
  /** What to do; undefined where the permission is what is missing. */
  readonly cure: string | undefined;
}

/** What every account has for its checks. */
export interface Patient {
  /** Whether the deployment is there; undefined where that cannot be told. */
  readonly isDeployed: boolean | undefined;
  /** The command that deploys it. */
  readonly deployCommand: string;
  /** Reads what a call rejected with. */
  refusalOf(error: unknown): Refusal;
  /** How a permission is granted to whoever asks. */
  grantOf(permission: string): string;
}

/** Looks of one examination that are made at once: the clouds' quotas for descriptions are some ten a second. */
const PARALLEL_LOOKS = 8;

/** Longest text of a finding: names and errors of an account may be of any length. */
const MAX_TEXT = 600;

/** When an examination ends, whatever is left: 100 models take some seconds of it. Milliseconds. */
export const PATIENCE_MS = 120_000;

/** Makes the looks of an examination, `PARALLEL_LOOKS` at once, until `endsAt`. */
export class Pace {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param now epoch milliseconds */
  constructor(
    private readonly endsAt: number,
    private readonly now: () => number,
  ) {}

  async run(look: () => Promise<void>): Promise<void> {
    if (this.running >= PARALLEL_LOOKS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      if (this.now() > this.endsAt) throw new Error(`no time was left, as others took ${PATIENCE_MS / 1000} seconds`);
      await look();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}

/** The report of one check, which adds to `findings`. */
function reportOf(check: string, patient: Patient, pace: Pace, findings: Finding[]): Report {
  const add = (level: Level, about: string, message: string, cure?: string) => {
    const texts = { about: harmlessLine(about, MAX_TEXT), message: harmlessLine(message, MAX_TEXT) };
    findings.push({ level, check, ...texts, ...(cure !== undefined && { cure: harmlessLine(cure, MAX_TEXT) }) });
  };
  const report: Report = {
    problem: (about, message, cure) => add("problem", about, message, cure),
    warning: (about, message, cure) => add("warning", about, message, cure),
    notDeployed: (about, message = "not deployed yet") => add("not-deployed", about, message, patient.deployCommand),
    notLookedAt: (about, why, cure) => add("not-looked-at", about, why, cure),
    inOrder: (about, message) => add("in-order", about, message),
    async look(about, permission, look) {
      try {
        await pace.run(look);
      } catch (error) {
        const { why, cure = patient.grantOf(permission) } = patient.refusalOf(error);
        add("not-looked-at", about, why, cure);
      }
    },
  };
  return report;
}

/** Makes all checks of a record, at once. Never rejects: what a check breaks at is told as `not-looked-at`. */
export async function examine<A extends Patient>(
  account: A,
  checks: Readonly<Record<string, Check<A>>>,
  pace: Pace,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const waiting: string[] = [];
  await Promise.all(
    Object.entries(checks).map(async ([name, { isOfDeployment = false, look }]) => {
      if (isOfDeployment && account.isDeployed === false) {
        waiting.push(name);
        return;
      }
      const report = reportOf(name, account, pace, findings);
      await look(account, report).catch((error: unknown) => {
        report.notLookedAt(name, messageOf(error), "report it: the check broke off");
      });
    }),
  );
  if (waiting.length > 0) reportOf("deployment", account, pace, findings).notDeployed(waiting.join(", "));
  return findings;
}

/** What is said of checks that nobody may make who is not signed in. */
export function nothingSeen(checks: object): Finding {
  const message = `${Object.keys(checks).length} checks, which need valid credentials`;
  const cure = "sign in as above, and run retrigger doctor again";
  return { level: "not-looked-at", check: "credentials", about: "everything else", message, cure };
}

/** The checks that a deployment without coordinated models has something to look at for, or all of them. */
export function ofInterest<A>(checks: Readonly<Record<string, Check<A>>>, hasState: boolean): Record<string, Check<A>> {
  return Object.fromEntries(Object.entries(checks).filter(([, { isOfDeployment = false }]) => hasState || !isOfDeployment));
}

/** The distinct things of a list, each with those that name it. */
export function byThing<T>(owners: readonly T[], thingOf: (owner: T) => string | undefined): Map<string, T[]> {
  const things = new Map<string, T[]>();
  for (const owner of owners) {
    const thing = thingOf(owner);
    if (thing !== undefined) things.set(thing, [...(things.get(thing) ?? []), owner]);
  }
  return things;
}

/** What a look rejects with where it took longer than `ms`: for calls that know no limit of their own. */
export async function within<T>(ms: number, what: string, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} gave no answer for ${ms / 1000} seconds`)), ms);
  });
  try {
    return await Promise.race([call, over]);
  } finally {
    clearTimeout(timer);
  }
}
