import type { Problem } from "../errors";
import { adaptiveProblems } from "./adaptive";
import { boundaryNameProblems } from "./aws/boundary-name";
import { awsBucketProblems } from "./aws/buckets";
import { roleProblems } from "./aws/roles";
import { tagProblems } from "./aws/tags";
import { bucketLayoutProblems } from "./bucket-layout";
import { cloudProblems } from "./cloud";
import { gcpBucketProblems } from "./gcp/buckets";
import { gcpChatProblems } from "./gcp/chats";
import { gcpLimitProblems } from "./gcp/limits";
import { gcpLocationProblems } from "./gcp/locations";
import { keyProblems } from "./keys";
import { modelProblems } from "./model";
import { monitoringProblems } from "./monitoring";
import { noticeProblems } from "./notices";
import { definitionProblems } from "./pipeline-definition";
import { promotionProblems } from "./promotion";
import { rolloutProblems } from "./rollout";
import { ruleProblems } from "./rules";
import { scheduleProblems } from "./schedules";
import { validModels } from "./unchecked-config";

/**
 * What depends on several keys of an unchecked configuration, which the schema cannot say. Every check runs as far as the keys that
 * it needs are valid by themselves, and reports all that it finds, so that an author learns of all mistakes at once.
 * @param directory folder of the configuration, which the files that it names are relative to
 */
export function crossFieldProblems(config: unknown, directory: string): Problem[] {
  const models = validModels(config);
  return [
    ...bucketLayoutProblems(config, models),
    ...awsBucketProblems(config, models),
    ...models.flatMap((model) => [
      ...modelProblems(model),
      ...definitionProblems(model, models, directory),
      ...adaptiveProblems(config, model),
      ...monitoringProblems(config, model, models),
      ...promotionProblems(config, model, models),
      ...rolloutProblems(config, model, models),
    ]),
    ...scheduleProblems(config),
    ...ruleProblems(config, models),
    ...cloudProblems(config, models),
    ...gcpChatProblems(config, models),
    ...noticeProblems(config, models),
    ...gcpLimitProblems(config, models),
    ...gcpLocationProblems(config, models),
    ...gcpBucketProblems(config, models),
    ...keyProblems(config),
    ...roleProblems(config),
    ...boundaryNameProblems(config),
    ...tagProblems(config),
  ];
}
