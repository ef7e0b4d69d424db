import { type Edition, type ObjectWrite, objectWrite } from "../edition";
import { seededRandom } from "../world/seeded-random";
import type { VirtualClock } from "../world/virtual-clock";
import type { LandingFile } from "./landing-files";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Most events come within seconds; "can sometimes take a minute or longer": https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html */
const DELAY = { usualMs: 3_000, slowMs: 3 * MINUTE_MS, slowRatio: 0.03 } as const;

/** A second event for the same write follows soon, or when its batch was published long ago. */
const SECOND_EVENT = { soonMs: 5 * MINUTE_MS, lateMs: 12 * HOUR_MS, lateRatio: 0.2 } as const;

export interface LandingFeedOptions {
  readonly edition: Edition;
  /** In order of landing, none before the clock's time. */
  readonly files: AsyncIterator<LandingFile> | undefined;
  /** End of the period that the hostile messages are spread over, epoch milliseconds. */
  readonly until: number;
  readonly seed: number;
  /** Share of the files that are announced twice, 0 to 1. */
  readonly twiceRatio: number;
}

/** What was put on the clock so far. */
export interface LandingFeed {
  readonly landed: LandingFile[];
  announcedTwice: number;
  readonly hostile: number;
}

/** Puts the landing of all files on the clock, one after the other, and the messages that announce them or only pretend to. */
export function feedLandings(clock: VirtualClock, options: LandingFeedOptions, send: (body: string) => void): LandingFeed {
  const random = seededRandom(options.seed, "landing times");
  const names = seededRandom(options.seed, "event ids");
  const { edition } = options;
  const from = clock.now();
  const hostile = options.files === undefined ? [] : [...edition.hostileMessages(from, names).values()];
  const feed: LandingFeed = { landed: [], announcedTwice: 0, hostile: hostile.length };

  function announce(write: ObjectWrite, at: number): void {
    clock.at(at, () => send(edition.objectMessage(write, at, names)));
  }

  function land(file: LandingFile): void {
    const write = objectWrite(file, feed.landed.length);
    feed.landed.push(file);
    announce(write, clock.now() + random.below(random.chance(DELAY.slowRatio) ? DELAY.slowMs : DELAY.usualMs));
    if (!random.chance(options.twiceRatio)) return;
    feed.announcedTwice += 1;
    announce(write, clock.now() + random.below(random.chance(SECOND_EVENT.lateRatio) ? SECOND_EVENT.lateMs : SECOND_EVENT.soonMs));
  }

  async function landNext(): Promise<void> {
    const next = await options.files?.next();
    if (next === undefined || next.done === true) return;
    clock.at(next.value.landedAt, () => {
      land(next.value);
      return landNext();
    });
  }

  for (const body of hostile) clock.at(from + random.below(options.until - from), () => send(body));
  clock.at(from, landNext);
  return feed;
}
