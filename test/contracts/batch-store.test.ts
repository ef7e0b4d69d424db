import { dynamoBatchStore } from "../../functions/aws/adapters/batch-store";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import { describeBatchStore } from "./batch-store.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";

describeBatchStore({ name: "memory", create: memoryBatchStore });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describeBatchStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoBatchStore(dynamoDb().client, table);
    },
    reopen: () => dynamoBatchStore(dynamoDb().client, table),
  });
});
