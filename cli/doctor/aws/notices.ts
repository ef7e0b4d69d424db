import { ListSubscriptionsByTopicCommand, type Subscription } from "@aws-sdk/client-sns";
import { physicalName } from "../../../modules/aws/deployment";
import type { Check } from "../finding";
import type { AwsAccount } from "./account";

/** What SNS gives for the ARN of one that nobody confirmed. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const PENDING = "PendingConfirmation";

/** A bound, of 100 subscriptions each. */
const MAX_PAGES = 20;

/** A topic that people are told by. */
interface NoticeTopic {
  readonly arn: string;
  readonly emails: readonly string[];
  readonly isOurs: boolean;
  /** What it tells of. */
  readonly tellsOf: string;
}

/** Whether what is told reaches anybody. */
export const notices: Check<AwsAccount> = {
  asks: "Does each notification topic exist, and are its subscriptions confirmed?",
  permissions: ["sns:ListSubscriptionsByTopic"],
  async look(account, report) {
    await Promise.all(
      topicsOf(account).map(({ arn, emails, isOurs, tellsOf }) => {
        const about = `topic ${arn.split(":").at(-1)}`;
        if (isOurs && account.isDeployed === false) return report.notDeployed(about);
        return report.look(about, "sns:ListSubscriptionsByTopic", async () => {
          const found = await subscriptionsOf(account, arn);
          if (found === undefined) {
            if (isOurs) report.problem(about, "does not exist", account.deployCommand);
            else report.problem(about, "does not exist", "correct aws.operations.topics");
            return;
          }
          const isConfirmed = ({ SubscriptionArn = "" }: Subscription) => SubscriptionArn.startsWith("arn:");
          const subscribe = (email: string) =>
            `aws sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint ${email}`;
          const pending = found.filter(({ SubscriptionArn }) => SubscriptionArn === PENDING);
          const missing = emails.filter(
            (email) =>
              !found.some(
                ({ Endpoint, SubscriptionArn }) =>
                  Endpoint === email && (SubscriptionArn === PENDING || SubscriptionArn?.startsWith("arn:")),
              ),
          );
          for (const { Endpoint = "somebody" } of pending)
            report.problem(
              about,
              `${Endpoint} has not confirmed the subscription, and is not told of ${tellsOf}`,
              `open the link in the mail from AWS; ${subscribe(Endpoint)} sends another one`,
            );
          for (const email of missing)
            report.problem(about, `${email} is no longer subscribed, and is not told of ${tellsOf}`, subscribe(email));
          if (pending.length + missing.length > 0) return;
          const confirmed = found.filter(isConfirmed).length;
          if (confirmed > 0) report.inOrder(about, `${confirmed} confirmed`);
          else report.warning(about, `nobody is subscribed, so nobody is told of ${tellsOf}`, subscribe("you@example.com"));
        });
      }),
    );
  },
};

function topicsOf(account: AwsAccount): NoticeTopic[] {
  const { partition, region, identity, aws, config, coordinated } = account;
  if (coordinated.length === 0) return [];
  const own = (name: string) => `arn:${partition}:sns:${region}:${identity?.accountId}:${physicalName(account, name)}`;
  const decisions = { arn: own("decisions"), emails: aws.notifications.email, isOurs: true, tellsOf: "decisions" };
  if (!config.operations.alarms) return [decisions];
  const { email: emails, topics } = aws.operations;
  const alarms = emails.length === 0 ? [] : [{ arn: own("operations"), emails, isOurs: true, tellsOf: "alarms" }];
  const others = [...new Set(topics)].map((arn) => ({ arn, emails: [], isOurs: false, tellsOf: "alarms" }));
  return [decisions, ...alarms, ...others];
}

/** Undefined for a topic that does not exist. */
async function subscriptionsOf({ clients }: AwsAccount, TopicArn: string): Promise<Subscription[] | undefined> {
  const found: Subscription[] = [];
  let next: string | undefined;
  try {
    for (let page = 0; page < MAX_PAGES; page++) {
      const command = new ListSubscriptionsByTopicCommand({ TopicArn, ...(next !== undefined && { NextToken: next }) });
      const { Subscriptions = [], NextToken } = await clients.sns.send(command);
      found.push(...Subscriptions);
      next = NextToken;
      if (!next) return found;
    }
  } catch (error) {
    if (error instanceof Error && /NotFound/.test(error.name)) return undefined;
    throw error;
  }
  throw new Error(`the topic has more than ${MAX_PAGES} pages of subscriptions, which were not all read`);
}
