import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** Clients of the services that keep secrets. */
export interface SecretClients {
  readonly secretsManager: SecretsManagerClient;
  readonly systemsManager: SSMClient;
}

/**
 * Reads the value of a secret of Secrets Manager, or of a parameter of Systems Manager, which its ARN tells apart.
 * @throws Error that names the secret and what to do; it holds nothing of the value
 */
export function secretValue({ secretsManager, systemsManager }: SecretClients): (arn: string) => Promise<string> {
  return async (arn) => {
    try {
      return await (arn.split(":")[2] === "ssm" ? parameterOf(systemsManager, arn) : secretOf(secretsManager, arn));
    } catch (cause) {
      throw new Error(`the secret ${arn} could not be read; ${remedyOf(cause)}`, { cause });
    }
  };
}

async function secretOf(client: SecretsManagerClient, arn: string): Promise<string> {
  const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return SecretString ?? Buffer.from(SecretBinary ?? []).toString("utf8");
}

async function parameterOf(client: SSMClient, arn: string): Promise<string> {
  const { Parameter } = await client.send(new GetParameterCommand({ Name: parameterName(arn), WithDecryption: true }));
  return Parameter?.Value ?? "";
}

/**
 * The name of a parameter, which in a hierarchy begins with a slash that its ARN has once.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 */
function parameterName(arn: string): string {
  const path = arn.split(":parameter/")[1] ?? "";
  return path.includes("/") ? `/${path}` : path;
}

/**
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors and
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html#API_GetParameter_Errors
 */
function remedyOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  if (/^(?:DecryptionFailure|InvalidKeyId|KMS)/.test(name) || /\bkms\b/i.test(message)) {
    return "let the messenger's role use the key that it is encrypted with, which kmsKey of the chat names, and see that the key is enabled";
  }
  if (/^AccessDenied/.test(name)) return "let the messenger's role read it, by the secret's own policy too";
  if (/^(?:ResourceNotFound|ParameterNotFound)/.test(name)) {
    return "make it, put the address of the webhook there, and see that the configuration has its ARN";
  }
  if (/^InvalidRequest/.test(name)) return "restore it if it is marked as deleted, and give it a value";
  return "it is tried again";
}
