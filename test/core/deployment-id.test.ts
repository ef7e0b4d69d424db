import { dynamoDeploymentStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { type DeploymentStore, deploymentId } from "../../functions/core/deployment-id";
import { firestoreDeploymentStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { memoryVersionedStore } from "../../functions/memory/versioned-store";
import { newDeploymentId } from "../../functions/node/hashes";
import { describeWithDynamoDb } from "../contracts/dynamodb-endpoint";
import { describeWithFirestore } from "../contracts/firestore-endpoint";

describeDeploymentId("memory", async () => memoryVersionedStore());

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  describeDeploymentId("DynamoDB", async () => dynamoDeploymentStore(dynamoDb().client, await dynamoDb().createTable()));
});

describeWithFirestore("Firestore", (firestore) => {
  describeDeploymentId("Firestore", async () => firestoreDeploymentStore(firestore().createDatabase()));
});

function describeDeploymentId(name: string, create: () => Promise<DeploymentStore>): void {
  describe(`deploymentId over ${name}`, () => {
    it("should be made once, whoever asks first, and be another for a store that is made anew", async () => {
      const store = await create();
      const processes = Array.from({ length: 8 }, () => deploymentId(store, newDeploymentId));

      const ids = await Promise.all([...processes, ...processes].map((read) => read()));

      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(/^[a-z0-9]{12}$/);
      expect(await deploymentId(await create(), newDeploymentId)()).not.toBe(ids[0]);
    });
  });
}
