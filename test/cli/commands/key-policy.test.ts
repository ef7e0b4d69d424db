import { keyPolicy } from "../../../cli/commands/key-policy";
import { awsTemplate, configFile } from "../../stacks/synthesize";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("retrigger key-policy", () => {
  it("should print before the first deployment what the output says after it", () => {
    const file = configFile(textWith(`kms: { key: "${KEY}" }`));

    const { data, text } = keyPolicy(file, undefined);

    const { key_policy } = awsTemplate(file).json.output ?? {};
    expect(data).toEqual({ Version: "2012-10-17", Statement: JSON.parse(String(key_policy?.value)) });
    expect(JSON.parse(text)).toEqual(data);
    expect(text).toContain('"Service": "logs.eu-central-1.amazonaws.com"');
    expect(text).not.toContain("$" + "{");
  });

  it("should refuse a configuration without a key", () => {
    expect(() => keyPolicy(configFile(textWith("")), undefined)).toThrow("aws.kms.key is missing; expected the ARN of your key");
  });

  it("should tell what is wrong with a configuration", () => {
    const file = configFile(textWith(`kms: { key: "${KEY.replace("eu-central-1", "eu-west-1")}" }`));

    expect(() => keyPolicy(file, undefined)).toThrow('aws.kms.key: got a key of "eu-west-1"');
  });
});

// Helpers

function textWith(kms: string): string {
  return `environment: dev
aws:
  region: eu-central-1
  ${kms}
models: { one: { data: { bucket: acme, prefixes: [in/] }, pipeline: { name: training } } }
`;
}
