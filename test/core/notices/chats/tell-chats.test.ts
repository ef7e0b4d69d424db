import fc from "fast-check";
import { RetryableError } from "../../../../functions/core/errors";
import type { LogRecord } from "../../../../functions/core/log/log";
import { CHATS, type Chat, type ChatName } from "../../../../functions/core/notices/chats/chat";
import { type TellPorts, tellChats } from "../../../../functions/core/notices/chats/tell-chats";
import { CLAIM_MS, TELLING_TIMEOUT_SEC, tellingKey } from "../../../../functions/core/notices/chats/telling";
import type { Message, NoticeKind } from "../../../../functions/core/notices/message";
import { memoryToldStore } from "../../../../functions/memory/versioned-store";
import { DIED, type Fate, runProcess, unreliable } from "../../../simulation/unreliable";

const NOW = 1_795_262_400_000;

describe("tellChats", () => {
  it("should tell each chat that is about the message's kind, once", async () => {
    // Arrange
    const world = worldOf({ about: { slack: ["decisions", "alarms"], teams: ["drift"] } });

    // Act
    for (const kind of ["decisions", "drift", "promotions"] as const) {
      await tellChats(world.ports, messageOf(kind, kind));
      await tellChats(world.ports, messageOf(kind, kind));
    }

    // Assert
    expect(world.posts).toEqual(["slack decisions", "teams drift"]);
    expect(world.logged).toEqual([
      { level: "info", event: "told", chat: "slack", kind: "decisions", messageId: "decisions" },
      { level: "info", event: "told", chat: "teams", kind: "drift", messageId: "drift" },
    ]);
  });

  it("should try every chat, name those that failed, and tell those alone the next time", async () => {
    // Arrange
    const world = worldOf({ failing: ["slack"] });

    // Act
    const first = tellChats(world.ports, messageOf());
    await expect(first).rejects.toMatchObject({ name: "RetryableError", message: "slack could not be told of ask/1" });
    world.failing.clear();
    await tellChats(world.ports, messageOf());

    // Assert
    expect(world.posts).toEqual(["teams ask/1", "slack ask/1"]);
    expect(world.logged).toContainEqual({
      level: "warn",
      event: "chat-not-told",
      chat: "slack",
      kind: "decisions",
      messageId: "ask/1",
      error: "Error: slack did not take it",
    });
  });

  it("should not ask for an answer that is too late", async () => {
    // Arrange
    const world = worldOf();
    const told: Message[] = [];
    const chat: Chat = { name: "slack", about: ["decisions"], tell: async (message) => void told.push(message) };
    const question = { what: "Start?", why: "So.", unanswered: "Nothing.", until: NOW, approve: "approve", reject: "reject" };

    // Act
    await tellChats({ ...world.ports, chats: [chat] }, { ...messageOf(), question });

    // Assert
    expect(told).toMatchObject([{ id: "ask/1", subject: "expired: flights: a training waits for approval" }]);
    expect(told[0]).not.toHaveProperty("question");
  });

  it("should name all that failed, and why each did", async () => {
    const world = worldOf({ failing: [...CHATS] });

    const error = await tellChats(world.ports, messageOf()).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: "RetryableError", message: "slack and teams could not be told of ask/1" });
    expect(error).toHaveProperty("cause.errors", [new Error("slack did not take it"), new Error("teams did not take it")]);
  });

  it("should leave a telling to whoever claimed it, until the claim ends", async () => {
    // Arrange
    const world = worldOf({ about: { slack: ["decisions"], teams: [] } });
    await world.ports.told.save(tellingKey("slack", "ask/1"), { claimedUntil: NOW + 1_000 }, 0);

    // Act and assert
    await expect(tellChats(world.ports, messageOf())).rejects.toThrow(RetryableError);
    expect(world.posts).toEqual([]);
    world.clock.now += 1_000;
    await tellChats(world.ports, messageOf());
    expect(world.posts).toEqual(["slack ask/1"]);
  });

  it("should leave a chat to whoever is telling it, for as long as its function may run", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 * TELLING_TIMEOUT_SEC * 1_000 }), async (tellingMs) => {
        // Arrange: a chat that keeps the first who tells it waiting, while another instance is brought the same message
        const world = worldOf({ about: { slack: ["decisions"], teams: [] } });
        const others: string[] = [];
        let isFirst = true;
        const [slack] = world.ports.chats;
        if (slack === undefined) throw new Error("no chat");
        const tell: Chat["tell"] = async (message) => {
          await slack.tell(message);
          if (!isFirst) return;
          isFirst = false;
          world.clock.now += tellingMs;
          const again = tellChats({ ...world.ports, chats: [{ ...slack, tell }] }, messageOf());
          others.push(
            await again.then(
              () => "told",
              () => "again",
            ),
          );
        };

        // Act
        await tellChats({ ...world.ports, chats: [{ ...slack, tell }] }, messageOf());
        await tellChats(world.ports, messageOf());

        // Assert
        const isClaimed = tellingMs < CLAIM_MS;
        expect(others).toEqual([isClaimed ? "again" : "told"]);
        expect(world.posts).toHaveLength(isClaimed ? 1 : 2);
        expect(world.records).toHaveLength(1);
      }),
    );
  });

  it("should not have a chat told again where only the record of it failed", async () => {
    const world = worldOf({ about: { slack: ["decisions"], teams: [] } });
    const { told } = world.ports;
    const save: typeof told.save = async (key, telling, version) => {
      if (telling.toldAt !== undefined) throw new Error("no answer");
      return await told.save(key, telling, version);
    };

    await tellChats({ ...world.ports, told: { ...told, save } }, messageOf());

    expect(world.posts).toEqual(["slack ask/1"]);
    expect(world.logged.map(({ event }) => event)).toEqual(["told", "told-not-recorded"]);
  });

  it("should lose nothing, and tell again only what was not recorded, whatever fails, dies or comes twice, in any order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(deliveryArbitrary(), { minLength: 1, maxLength: 5 }), async (scheduler, first) => {
        // Arrange
        const world = worldOf();
        const handle = (delivery: Delivery) => handled(world, delivery, () => scheduler.schedule(Promise.resolve()));

        // Act: copies of messages by many instances at once, and then, when no claim holds, again by one that nothing befalls
        await scheduler.waitFor(Promise.all(first.map(handle)));
        for (const id of new Set(first.map((delivery) => delivery.id))) {
          world.clock.now += 600_000;
          expect(await scheduler.waitFor(handle({ id, fates: [] }))).toBe("told");
        }

        // Assert
        for (const { id } of first) {
          for (const chat of CHATS) {
            const posts = world.posts.filter((post) => post === `${chat} ${id}`).length;
            const records = world.records.filter((record) => record === tellingKey(chat, id)).length;
            expect(records).toBe(1);
            expect(posts).toBeGreaterThanOrEqual(1);
            if (first.every(({ fates }) => fates.every((fate) => fate === "fine"))) expect(posts).toBe(1);
            expect(world.afterRecord.filter((post) => post === `${chat} ${id}`)).toEqual([]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

// Helpers

/** A copy of a message, and what befalls the calls of the one who handles it, in their order; nothing the later ones. */
interface Delivery {
  readonly id: string;
  readonly fates: readonly Fate[];
}

function deliveryArbitrary(): fc.Arbitrary<Delivery> {
  const fate = fc.oneof({ weight: 6, arbitrary: fc.constant<Fate>("fine") }, fc.constantFrom<Fate>("throws", "dies"));
  return fc.record({ id: fc.constantFrom("a", "b"), fates: fc.array(fate, { maxLength: 20 }) });
}

type World = ReturnType<typeof worldOf>;

/** What becomes of a delivery: told, to be brought again, or never heard of again. */
async function handled(world: World, { id, fates }: Delivery, pause: () => Promise<void>): Promise<"told" | "again" | "died"> {
  const left = [...fates];
  let isDead = false;
  const nextFate = (): Fate => {
    const fate = isDead ? "dies" : (left.shift() ?? "fine");
    isDead ||= fate === "dies";
    return fate;
  };
  const run = runProcess(
    (step) => {
      const chats = world.ports.chats.map((chat) => ({ ...unreliable(chat, step), name: chat.name, about: chat.about }));
      return tellChats({ ...world.ports, chats, told: unreliable(world.ports.told, step) }, messageOf("decisions", id));
    },
    nextFate,
    pause,
  );
  return await run.then(
    (end) => (end === DIED ? "died" : "told"),
    () => "again",
  );
}

interface WorldOptions {
  readonly about?: Readonly<Record<ChatName, readonly NoticeKind[]>>;
  readonly failing?: readonly ChatName[];
}

/** Chats and a store in memory, and all that reached them. */
function worldOf(options: WorldOptions = {}) {
  const about = options.about ?? { slack: ["decisions"], teams: ["decisions"] };
  const failing = new Set(options.failing ?? []);
  const clock = { now: NOW };
  const posts: string[] = [];
  /** Posts to a chat that was recorded as told before. */
  const afterRecord: string[] = [];
  const records: string[] = [];
  const logged: LogRecord[] = [];
  const store = memoryToldStore();
  const told: TellPorts["told"] = {
    ...store,
    async save(key, telling, version) {
      const isSaved = await store.save(key, telling, version);
      if (isSaved && telling.toldAt !== undefined) records.push(key);
      return isSaved;
    },
  };
  const chats = CHATS.map(
    (name): Chat => ({
      name,
      about: about[name],
      async tell({ id }) {
        if (failing.has(name)) throw new Error(`${name} did not take it`);
        posts.push(`${name} ${id}`);
        if (records.includes(tellingKey(name, id))) afterRecord.push(`${name} ${id}`);
      },
    }),
  );
  const ports: TellPorts = { chats, told, log: (event) => void logged.push(event), now: () => clock.now };
  return { ports, clock, posts, afterRecord, records, logged, failing };
}

function messageOf(kind: NoticeKind = "decisions", id = "ask/1"): Message {
  return { id, kind, subject: "flights: a training waits for approval", paragraphs: [], facts: [], links: [] };
}
