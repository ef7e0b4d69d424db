import { GoogleAuth, PassThroughClient } from "google-auth-library";
import { vertexClients } from "../../../../functions/gcp/adapters/vertex/vertex-clients";

describe("vertexClients", () => {
  it("should make one client for each region, which calls the region's own endpoint", () => {
    const clients = vertexClients({ auth: new GoogleAuth({ authClient: new PassThroughClient() }) });

    const [one, again, other] = [clients("europe-west4"), clients("europe-west4"), clients("us-central1")];

    expect(again).toBe(one);
    expect(one).toMatchObject({ _opts: { servicePath: "europe-west4-aiplatform.googleapis.com" } });
    expect(other).toMatchObject({ _opts: { servicePath: "us-central1-aiplatform.googleapis.com" } });
  });
});
