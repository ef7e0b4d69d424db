// What every check of a company's account is held to: what is provoked is found, and a refusal is no order.
import { awsClients } from "../../../../cli/doctor/aws/account";
import { examineAws } from "../../../../cli/doctor/aws/examine-aws";
import { type Finding, type Level, Pace } from "../../../../cli/doctor/finding";
import { plannedStack } from "../../../../cli/doctor/planned-stack";
import type { PlannedStack } from "../../../../cli/plan/synthesise";
import type { DeploymentConfig } from "../../../../config/config";
import { type Answer, CLIENT, type LoopbackServer, type Received } from "../../../aws/adapters/loopback-server";
import { type Arranged, NOW } from "./account-server";
import { COMPANY, companyWith, startCompany } from "./company-server";

/** What is arranged, what is found, of what kind, and what cures it. */
export type Provoked = readonly [
  what: string,
  arranged: Record<string, Arranged>,
  level: Level,
  about: string,
  message: RegExp,
  cure: RegExp,
  aws?: Record<string, unknown>,
];

/** What is refused, what could not be looked at then, and the permission that it takes. */
export type Refused = readonly [action: string, answer: Answer, about: string, permission: string];

/** An answer that says nothing. */
export type Broken = readonly [action: string, answer: Arranged];

/** Of these checks alone. */
export const COMPANY_CHECKS = ["credentials", "boundary", "keys", "bucket-keys", "network", "webhooks"];

/** Synthesis takes seconds, and more of them on a machine that is busy. */
const PATIENT_MS = 120_000;

/** An account of a company, which each test arranges, and which stops after it. */
export class CompanyAccount {
  private server: LoopbackServer | undefined;

  constructor() {
    jest.setTimeout(PATIENT_MS);
    afterEach(async () => {
      await this.server?.stop();
      this.server = undefined;
    });
  }

  /** What it was asked. */
  get received(): readonly Received[] {
    return this.server?.received ?? [];
  }

  /** All that is found of it. */
  async findings(arranged: Readonly<Record<string, Arranged>>, config: DeploymentConfig = COMPANY): Promise<readonly Finding[]> {
    this.server = await startCompany(arranged);
    const clients = awsClients({ ...CLIENT, endpoint: this.server.endpoint });
    const pace = new Pace(NOW + 120_000, () => NOW);
    return (
      await examineAws(
        config,
        pace,
        async () => plannedFor(config),
        clients,
        () => NOW,
      )
    ).findings;
  }

  /** What is found of it by the checks of a company. */
  async found(arranged: Readonly<Record<string, Arranged>>, config?: DeploymentConfig): Promise<Finding[]> {
    return (await this.findings(arranged, config)).filter(({ check }) => COMPANY_CHECKS.includes(check));
  }
}

/** Registers what a part of a company's account is held to. */
export function describeCompany(
  part: string,
  {
    provoked,
    refused,
    broken,
  }: { readonly provoked: readonly Provoked[]; readonly refused: readonly Refused[]; readonly broken: readonly Broken[] },
): void {
  describe(`examineAws, of ${part}`, () => {
    const company = new CompanyAccount();

    it.each(provoked.map((one) => ({ what: one[0], one })))("should find $what", async ({ one }) => {
      const [, arranged, level, about, message, cure, aws] = one;
      const findings = await company.found(arranged, aws === undefined ? COMPANY : companyWith(aws));

      expect(findings.filter((one) => one.level === level)).toContainEqual(
        expect.objectContaining({ about, message: expect.stringMatching(message), cure: expect.stringMatching(cure) }),
      );
      // what is found is not in order, too
      expect(findings.filter((one) => one.about === about && one.level === "in-order")).toEqual([]);
    });

    it.each(refused)("should say that it could not look where %s is refused", async (action, answer, about, permission) => {
      const findings = await company.found({ [action]: answer });

      const unseen = findings.filter(({ level }) => level === "not-looked-at");
      const cure = `allow ${permission} to your identity; docs/doctor.md has the whole policy`;
      expect(unseen).toContainEqual(expect.objectContaining({ about, cure, message: expect.stringContaining("not allowed") }));
      expect(findings.filter((one) => one.about === about && one.level === "in-order")).toEqual([]);
      expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
    });

    it.each(broken)("should not take a broken answer to %s for a good one", async (action, answer) => {
      const findings = await company.found({ [action]: answer });

      expect(new Set(findings.map(({ level }) => level))).toEqual(new Set(["in-order", "not-looked-at"]));
    });
  });
}

/** Synthesised once for each configuration, which takes a second. */
const PLANNED = new Map<string, PlannedStack>();

function plannedFor(config: DeploymentConfig): PlannedStack {
  const key = JSON.stringify(config);
  const planned = PLANNED.get(key) ?? plannedStack(config, ".", "aws");
  PLANNED.set(key, planned);
  return planned;
}
