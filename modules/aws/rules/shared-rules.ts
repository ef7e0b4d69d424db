// Rules that many buckets or alarms share, as a bus has room for 300 only.
import { createHash } from "node:crypto";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type BucketKeys, MAX_PATTERN_CHARACTERS, matchersApart, objectPattern } from "../../../eventbridge/object-pattern";
import { MovedAddress } from "../../moved-address";
import { literalText } from "../../terraform-text";
import { type AwsDeployment, physicalName } from "../deployment";
import { deliverToQueue, type RuleDelivery } from "../queues/rule-delivery";
import type { BucketOwnersBus } from "./bucket-owners-bus";

/**
 * Rules that the default event bus of an account holds in a region; AWS raises it on request.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export function rulesOfBus(region: string): number {
  return ["af-south-1", "eu-south-1"].includes(region) ? 100 : 300;
}

/** How things are divided among rules. */
export interface Division<Thing> {
  /** Rules to divide among, as long as patterns are not full. */
  readonly slots: number;
  /** What decides about the rule of a thing. */
  readonly keyOf: (thing: Thing) => string;
  readonly patternOf: (things: readonly Thing[]) => string;
}

/**
 * Divides things among rules by the hash of their keys, so that a new one changes one rule, whatever else there is. A slot whose
 * pattern is full gets further rules.
 * @returns the things of each rule by the rule's number: `7`, or `7_2` for a second one of the slot
 * @throws Error when one thing alone exceeds a pattern
 */
export function divided<Thing>(things: readonly Thing[], { slots, keyOf, patternOf }: Division<Thing>): Map<string, Thing[]> {
  const rules = new Map<string, Thing[]>();
  for (const thing of [...things].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const slot = (createHash("sha256").update(keyOf(thing)).digest().readUInt32BE() % slots) + 1;
    for (let further = 1; ; further++) {
      const number = further === 1 ? `${slot}` : `${slot}_${further}`;
      const own = rules.get(number) ?? [];
      if (patternOf([...own, thing]).length <= MAX_PATTERN_CHARACTERS) {
        rules.set(number, [...own, thing]);
        break;
      }
      if (own.length === 0) {
        throw new Error(
          `the event pattern of ${keyOf(thing)} has ${patternOf([thing]).length} characters; EventBridge allows ${MAX_PATTERN_CHARACTERS}; use shorter prefixes, suffixes or names`,
        );
      }
    }
  }
  return rules;
}

export interface ObjectRulesProps {
  readonly deployment: AwsDeployment;
  /** The rules are named `<namePrefix>-<environment>-<role>-<number>`, the number preceded by the account of another owner. */
  readonly role: string;
  /** Begins the description of a rule, which ends with its buckets. */
  readonly description: string;
  /** One for each bucket. */
  readonly watched: readonly BucketKeys[];
  /** Rules to divide the buckets among, those of each owner by themselves. */
  readonly slots: number;
  /** Where the events of other accounts' buckets arrive. @default - all buckets are of this account */
  readonly owners?: BucketOwnersBus | undefined;
  /** How the ids of the rules and targets of one bucket began, before buckets shared rules. */
  readonly formerly: { readonly rule: string; readonly target: string };
}

/** Longest description of a rule. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const MAX_DESCRIPTION_LENGTH = 512;

interface ObjectRule {
  readonly rule: CloudwatchEventRule;
  readonly number: string;
  /** The bucket whose own rule becomes this one; those of other accounts never had one. */
  readonly successorOf: string | undefined;
}

/** Announces the new objects of buckets. A bucket with more keys than a pattern holds has part in several rules. */
export class ObjectRules {
  private readonly rules: readonly ObjectRule[];

  constructor(
    private readonly scope: Construct,
    private readonly props: ObjectRulesProps,
  ) {
    const byOwner = new Map<string | undefined, BucketKeys[]>([[undefined, []]]);
    for (const keys of props.watched) {
      const owner = props.owners?.ownerOf(keys.bucket);
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), keys]);
    }
    this.rules = [...byOwner].flatMap(([owner, watched]) => this.rulesOf(watched, owner));
  }

  /** Sends the events to a queue that lets the rules in. */
  deliverTo({ queue, undelivered }: Omit<RuleDelivery, "rule">): void {
    const { role, formerly } = this.props;
    for (const { rule, number, successorOf } of this.rules) {
      const target = deliverToQueue(this.scope, `target-${role}_${number}`, { rule, queue, undelivered });
      if (successorOf === undefined) continue;
      new MovedAddress(target, this.formerAddress("aws_cloudwatch_event_target", `${formerly.target}${successorOf}`));
      target.lifecycle = { createBeforeDestroy: true };
    }
  }

  /** The rules of one account's buckets; undefined is this account. */
  private rulesOf(watched: readonly BucketKeys[], owner: string | undefined): ObjectRule[] {
    const isSmall = (keys: BucketKeys) => objectPattern([keys], owner).length <= MAX_PATTERN_CHARACTERS;
    const parts = watched.flatMap((keys) => (isSmall(keys) ? [{ key: keys.bucket, keys }] : apart(keys)));
    const rules = divided(parts, {
      slots: this.props.slots,
      keyOf: ({ key }) => key,
      patternOf: (some) =>
        objectPattern(
          some.map(({ keys }) => keys),
          owner,
        ),
    });
    return [...rules].map(([number, own]) => {
      const keys = own.map((part) => part.keys);
      return owner === undefined ? this.addRule(number, keys) : this.addOwnersRule(number, keys, owner);
    });
  }

  private addRule(number: string, own: readonly BucketKeys[]): ObjectRule {
    const [successorOf = ""] = bucketsOf(own);
    const rule = new CloudwatchEventRule(this.scope, `rule-${this.props.role}_${number}`, {
      ...this.ruleOf(number, own),
      // The rule of one bucket becomes a shared one, under another name: without it, what lands between would be missed.
      lifecycle: { createBeforeDestroy: true },
    });
    new MovedAddress(rule, this.formerAddress("aws_cloudwatch_event_rule", `${this.props.formerly.rule}${successorOf}`));
    return { rule, number, successorOf };
  }

  /** A rule on the bus that the events of another account's buckets arrive on. */
  private addOwnersRule(ofOwner: string, own: readonly BucketKeys[], owner: string): ObjectRule {
    const number = `${owner}-${ofOwner}`;
    const rule = new CloudwatchEventRule(this.scope, `rule-${this.props.role}_${number}`, {
      ...this.ruleOf(number, own, owner),
      ...(this.props.owners === undefined ? {} : { eventBusName: this.props.owners.busName }),
    });
    return { rule, number, successorOf: undefined };
  }

  private ruleOf(number: string, own: readonly BucketKeys[], owner?: string) {
    const { deployment, role, description } = this.props;
    return {
      name: physicalName(deployment, `${role}-${number}`),
      description: `${description} ${bucketsOf(own).join(", ")}`.slice(0, MAX_DESCRIPTION_LENGTH),
      eventPattern: literalText(objectPattern(own, owner)),
    };
  }

  /** Until this version, each bucket had a rule of its own. */
  private formerAddress(type: string, id: string): string {
    const former = this.scope.node.tryFindChild(id) ?? new Construct(this.scope, id);
    return `${type}.${TerraformStack.of(this.scope).getLogicalId(former.node)}`;
  }
}

function bucketsOf(own: readonly BucketKeys[]): string[] {
  return [...new Set(own.map(({ bucket }) => bucket))].sort();
}

function apart(keys: BucketKeys): { key: string; keys: BucketKeys }[] {
  return matchersApart(keys).map((one) => ({ key: JSON.stringify(one), keys: one }));
}
