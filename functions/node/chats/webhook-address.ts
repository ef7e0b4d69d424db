// A webhook's address is a secret: nothing here quotes it.
import type { ChatName } from "../../core/notices/chats/chat";

/** How people call the chats. */
export const CHAT_TITLES: Readonly<Record<ChatName, string>> = { slack: "Slack", teams: "Microsoft Teams" };

/**
 * Where the webhooks of each chat are; `*` is one or more labels of a host.
 * Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and https://docs.slack.dev/govslack
 * Workflows of Teams are flows of Power Automate, of all clouds of Microsoft, those of Azure Logic Apps before 2026 included:
 * https://learn.microsoft.com/en-us/power-automate/ip-address-configuration#allow-users-to-use-http-triggers
 * Those of the former connectors of Office 365:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
export const CHAT_ORIGINS: Readonly<Record<ChatName, readonly string[]>> = {
  slack: ["https://hooks.slack.com", "https://hooks.slack-gov.com"],
  teams: [
    "https://*.environment.api.powerplatform.com",
    "https://*.environment.api.gov.powerplatform.microsoft.us",
    "https://*.environment.api.high.powerplatform.microsoft.us",
    "https://*.environment.api.appsplatform.us",
    "https://*.environment.api.powerplatform.partner.microsoftonline.cn",
    "https://*.logic.azure.com",
    "https://*.logic.azure.us",
    "https://*.logic.azure.cn",
    "https://*.webhook.office.com",
  ],
};

/**
 * The address that a secret's value is: alone, or the one address among the values of a JSON object, as the console of Secrets
 * Manager writes pairs of a key and a value.
 * @param secret what the secret is called, for the error
 * @param origins where it may lead
 * @throws Error when it is none, or leads elsewhere
 */
export function webhookAddress(value: string, chat: ChatName, secret: string, origins = CHAT_ORIGINS[chat]): string {
  const addresses = textsOf(value)
    // A URL's parser leaves out line breaks, and would make one address of two lines.
    .flatMap((text) => (!/\s/.test(text) && URL.canParse(text) ? new URL(text) : []))
    .filter((url) => isWebhook(url) && origins.some((origin) => leadsTo(url, origin)));
  const [address, ...others] = addresses;
  if (address !== undefined && others.length === 0) return address.href;
  const got = address === undefined ? "no address" : `${addresses.length} addresses`;
  throw new Error(
    `got ${got} of a webhook of ${CHAT_TITLES[chat]} in the secret ${secret}, expected one; put the whole address there, with its ` +
      `path and on one line, alone or as the one address of a JSON object; it begins with ${origins.join(" or ")}`,
  );
}

/** A name and a password in an address would be sent to its host; without a path it is the host's alone. */
function isWebhook({ username, password, pathname }: URL): boolean {
  return username === "" && password === "" && /[^/]/.test(pathname);
}

function textsOf(value: string): string[] {
  const text = value.trim();
  if (!text.startsWith("{")) return [text];
  try {
    const parsed: unknown = JSON.parse(text);
    return Object.values(Object(parsed)).flatMap((member) => (typeof member === "string" ? [member.trim()] : []));
  } catch {
    // What cannot be read is not shown either: the caller says that it is no address.
    return [];
  }
}

function leadsTo(url: URL, origin: string): boolean {
  const [start, end] = origin.split("*");
  return end === undefined ? url.origin === origin : url.origin.startsWith(start ?? "") && url.origin.endsWith(end);
}
