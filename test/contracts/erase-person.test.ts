import { dynamoCandidateLog } from "../../functions/aws/adapters/dynamodb/candidate-log";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoCoordinatorStore, dynamoPromotionStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestoreCandidateLog } from "../../functions/gcp/adapters/firestore/candidate-log";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestoreCoordinatorStore, firestorePromotionStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeErasing } from "./erase-person.contract";
import { describeWithFirestore } from "./firestore-endpoint";

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  describeErasing({
    name: "DynamoDB",
    async create() {
      const [{ client }, table] = [dynamoDb(), await dynamoDb().createTable()];
      return {
        states: dynamoCoordinatorStore(client, table),
        promotions: dynamoPromotionStore(client, table),
        decisions: dynamoDecisionLog(client, table),
        candidates: dynamoCandidateLog(client, table),
      };
    },
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeErasing({
    name: "Firestore",
    async create() {
      const database = firestore().createDatabase();
      return {
        states: firestoreCoordinatorStore(database),
        promotions: firestorePromotionStore(database),
        decisions: firestoreDecisionLog(database),
        candidates: firestoreCandidateLog(database),
      };
    },
  });
});
