import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { tellAlarm } from "../../core/notices/chats/tell-alarm";
import { type TellPorts, tellChats } from "../../core/notices/chats/tell-chats";
import type { MessagePlace } from "../../core/notices/message";
import { type RejectingPorts, setAside } from "../../core/rejected-message";
import { readNotification } from "../messages/notification";

export interface MessengerPorts extends TellPorts, RejectingPorts<SQSRecord> {
  readonly place: MessagePlace;
}

/**
 * Handler of the queue of messages: tells each to the chats that are about it, and acknowledges it when all were told. One that a
 * chat did not take is returned; one that SNS did not bring is set aside at once. Neither keeps back its neighbours.
 */
export function createMessenger(ports: MessengerPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records }) => {
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    // One after the other, as chats take about one message a second: https://docs.slack.dev/apis/web-api/rate-limits
    for (const record of Records) {
      if (!(await isDone(ports, record))) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

/** False for a message that must come again. */
async function isDone(ports: MessengerPorts, record: SQSRecord): Promise<boolean> {
  const { messageId, body } = record;
  let isRead = false;
  try {
    const read = readNotification({ id: messageId, body }, []);
    isRead = true;
    if (read.type === "nothing") return true;
    const { news } = read;
    await ("message" in news ? tellChats(ports, news.message) : tellAlarm(ports, news.alarm, ports.place));
    return true;
  } catch (error) {
    return await setAside(ports, record, { role: "messenger", messageId, isRead, error });
  }
}
