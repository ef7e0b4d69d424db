import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { apiLimits } from "../../../../functions/aws/adapters/call-limits";
import { secretValue } from "../../../../functions/aws/adapters/secrets/secret-value";
import { messageOf } from "../../../../functions/core/log/log";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../loopback-server";

const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf";
const PARAMETER = "arn:aws:ssm:eu-central-1:111122223333:parameter/teams";
const ADDRESS = "https://hooks.slack.com/services/T0/B0/x";

describe("secretValue", () => {
  let server: LoopbackServer | undefined;

  afterEach(() => server?.stop());

  async function readerOf(answer: Answer) {
    server = await startLoopbackServer(() => answer);
    const { endpoint } = server;
    const limits = { ...CLIENT, endpoint, ...apiLimits({ answerMs: 300, silenceMs: 300, maxAttempts: 1 }) };
    return secretValue({ secretsManager: new SecretsManagerClient(limits), systemsManager: new SSMClient(limits) });
  }

  it("should read a secret of Secrets Manager by its ARN", async () => {
    const read = await readerOf({ status: 200, body: JSON.stringify({ ARN: SECRET, SecretString: ADDRESS }) });

    expect(await read(SECRET)).toBe(ADDRESS);
    expect(server?.received[0]?.headers["x-amz-target"]).toBe("secretsmanager.GetSecretValue");
    expect(jsonOf(server?.received[0])).toEqual({ SecretId: SECRET });
  });

  it("should read a secret of bytes", async () => {
    const SecretBinary = Buffer.from(ADDRESS).toString("base64");
    const read = await readerOf({ status: 200, body: JSON.stringify({ ARN: SECRET, SecretBinary }) });

    expect(await read(SECRET)).toBe(ADDRESS);
  });

  it.each([
    ["alone", PARAMETER, "teams"],
    ["in a hierarchy", "arn:aws:ssm:eu-central-1:111122223333:parameter/acme/chats/teams", "/acme/chats/teams"],
  ])("should read a parameter of Systems Manager by its name, decrypted: %s", async (_, arn, Name) => {
    const read = await readerOf({ status: 200, body: JSON.stringify({ Parameter: { Name, Value: ADDRESS } }) });

    expect(await read(arn)).toBe(ADDRESS);
    expect(server?.received[0]?.headers["x-amz-target"]).toBe("AmazonSSM.GetParameter");
    expect(jsonOf(server?.received[0])).toEqual({ Name, WithDecryption: true });
  });

  it.each([
    ["missing", SECRET, awsError("ResourceNotFoundException", "Secrets Manager can't find it."), "make it, put the address"],
    ["missing", PARAMETER, awsError("ParameterNotFound", ""), "make it, put the address"],
    ["not allowed", SECRET, awsError("AccessDeniedException", "User is not authorized"), "let the messenger's role read it"],
    ["not allowed", PARAMETER, awsError("AccessDeniedException", "User is not authorized"), "let the messenger's role read it"],
    [
      "encrypted with a key that is not allowed",
      SECRET,
      awsError("AccessDeniedException", "Access to KMS is not allowed"),
      "use the key",
    ],
    ["encrypted with a disabled key", SECRET, awsError("DecryptionFailure", "cannot decrypt"), "see that the key is enabled"],
    ["encrypted with a lost key", PARAMETER, awsError("InvalidKeyId", "not found"), "see that the key is enabled"],
    ["marked as deleted", SECRET, awsError("InvalidRequestException", "it was marked for deletion"), "restore it"],
    ["of a service that fails", SECRET, awsError("InternalServiceError", "", 500), "it is tried again"],
    ["of a service that ends the connection", PARAMETER, "hang up", "it is tried again"],
    ["of a service that never answers", SECRET, "silence", "it is tried again"],
  ] as const)("should name a secret that is %s, and what to do: %s", async (_, arn, answer, remedy) => {
    const read = await readerOf(answer);

    const error: unknown = await read(arn).catch((thrown: unknown) => thrown);

    expect(messageOf(error)).toContain(`the secret ${arn} could not be read; `);
    expect(messageOf(error)).toContain(remedy);
    expect(error).toHaveProperty("cause");
  });
});
