import type { Firestore } from "@google-cloud/firestore";
import { firestoreModelSettings } from "../../../../functions/gcp/adapters/firestore/model-settings";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { itReadsModelSettings, modelSettingsOf, type SettingsWorld } from "../../../contracts/model-settings.contract";
import { countRequests, refuse } from "../unreliable-firestore";

describeWithFirestore("firestoreModelSettings", (firestore) => {
  async function open(): Promise<SettingsWorld & { readonly client: Firestore }> {
    const client = firestore().createDatabase();
    let time = 0;
    return {
      client,
      source: firestoreModelSettings(client, { maxAgeMs: 60_000, now: () => time }),
      put: (model, settings, shape) =>
        client
          .collection("settings")
          .doc(model)
          .set({ settings, ...(shape !== undefined && { shape }) }),
      advance: (ms) => {
        time += ms;
      },
    };
  }

  itReadsModelSettings(open);

  it("should list all with one request", async () => {
    const { client, source, put } = await open();
    for (const model of ["flights", "weather"]) await put(model, modelSettingsOf(model));
    const counted = countRequests(client);
    expect(await source.list()).toHaveLength(2);
    expect(counted).toEqual({ commits: 0, reads: 1 });
  });

  it("should read models of more than a page", async () => {
    const { source, put } = await open();
    const names = Array.from({ length: 120 }, (_, n) => `model-${String(n).padStart(3, "0")}`);
    for (const name of names) await put(name, modelSettingsOf(name));
    expect((await source.list()).map(({ model }) => model)).toEqual(names);
  });

  it("should reject, and not call it nothing, when there is no answer", async () => {
    const { client, source, put } = await open();
    await put("flights", modelSettingsOf("flights"));
    refuse(client, [7], "reads");
    await expect(source.list()).rejects.toMatchObject({ code: 7 });
    expect(await source.list()).toHaveLength(1);
  });
});
