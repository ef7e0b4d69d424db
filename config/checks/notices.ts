// Chats on AWS: where the secrets of their webhooks are, and what there is to tell them.
import { CHATS } from "../../functions/core/notices/chats/chat";
import { type Problem, quotedValue } from "../errors";
import { partitionOf } from "../sections/aws/aws";
import { regionSchema } from "../sections/fields";
import { mapping, mayLiveOn, type ValidModel, validAccounts } from "./unchecked-config";

type Fields = Readonly<Record<string, unknown>>;

/** The problems of the chats that an unchecked configuration has told on AWS. */
export function noticeProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const { aws, operations } = mapping(config);
  const section = mapping(aws);
  return CHATS.flatMap((chat) => {
    const told = mapping(section.notifications)[chat];
    if (told === undefined) return [];
    const path = ["aws", "notifications", chat];
    return [
      ...secretProblems(path, mapping(told), section),
      ...keyProblems(path, mapping(told), section),
      ...audienceProblems(path, mapping(told), mapping(operations).alarms === false, models),
    ];
  });
}

function secretProblems(path: readonly string[], { secret, kmsKey }: Fields, { region, allowedAccountIds }: Fields): Problem[] {
  const arn = arnOf(secret);
  if (arn === undefined) return [];
  const problem = (message: string): Problem => ({ path: [...path, "secret"], message });
  const isParameter = arn.service === "ssm";
  const accounts = validAccounts(allowedAccountIds);
  const isForeign = accounts.length > 0 && !accounts.includes(arn.account);
  return [
    ...placeProblems(arn, region, "a secret", "make one there").map(problem),
    ...(isForeign && isParameter
      ? [
          problem(
            `got a parameter of the account ${quotedValue(arn.account)}; expected one of ${accounts.join(", ")}, as a parameter is read in its own account alone; name one there, or a secret of Secrets Manager`,
          ),
        ]
      : []),
    ...(isForeign && !isParameter && kmsKey === undefined
      ? [
          problem(
            `got a secret of the account ${quotedValue(arn.account)} without kmsKey; expected the key too, as AWS's own lets no other account in; add kmsKey, or name a secret of ${accounts.join(", ")}`,
          ),
        ]
      : []),
  ];
}

function keyProblems(path: readonly string[], { kmsKey }: Fields, { region }: Fields): Problem[] {
  const arn = arnOf(kmsKey);
  if (arn === undefined) return [];
  return placeProblems(arn, region, "a key", "name the key that the secret is encrypted with").map((message) => ({
    path: [...path, "kmsKey"],
    message,
  }));
}

function audienceProblems(
  path: readonly string[],
  { about }: Fields,
  isUnwatched: boolean,
  models: readonly ValidModel[],
): Problem[] {
  const hasCoordinated = models.some((model) => mayLiveOn("aws", model) && model.hasData);
  if (!hasCoordinated && models.length > 0) {
    const message =
      "nothing will be told: every model on AWS starts its pipeline directly, which decides nothing and has no alarms; give a model data, or remove it";
    return [{ path, message }];
  }
  if (!isUnwatched || !Array.isArray(about) || !about.every((kind) => kind === "alarms")) return [];
  const message = "got alarms alone, and operations.alarms is false; expected another kind too; add one, or set operations.alarms";
  return [{ path: [...path, "about"], message }];
}

interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
}

/** Undefined for what the schema reports. */
function arnOf(value: unknown): Arn | undefined {
  if (typeof value !== "string") return undefined;
  const [, partition, service, region, account] = /^arn:(aws[a-z-]*):([a-z]+):([a-z0-9-]+):(\d{12}):./.exec(value) ?? [];
  if (partition === undefined || service === undefined || region === undefined || account === undefined) return undefined;
  return { partition, service, region, account };
}

function placeProblems(arn: Arn, region: unknown, what: string, remedy: string): string[] {
  const { success, data } = regionSchema.safeParse(region);
  if (!success) return [];
  if (arn.region !== data) {
    return [
      `got ${what} of ${quotedValue(arn.region)}; expected one of the region of the functions, ${quotedValue(data)}; ${remedy}`,
    ];
  }
  const partition = partitionOf(data);
  if (arn.partition === partition) return [];
  return [
    `got ${what} of the partition ${quotedValue(arn.partition)}; expected ${quotedValue(partition)}, that of ${data}; correct the ARN`,
  ];
}
