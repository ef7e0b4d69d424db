// `WRITE_GOLDEN=1 npx jest test/core/notices/notice-message` rewrites the golden files, and the examples of docs/messages.md.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mailText } from "../../../functions/core/notices/mail-text";
import type { Message } from "../../../functions/core/notices/message";
import { messageSchema } from "../../../functions/core/notices/message";
import { messageOf } from "../../../functions/core/notices/notice-message";
import { slackPayload } from "../../../functions/core/notices/slack-blocks";
import { teamsPayload } from "../../../functions/core/notices/teams-card";
import { AWS, costlyApproval, GCP, situations, waitingCandidate } from "./situations";

const GOLDEN = join(__dirname, "golden");
const PAGE = join(__dirname, "../../../docs/messages.md");
const IS_WRITTEN = process.env["WRITE_GOLDEN"] === "1";

describe("what people are told", () => {
  const files = Object.entries(situations()).flatMap(([name, message]) => filesOf(name, message));

  it.each(files)("should read as %s does", (file, text) => {
    if (IS_WRITTEN) writeFileSync(join(GOLDEN, file), text);
    expect(text).toBe(readFileSync(join(GOLDEN, file), "utf8"));
  });

  it("should have no golden file that nothing writes", () => {
    expect(readdirSync(GOLDEN).sort()).toEqual(files.map(([file]) => file).sort());
  });

  it("should be shown by the documentation as it is", () => {
    const page = readFileSync(PAGE, "utf8");
    const shown = page.replace(EXAMPLE, (_, file: string, fence: string) => {
      const text = files.find(([name]) => name === file)?.[1] ?? `there is no ${file}`;
      return `<!-- ${file} -->\n\`\`\`${fence}\n${text.trimEnd()}\n\`\`\`\n`;
    });
    if (IS_WRITTEN) writeFileSync(PAGE, shown);
    expect(IS_WRITTEN ? readFileSync(PAGE, "utf8") : page).toBe(shown);
    expect(shown.match(EXAMPLE)).toHaveLength(3);
  });

  it("should be messages as functions read them, each with an id of its own", () => {
    const messages = Object.values(situations());

    expect(messages.map((message) => messageSchema.parse(message))).toEqual(messages);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });
});

describe(messageOf, () => {
  it("should have one id for one event, and another for the next", () => {
    const notice = costlyApproval();

    expect(messageOf(notice, AWS).id).toBe(messageOf(costlyApproval(), GCP).id);
    expect(messageOf(waitingCandidate(), AWS).id).not.toBe(messageOf(notice, AWS).id);
  });

  it("should name a runbook without an address among the details, and link to no page then", () => {
    const message = messageOf(waitingCandidate(), GCP);

    expect(message.links).toEqual([]);
    expect(message.facts).toContainEqual({ name: "Runbook", value: "docs/runbooks/candidate-expiring.md" });
  });

  it("should not name who asked: messages go where nobody could be erased", () => {
    const { decision, ...notice } = costlyApproval();
    const causes = [{ type: "manual", by: "ada (declared)", why: "new labels" }] as const;
    const asked = decision && { ...decision, request: { ...decision.request, causes } };

    const text = JSON.stringify(messageOf({ ...notice, ...(asked && { decision: asked }) }, AWS));

    expect(text).toContain("new labels");
    expect(text).not.toContain("ada");
  });
});

// Helpers

/** An example of the page: the name of its golden file, the kind of the block, and the block. */
const EXAMPLE = /<!-- ([\w.-]+) -->\n```(\w*)\n[\s\S]*?\n```\n/g;

function filesOf(name: string, message: Message): [file: string, text: string][] {
  return [
    [`${name}.txt`, mailText(message)],
    [`${name}.slack.json`, `${JSON.stringify(slackPayload(message), null, 2)}\n`],
    [`${name}.teams.json`, `${JSON.stringify(teamsPayload(message), null, 2)}\n`],
  ];
}
