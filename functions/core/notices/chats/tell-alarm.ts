import { CLOCK_TOLERANCE_MS } from "../../numbers";
import { plainLine } from "../../plain-text";
import { changeRecord } from "../../versioned-store";
import { type AlarmNews, alarmMessage } from "../alarm-message";
import type { MessagePlace } from "../message";
import { type TellPorts, tellChats } from "./tell-chats";
import { type AlarmChange, alarmKey, type Telling } from "./telling";

/**
 * Tells the chats of a change of an alarm, as `tellChats` does. A change that comes late, because a queue kept it or a chat did not
 * take it, is told as what was: who reads it last must not believe that it still is. The first data of an alarm end nothing, so
 * they are told only where it was raised before.
 * @throws RetryableError as `tellChats` does
 */
export async function tellAlarm(ports: TellPorts, alarm: AlarmNews, place: MessagePlace): Promise<void> {
  if (!ports.chats.some(({ about }) => about.includes("alarms"))) return;
  const newest = await newestChange(ports, alarm);
  if (newest === undefined && alarm.mayBeFirst) return;
  const isOvertaken = newest !== undefined && newest.isOver !== alarm.isOver;
  await tellChats(ports, alarmMessage(alarm, place, isOvertaken ? newest.at : undefined));
}

/** The newest change of the alarm that is known, this one included; undefined where that is not kept. */
async function newestChange({ told, now }: TellPorts, alarm: AlarmNews): Promise<AlarmChange | undefined> {
  const { series = alarm.name, isOver, mayBeFirst = false } = alarm;
  const change = { at: Math.max(0, alarm.at), isOver };
  // A state that is neither raised nor over ends nothing, and what a wrong clock dates ahead must not hide what comes after.
  if (alarm.state !== undefined || change.at > now() + CLOCK_TOLERANCE_MS) return undefined;
  const unknown: Telling = { claimedUntil: now() };
  const { state, isNews } = await changeRecord(
    told,
    alarmKey(plainLine(series, MAX_SERIES)),
    () => unknown,
    (record) => {
      const { newest } = record;
      // Where it comes again, it is the newest itself.
      const endsNothing = newest === undefined || (newest.isOver && newest.at !== change.at);
      if (mayBeFirst && endsNothing) return { state: record, isNews: false };
      return { state: isNewer(change, newest) ? { claimedUntil: now(), newest: change } : record, isNews: true };
    },
  );
  return isNews ? state.newest : undefined;
}

/** Longest id of an alarm that is told apart from others, characters. */
const MAX_SERIES = 1_000;

/** Of two at the same moment the end is the newer one. */
function isNewer(change: AlarmChange, newest: AlarmChange | undefined): boolean {
  if (newest === undefined || change.at !== newest.at) return newest === undefined || change.at > newest.at;
  return change.isOver && !newest.isOver;
}
