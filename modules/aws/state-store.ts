import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { DynamodbTableItem } from "@cdktf/provider-aws/lib/dynamodb-table-item";
import { Construct } from "constructs";
import type { ModelSettings } from "../../functions/core/model-settings";
import {
  EXPIRY_ATTRIBUTE,
  PARTITIONS,
  SETTINGS_FIELD,
  SHAPE,
  SHAPE_FIELD,
  SORT_KEYS,
  type TablePart,
} from "../../functions/core/state-layout";
import { literalText } from "../terraform-text";
import type { PolicyStatement } from "./access/policy";
import { type AwsDeployment, physicalName } from "./deployment";

export interface StateStoreProps {
  readonly deployment: AwsDeployment;
  readonly models: readonly ModelSettings[];
  /** Price of an hour by SageMaker instance type, for the actual cost of runs. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  /** DynamoDB refuses to delete the table. @default true */
  readonly deletionProtection?: boolean;
}

/**
 * The table of all state, with a row per model that holds its settings, and a row of prices: a change of them reads well in a plan.
 */
export class StateStore extends Construct {
  readonly tableName: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, { deployment, models, usdPerHour, deletionProtection = true }: StateStoreProps) {
    super(scope, id);
    const table = new DynamodbTable(this, "Resource", {
      name: physicalName(deployment, "state"),
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      rangeKey: "sk",
      attribute: [
        { name: "pk", type: "S" },
        { name: "sk", type: "S" },
      ],
      ttl: { attributeName: EXPIRY_ATTRIBUTE, enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: deletionProtection,
    });
    this.tableName = table.name;
    this.arn = table.arn;
    for (const settings of models) {
      this.addRow(table, `settings-${settings.model}`, {
        pk: PARTITIONS.settings,
        sk: settings.model,
        [SHAPE_FIELD]: SHAPE,
        [SETTINGS_FIELD]: settings,
      });
    }
    const pricesKey = { pk: PARTITIONS.prices, sk: SORT_KEYS.sageMaker };
    this.addRow(table, "prices-sagemaker", { ...pricesKey, [SHAPE_FIELD]: SHAPE, usdPerHour });
  }

  /** Lets a function read the models' settings. */
  readSettings(): PolicyStatement {
    return this.allow(["dynamodb:GetItem", "dynamodb:Query"], ["settings"]);
  }

  /** Lets a function read the prices of instances. */
  readPrices(): PolicyStatement {
    return this.allow(["dynamodb:GetItem"], ["prices"]);
  }

  /** Lets a function read items of these parts, one at a time. */
  read(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:GetItem"], parts);
  }

  /** Lets a function read all items of a partition of these parts. */
  query(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:Query"], parts);
  }

  /** Lets a function read several items of these parts at once. */
  readMany(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:BatchGetItem"], parts);
  }

  /** Lets a function read and replace records of these parts, one at a time. */
  replace(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:GetItem", "dynamodb:PutItem"], parts);
  }

  /** Lets a function add items to these parts, and read none. */
  put(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:PutItem"], parts);
  }

  /** Lets a function read and write these parts, an item alone and several in a transaction. */
  readWrite(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"], parts);
  }

  /** Lets a function read and write several items of these parts at once. */
  batches(...parts: readonly TablePart[]): PolicyStatement {
    return this.allow(["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], parts);
  }

  private addRow(table: DynamodbTable, id: string, row: Readonly<Record<string, Plain>>): void {
    const item = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toAttribute(value)]));
    new DynamodbTableItem(this, id, {
      tableName: table.name,
      hashKey: table.hashKey,
      rangeKey: table.rangeKey,
      item: literalText(JSON.stringify(item)),
    });
  }

  /** Only actions that always name a partition key: without one, as in a scan, `ForAllValues` is true. */
  private allow(actions: readonly string[], parts: readonly TablePart[]): PolicyStatement {
    return {
      Effect: "Allow",
      Action: actions,
      Resource: this.arn,
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": parts.map(keyPattern) } },
    };
  }
}

/** The partition keys of a part, as a pattern of IAM. */
function keyPattern(part: TablePart): string {
  const partition = PARTITIONS[part];
  return partition.endsWith("#") ? `${partition}*` : partition;
}

/** What a settings row holds: JSON without null. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

/** A value as DynamoDB writes it; members that are undefined are left out. */
function toAttribute(value: Plain): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, toAttribute(member)] as const],
  );
  return { M: Object.fromEntries(members) };
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
