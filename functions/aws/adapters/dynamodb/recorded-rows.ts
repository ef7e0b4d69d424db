import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { checkShape, EXPIRY_ATTRIBUTE, type LeftOut, readRows, SHAPE, SHAPE_FIELD } from "../../../core/state-layout";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, isKnownShape, queryPages, refusedByShape, retryContention, TELLING_THE_REFUSED } from "./dynamo-calls";

const itemSchema = z.object({ [SHAPE_FIELD]: z.optional(z.unknown()), data: z.instanceof(Uint8Array) });

/** A log of records, an item each: pk <partition><model>, sk <order>, data (deflated JSON), expires_at, shape. */
export interface RecordedRows<T> {
  /** Records are in a partition of their model, with this before its name. */
  readonly partition: string;
  /** What an item is, in words, for errors. */
  readonly what: string;
  /** From a record's time until it may be removed, milliseconds. */
  readonly retentionMs: number;
  readonly decode: (data: Uint8Array) => T;
  /** @default - a list with a record that cannot be read is refused */
  readonly leftOut?: LeftOut | undefined;
}

/** A record as it is kept. */
export interface RecordedRow {
  readonly model: string;
  /** Its place among those of its model; one of the same place is replaced. */
  readonly order: string;
  readonly data: Uint8Array;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Such a log in the state table; reads are strongly consistent. */
export function recordedRows<T>(
  client: DynamoDBClient,
  tableName: string,
  { partition, what, retentionMs, decode, leftOut }: RecordedRows<T>,
) {
  function decodeItem(item: Item): T {
    try {
      const { data, [SHAPE_FIELD]: shape } = itemSchema.parse(fromItem(item));
      checkShape(shape);
      return decode(data);
    } catch (error) {
      const remedy = "deploy the version of Retrigger that wrote it, restore it from a backup, or remove it";
      throw new Error(`the item ${item.pk?.S}, ${item.sk?.S} is not ${what}; ${remedy}`, { cause: error });
    }
  }

  return {
    /** @param doing in words, for errors; rejects where a newer program wrote the item that is there */
    async put(doing: string, { model, order, data, at }: RecordedRow): Promise<void> {
      const Item = toItem({
        pk: partition + model,
        sk: order,
        data,
        [EXPIRY_ATTRIBUTE]: Math.ceil((at + retentionMs) / 1000),
        [SHAPE_FIELD]: SHAPE,
      });
      const expression = dynamoExpression();
      const ConditionExpression = isKnownShape(expression);
      const put = { TableName: tableName, Item, ConditionExpression, ...expression.aliases(), ...TELLING_THE_REFUSED };
      try {
        await retryContention(doing, () => client.send(new PutItemCommand(put)));
      } catch (error) {
        throw refusedByShape(error, decodeItem);
      }
    },

    /** The items of a model, the last ones first, so many at a time at most. */
    newestFirst(model: string, pageSize: number): AsyncIterable<readonly Item[]> {
      const { path, value, aliases } = dynamoExpression();
      const KeyConditionExpression = `${path("pk")} = ${value(partition + model)}`;
      const query = { TableName: tableName, ConsistentRead: true, KeyConditionExpression, ...aliases() };
      return queryPages(client, { ...query, ScanIndexForward: false, Limit: pageSize });
    },

    /** The records of items, without those that are left out. */
    read: (items: readonly Item[]): T[] => readRows(items, decodeItem, leftOut),
  };
}
