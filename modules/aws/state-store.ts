import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { DynamodbTableItem } from "@cdktf/provider-aws/lib/dynamodb-table-item";
import { Construct } from "constructs";
import type { ModelSettings } from "../../functions/core/model-settings";
import { literalText } from "../terraform-text";
import { toAttribute } from "./attribute-value";
import { type AwsDeployment, physicalName } from "./deployment";
import type { PolicyStatement } from "./policy";

const SETTINGS_PARTITION = "settings";

export interface StateStoreProps {
  readonly deployment: AwsDeployment;
  readonly models: readonly ModelSettings[];
}

/** The table of all state, with one row per model that holds its settings, so that a change of them reads well in a plan. */
export class StateStore extends Construct {
  readonly tableName: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, { deployment, models }: StateStoreProps) {
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
      ttl: { attributeName: "expires_at", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
    });
    this.tableName = table.name;
    this.arn = table.arn;
    for (const settings of models) {
      const item = { pk: toAttribute(SETTINGS_PARTITION), sk: toAttribute(settings.model), settings: toAttribute(settings) };
      new DynamodbTableItem(this, `settings-${settings.model}`, {
        tableName: table.name,
        hashKey: table.hashKey,
        rangeKey: table.rangeKey,
        item: literalText(JSON.stringify(item)),
      });
    }
  }

  /** Lets a function read the models' settings. */
  readSettings(): PolicyStatement {
    return this.allow(["dynamodb:GetItem", "dynamodb:Query"], SETTINGS_PARTITION);
  }

  /** Lets a function read and write the partitions that a pattern such as `batch#*` matches, alone and in transactions. */
  readWrite(partitions: string): PolicyStatement {
    return this.allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"], partitions);
  }

  /** Only actions that always name a partition key: without one, as in a scan, `ForAllValues` is true. */
  private allow(actions: readonly string[], partitions: string): PolicyStatement {
    return {
      Effect: "Allow",
      Action: actions,
      Resource: this.arn,
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [partitions] } },
    };
  }
}
