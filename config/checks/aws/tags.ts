// Tags of everything and those of one model, which are together on what belongs to the model.
import type { Problem } from "../../errors";
import { awsTagsSchema } from "../../sections/aws/aws";
import { mapping } from "../unchecked-config";

/** Of a resource, whoever gave it them: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
const MOST_TAGS = 50;

/** Those that Retrigger itself gives: to everything, and to the rule of a direct schedule. */
const OWN_TAGS = ["application", "environment", "model", "schedule"];

/** What is wrong with how many tags a resource of one model would have. */
export function tagProblems(config: unknown): Problem[] {
  const { aws, models } = mapping(config);
  const ofAll = awsTagsSchema.safeParse(mapping(aws).tags).data ?? {};
  return Object.entries(mapping(models)).flatMap(([model, section]) => {
    const { tags } = mapping(section);
    const ofModel = awsTagsSchema.safeParse(tags).data ?? {};
    const count = new Set([...OWN_TAGS, ...Object.keys(ofAll), ...Object.keys(ofModel)]).size;
    if (count <= MOST_TAGS) return [];
    const message = `makes ${count} tags with aws.tags and ${OWN_TAGS.join(", ")}; expected at most ${MOST_TAGS} in all, which AWS allows a resource; leave out ${count - MOST_TAGS}`;
    return [{ path: ["models", model, "tags"], message }];
  });
}
